-- What a customer owes is a pure function of dated facts: plan versions, terms, pauses, periods, usage. What was billed is the sum of lines.
-- Here are the facts and the documents, with a constraint for every invariant that SQL can hold. The code maps constraint names to answers:
-- renaming one is a change of the API.

CREATE TYPE subscription_status AS ENUM ('scheduled', 'trialing', 'active', 'past_due', 'paused', 'canceled');
CREATE TYPE billing_time AS ENUM ('arrears', 'advance');
CREATE TYPE invoice_kind AS ENUM ('subscription', 'one_off');
CREATE TYPE invoice_status AS ENUM ('open', 'paid', 'void');
CREATE TYPE invoice_collection AS ENUM ('pending', 'retrying', 'uncollected', 'done');
CREATE TYPE line_kind AS ENUM ('base', 'usage', 'minimum', 'item');
CREATE TYPE credit_note_kind AS ENUM ('correction', 'goodwill');
CREATE TYPE grant_source AS ENUM ('credit_note', 'credit', 'overpayment', 'failed_refund');
CREATE TYPE payment_status AS ENUM ('succeeded', 'failed', 'pending');
CREATE TYPE payment_kind AS ENUM ('scheduled', 'manual', 'recorded');
CREATE TYPE payment_decline AS ENUM ('soft', 'hard');
CREATE TYPE setup_status AS ENUM ('open', 'done', 'expired');
CREATE TYPE credit_target AS ENUM ('balance', 'refund');
CREATE TYPE tax_status AS ENUM ('taxable', 'exempt', 'reverse_charge');
CREATE TYPE user_collection AS ENUM ('automatic', 'manual');
CREATE TYPE pricing_model AS ENUM ('per_unit', 'graduated', 'volume', 'package');
CREATE TYPE migration_status AS ENUM ('running', 'done', 'stopped');
CREATE TYPE migration_outcome AS ENUM ('waiting', 'changed', 'failed');

-- What is never to be changed or deleted says so by itself.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never % once written', TG_TABLE_NAME, lower(TG_OP) || 'd'
    USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_never_change';
END $$;

-- users ---------------------------------------------------------------------------------------------------------------------------

CREATE TABLE users (
  id             uuid PRIMARY KEY,
  email          text NOT NULL CHECK (email <> ''),  -- as sent
  email_key      text NOT NULL CONSTRAINT users_email_key UNIQUE,  -- as compared: NFC, folded case, the same whatever the database's locale
  payment_method text,
  name           text,
  external_id    text,  -- the caller's own name of the user
  phone          text,
  address        jsonb CHECK (jsonb_typeof(address) = 'object'),  -- line1, line2, city, state, postal_code, country, as far as they are known
  tax_id         text,
  tax_status     tax_status NOT NULL DEFAULT 'taxable',
  language       text NOT NULL DEFAULT 'en',
  collection     user_collection NOT NULL DEFAULT 'automatic',  -- manual: never charged by itself
  net_days       integer NOT NULL DEFAULT 30 CHECK (net_days BETWEEN 0 AND 365),  -- of manual ones: from issue to due
  metadata       jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
  anonymized_at  timestamptz,  -- what named a person is gone
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL
);
CREATE UNIQUE INDEX users_external_id ON users (external_id) WHERE external_id IS NOT NULL;

-- tax ------------------------------------------------------------------------------------------------------------------------------

CREATE TABLE tax_rates (
  id         uuid PRIMARY KEY,
  code       varchar(64) NOT NULL CONSTRAINT tax_rates_code UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9_-]*$'),
  name       text NOT NULL CHECK (name <> ''),
  percent    numeric(7, 4) NOT NULL CHECK (percent BETWEEN 0 AND 100),
  country    char(2) CHECK (country ~ '^[A-Z]{2}$'),  -- NULL: of users whose country has no rate of its own
  active     boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE FUNCTION refuse_rate_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.code, NEW.name, NEW.percent, NEW.country, NEW.created_at)
     IS DISTINCT FROM (OLD.id, OLD.code, OLD.name, OLD.percent, OLD.country, OLD.created_at) THEN
    RAISE EXCEPTION 'a tax rate never changes: another percentage is another rate'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tax_rates_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tax_rates_never_change BEFORE UPDATE ON tax_rates FOR EACH ROW EXECUTE FUNCTION refuse_rate_change();
CREATE TRIGGER tax_rates_never_deleted BEFORE DELETE ON tax_rates FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- seller ---------------------------------------------------------------------------------------------------------------------------

-- Who sends the documents. A change is a version more; each document names the one by which it was made.
CREATE TABLE sellers (
  version    integer PRIMARY KEY,
  name       text,
  address    jsonb CHECK (jsonb_typeof(address) = 'object'),
  tax_id     text,
  email      text,
  footer     text,
  logo       bytea CHECK (octet_length(logo) <= 100000),  -- PNG
  shown      jsonb NOT NULL CHECK (jsonb_typeof(shown) = 'object'),  -- as documents show it
  created_at timestamptz NOT NULL
);
INSERT INTO sellers (version, shown, created_at)
VALUES (0, '{"name": null, "address": null, "tax_id": null, "email": null, "footer": null}', now());

CREATE TRIGGER sellers_never_change BEFORE UPDATE OR DELETE ON sellers FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- plans ---------------------------------------------------------------------------------------------------------------------------

-- What never differs between a plan's versions, and what may be said anew at any time.
CREATE TABLE plans (
  code       varchar(64) PRIMARY KEY CHECK (code ~ '^[a-z0-9][a-z0-9_-]*$'),
  name       text NOT NULL,
  currency   char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  active     boolean NOT NULL,
  version    integer NOT NULL,  -- the newest
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE plan_versions (
  plan_code      varchar(64) NOT NULL REFERENCES plans (code),
  version        integer NOT NULL CHECK (version >= 1),
  amount_cents   bigint NOT NULL CHECK (amount_cents >= 0),
  interval       varchar(8) NOT NULL CHECK (interval IN ('day', 'week', 'month', 'year')),
  interval_count integer NOT NULL CHECK (interval_count >= 1),
  trial_days     integer NOT NULL CHECK (trial_days >= 0),
  bill_in        billing_time NOT NULL,
  tax_inclusive  boolean NOT NULL,
  minimum_cents  bigint NOT NULL CHECK (minimum_cents >= 0),
  created_at     timestamptz NOT NULL,
  PRIMARY KEY (plan_code, version)
);
ALTER TABLE plans ADD CONSTRAINT plans_version FOREIGN KEY (code, version) REFERENCES plan_versions (plan_code, version)
  DEFERRABLE INITIALLY DEFERRED;  -- a plan comes with its first version

CREATE TABLE plan_charges (
  plan_code     varchar(64) NOT NULL,
  version       integer NOT NULL,
  metric        varchar(64) NOT NULL CHECK (metric ~ '^[a-z][a-z0-9_.]*$'),
  position      integer NOT NULL,
  model         pricing_model NOT NULL,
  included      bigint NOT NULL CHECK (included >= 0),
  unit_price    numeric(27, 12) CHECK (unit_price >= 0),
  package_size  bigint CHECK (package_size >= 1),
  package_price numeric(27, 12) CHECK (package_price >= 0),
  PRIMARY KEY (plan_code, version, metric),
  CONSTRAINT plan_charges_version FOREIGN KEY (plan_code, version) REFERENCES plan_versions (plan_code, version),
  CONSTRAINT plan_charges_fields_of_model CHECK (
    (model = 'per_unit') = (unit_price IS NOT NULL)
    AND (model = 'package') = (package_size IS NOT NULL)
    AND (model = 'package') = (package_price IS NOT NULL))
);

CREATE TABLE plan_charge_tiers (
  plan_code  varchar(64) NOT NULL,
  version    integer NOT NULL,
  metric     varchar(64) NOT NULL,
  position   integer NOT NULL,
  up_to      bigint CHECK (up_to >= 1),  -- inclusive; NULL: no limit
  unit_price numeric(27, 12) NOT NULL CHECK (unit_price >= 0),
  flat_price numeric(27, 12) NOT NULL CHECK (flat_price >= 0),
  PRIMARY KEY (plan_code, version, metric, position),
  CONSTRAINT plan_charge_tiers_charge FOREIGN KEY (plan_code, version, metric) REFERENCES plan_charges (plan_code, version, metric)
);

-- Another currency would be another plan.
CREATE FUNCTION refuse_plan_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.code, NEW.currency, NEW.created_at) IS DISTINCT FROM (OLD.code, OLD.currency, OLD.created_at) OR NEW.version < OLD.version THEN
    RAISE EXCEPTION 'code and currency of plan % never change, and its newest version only rises', OLD.code
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'plans_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plans_never_change BEFORE UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION refuse_plan_change();
CREATE TRIGGER plan_versions_never_change BEFORE UPDATE OR DELETE ON plan_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER plan_charges_never_change BEFORE UPDATE OR DELETE ON plan_charges FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER plan_charge_tiers_never_change BEFORE UPDATE OR DELETE ON plan_charge_tiers FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Rises with every change of a plan, in its transaction: whoever remembers plans asks for this number.
CREATE TABLE plan_changes (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  count    bigint NOT NULL
);
INSERT INTO plan_changes (count) VALUES (0);
CREATE FUNCTION count_plan_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE plan_changes SET count = count + 1;
  RETURN NULL;
END $$;
CREATE TRIGGER plan_changes_count AFTER INSERT OR UPDATE OR DELETE ON plans FOR EACH STATEMENT EXECUTE FUNCTION count_plan_change();

-- subscriptions -------------------------------------------------------------------------------------------------------------------

CREATE TABLE subscriptions (
  id                   uuid PRIMARY KEY,
  user_id              uuid NOT NULL REFERENCES users (id),
  plan_code            varchar(64) NOT NULL REFERENCES plans (code),  -- of the term that holds; of the first one before it has begun
  status               subscription_status NOT NULL,
  started_on           date NOT NULL,
  anchor               date NOT NULL,  -- full periods are counted from here
  anchor_day           smallint CHECK (anchor_day BETWEEN 1 AND 31),  -- NULL: the anchor's own
  current_period_start date NOT NULL,
  current_period_end   date NOT NULL,           -- not included
  ends_on              date,                            -- the first day on which it does not hold any more; NULL: it goes on
  cancel_at_period_end boolean NOT NULL DEFAULT false,  -- that day is a period's end; until then it can be taken back
  base_until           date,  -- canceled without prorating: the last period owes its base as if it went on until this day
  credit_to            credit_target NOT NULL DEFAULT 'balance',  -- as its cancel said: where goes what its notes credit beyond what is due
  canceled_at          timestamptz,
  past_due             boolean NOT NULL DEFAULT false,  -- an invoice of its is not collected; the status shows it where nothing before it holds
  waiting_cents        bigint NOT NULL DEFAULT 0,       -- owed, not billed: beside an open invoice, or below the minimum of an invoice
  metadata             jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
  discounted           boolean NOT NULL DEFAULT false,  -- it has, or had, a coupon
  cancel_unpaid_at     timestamptz,  -- past due since so long before that it is then canceled; NULL: it is not past due, or never canceled for it
  due_at               timestamptz,  -- when billing must next look at this subscription
  billing_error        text,          -- why it could not be billed; it is tried again hourly
  created_at           timestamptz NOT NULL,
  updated_at           timestamptz NOT NULL,
  -- Canceled before it has begun it never was: its only period is empty.
  CONSTRAINT subscriptions_period_not_empty CHECK (
    current_period_start < current_period_end OR (current_period_start = current_period_end AND status = 'canceled' AND ends_on = started_on)),
  CONSTRAINT subscriptions_canceled_at CHECK ((status = 'canceled') = (canceled_at IS NOT NULL)),
  CONSTRAINT subscriptions_ends_when_canceled CHECK ((ends_on IS NOT NULL) = (status = 'canceled' OR cancel_at_period_end)),
  CONSTRAINT subscriptions_not_before_its_start CHECK (ends_on >= started_on AND current_period_start >= started_on),
  CONSTRAINT subscriptions_credit_to_of_canceled CHECK (credit_to = 'balance' OR ends_on IS NOT NULL),
  CONSTRAINT subscriptions_base_until_of_canceled CHECK (base_until IS NULL OR (status = 'canceled' AND base_until >= ends_on)),
  CONSTRAINT subscriptions_cancel_unpaid_of_past_due CHECK (cancel_unpaid_at IS NULL OR (past_due AND status <> 'canceled')),
  CONSTRAINT subscriptions_live_are_due CHECK (status = 'canceled' OR due_at IS NOT NULL),
  -- At the end of a transaction: of several that change on one day each may take another's plan.
  CONSTRAINT subscriptions_one_live_per_plan EXCLUDE (user_id WITH =, plan_code WITH =) WHERE (status NOT IN ('scheduled', 'canceled'))
    DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX subscriptions_user ON subscriptions (user_id, id);
CREATE INDEX subscriptions_plan ON subscriptions (plan_code, id);
CREATE INDEX subscriptions_unpaid ON subscriptions (cancel_unpaid_at, id) WHERE cancel_unpaid_at IS NOT NULL;
CREATE INDEX subscriptions_due ON subscriptions (due_at, user_id) WHERE due_at IS NOT NULL;

-- Canceled is final, scheduled is only the beginning; who, what and since when never changes.
CREATE FUNCTION refuse_subscription_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'subscription % is %: it cannot become % like this', OLD.id, OLD.status, NEW.status
    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'subscriptions_status_change';
END $$;
CREATE TRIGGER subscriptions_status_change BEFORE UPDATE ON subscriptions FOR EACH ROW WHEN (
  (NEW.id, NEW.user_id, NEW.started_on, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.user_id, OLD.started_on, OLD.created_at)
  OR (OLD.status = 'canceled' AND (NEW.status, NEW.ends_on, NEW.base_until, NEW.credit_to, NEW.canceled_at)
      IS DISTINCT FROM (OLD.status, OLD.ends_on, OLD.base_until, OLD.credit_to, OLD.canceled_at))
  OR (NEW.status = 'scheduled' AND OLD.status <> 'scheduled')
  OR (NEW.status = 'trialing' AND OLD.status NOT IN ('scheduled', 'trialing', 'paused'))
) EXECUTE FUNCTION refuse_subscription_change();
-- What is canceled, in whatever way, is not to be canceled for being unpaid.
CREATE FUNCTION forget_cancel_unpaid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.cancel_unpaid_at := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER subscriptions_forget_cancel_unpaid BEFORE UPDATE ON subscriptions FOR EACH ROW
  WHEN (NEW.status = 'canceled' AND NEW.cancel_unpaid_at IS NOT NULL) EXECUTE FUNCTION forget_cancel_unpaid();
CREATE TRIGGER subscriptions_never_deleted BEFORE DELETE ON subscriptions FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- coupons -------------------------------------------------------------------------------------------------------------------------

CREATE TABLE coupons (
  id              uuid PRIMARY KEY,
  code            text NOT NULL CHECK (code ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  name            text,
  percent         numeric(7, 4) CHECK (percent > 0 AND percent <= 100),
  amount_cents    bigint CHECK (amount_cents > 0),  -- a period
  currency        char(3) CHECK (currency ~ '^[A-Z]{3}$'),
  plans           text[],   -- whose subscriptions may have it; NULL: all
  items           text[],   -- base, minimum, usage, usage:<metric>; NULL: every item
  periods         integer CHECK (periods >= 1),  -- NULL: forever
  redeem_by       date,     -- the last day on which it may be added
  max_redemptions integer,
  max_per_user    integer CHECK (max_per_user >= 1),
  redemptions     integer NOT NULL DEFAULT 0,
  active          boolean NOT NULL DEFAULT true,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  CONSTRAINT coupons_percent_or_amount CHECK (num_nonnulls(percent, amount_cents) = 1 AND (amount_cents IS NULL) = (currency IS NULL)),
  CONSTRAINT coupons_redeemed_at_most CHECK (redemptions BETWEEN 0 AND coalesce(max_redemptions, redemptions))
);
CREATE UNIQUE INDEX coupons_code ON coupons (lower(code));
CREATE FUNCTION refuse_coupon_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  same coupons := NEW;
BEGIN
  same.name := OLD.name;
  same.active := OLD.active;
  same.redemptions := OLD.redemptions;
  same.updated_at := OLD.updated_at;
  IF same IS DISTINCT FROM OLD OR NEW.redemptions < OLD.redemptions THEN
    RAISE EXCEPTION 'what coupon % takes off never changes', OLD.code USING ERRCODE = 'restrict_violation', CONSTRAINT = 'coupons_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER coupons_never_change BEFORE UPDATE ON coupons FOR EACH ROW EXECUTE FUNCTION refuse_coupon_change();
CREATE TRIGGER coupons_never_deleted BEFORE DELETE ON coupons FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A coupon that a subscription has; they apply in the order of their ids.
CREATE TABLE subscription_discounts (
  id              uuid PRIMARY KEY,
  subscription_id uuid NOT NULL REFERENCES subscriptions (id),
  user_id         uuid NOT NULL,
  coupon_id       uuid NOT NULL REFERENCES coupons (id),
  added_on        date NOT NULL,
  from_day        date NOT NULL,  -- the period that holds it is the first one
  after_day       date,           -- only periods that begin after it: added again
  deleted_on      date,           -- it holds to the end of the period that holds this day
  created_at      timestamptz NOT NULL
);
CREATE INDEX subscription_discounts_subscription ON subscription_discounts (subscription_id, id);
CREATE INDEX subscription_discounts_coupon ON subscription_discounts (coupon_id, user_id);
CREATE FUNCTION refuse_discount_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  same subscription_discounts := NEW;
BEGIN
  same.deleted_on := OLD.deleted_on;
  IF same IS DISTINCT FROM OLD OR OLD.deleted_on IS NOT NULL THEN
    RAISE EXCEPTION 'a discount can only be deleted, once' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'subscription_discounts_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER subscription_discounts_never_change BEFORE UPDATE ON subscription_discounts FOR EACH ROW EXECUTE FUNCTION refuse_discount_change();
CREATE TRIGGER subscription_discounts_never_deleted BEFORE DELETE ON subscription_discounts FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What holds on which day. Terms tile: every one but the first starts where another ends, exactly one has no end. They are replaced whole.
CREATE TABLE subscription_terms (
  subscription_id uuid NOT NULL REFERENCES subscriptions (id),
  starts          date NOT NULL,
  ends            date,  -- not included; NULL: the last one, which holds on
  previous_end    date,  -- = starts; NULL: the first
  plan_code       varchar(64) NOT NULL,
  version         integer NOT NULL,
  quantity        bigint NOT NULL CHECK (quantity BETWEEN 1 AND 1000000),  -- times the base fee
  overrides       jsonb,  -- this customer's own base fee and charges, as the API shows them
  reason          text,
  PRIMARY KEY (subscription_id, starts),
  CONSTRAINT subscription_terms_version FOREIGN KEY (plan_code, version) REFERENCES plan_versions (plan_code, version),
  CONSTRAINT subscription_terms_not_empty CHECK (starts < ends),
  CONSTRAINT subscription_terms_overrides CHECK (jsonb_typeof(overrides) = 'object'),
  CONSTRAINT subscription_terms_one_end UNIQUE NULLS NOT DISTINCT (subscription_id, ends),
  CONSTRAINT subscription_terms_one_start UNIQUE NULLS NOT DISTINCT (subscription_id, previous_end),
  CONSTRAINT subscription_terms_start_where_previous_ends CHECK (previous_end = starts),
  CONSTRAINT subscription_terms_tile FOREIGN KEY (subscription_id, previous_end) REFERENCES subscription_terms (subscription_id, ends)
);
CREATE INDEX subscription_terms_of_version ON subscription_terms (plan_code, version, subscription_id);

-- A charge that is added to a version after somebody is on it would be a change of it.
CREATE FUNCTION refuse_charge_of_used_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM subscription_terms t WHERE t.plan_code = NEW.plan_code AND t.version = NEW.version) THEN
    RAISE EXCEPTION 'version % of plan % is in use: it never changes', NEW.version, NEW.plan_code
      USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plan_charges_of_used_version BEFORE INSERT ON plan_charges FOR EACH ROW EXECUTE FUNCTION refuse_charge_of_used_version();
CREATE TRIGGER plan_charge_tiers_of_used_version BEFORE INSERT ON plan_charge_tiers FOR EACH ROW EXECUTE FUNCTION refuse_charge_of_used_version();

-- Days on which nothing but usage is owed. No two of a subscription share a day: each begins no earlier than the one before it ended.
CREATE TABLE subscription_pauses (
  subscription_id uuid NOT NULL REFERENCES subscriptions (id),
  starts          date NOT NULL,
  ends            date,  -- not included; NULL: until it is resumed
  previous_end    date,  -- ≤ starts; NULL: the first
  PRIMARY KEY (subscription_id, starts),
  CONSTRAINT subscription_pauses_not_empty CHECK (starts < ends),
  CONSTRAINT subscription_pauses_one_end UNIQUE NULLS NOT DISTINCT (subscription_id, ends),
  CONSTRAINT subscription_pauses_one_next UNIQUE NULLS NOT DISTINCT (subscription_id, previous_end),
  CONSTRAINT subscription_pauses_start_after_previous CHECK (previous_end <= starts),
  CONSTRAINT subscription_pauses_apart FOREIGN KEY (subscription_id, previous_end) REFERENCES subscription_pauses (subscription_id, ends)
);

-- Each period of a subscription, the coming one of a scheduled one too. They tile: every period but the first starts where another ends, and
-- no two share a start or an end. A cancel or another interval cuts the current one; its lines keep their key, which is its first day.
CREATE TABLE subscription_periods (
  subscription_id uuid NOT NULL,
  user_id         uuid NOT NULL,
  period_start    date NOT NULL,
  period_end      date NOT NULL,
  previous_end    date,                -- = period_start; NULL: the first period
  full_days       integer NOT NULL,  -- of the full period, also when this one began late or was cut short: the D of its shares
  trial           boolean NOT NULL,
  settled         boolean NOT NULL DEFAULT false,  -- ended, and nothing of it is unbilled
  -- Whose first one it is: the others follow one that is there.
  first_of        uuid GENERATED ALWAYS AS (CASE WHEN previous_end IS NULL THEN subscription_id END) STORED REFERENCES subscriptions (id),
  PRIMARY KEY (subscription_id, period_start),
  CONSTRAINT subscription_periods_not_empty CHECK (period_start < period_end OR (period_start = period_end AND previous_end IS NULL)),
  CONSTRAINT subscription_periods_cut_short CHECK (period_end - period_start <= full_days),
  CONSTRAINT subscription_periods_one_end UNIQUE (subscription_id, period_end),
  CONSTRAINT subscription_periods_start_where_previous_ends CHECK (previous_end = period_start),
  CONSTRAINT subscription_periods_tile FOREIGN KEY (subscription_id, previous_end)
    REFERENCES subscription_periods (subscription_id, period_end)
) WITH (fillfactor = 80);  -- each is settled once: with room on its page, and no index on settled, that touches no index
CREATE UNIQUE INDEX subscription_periods_one_first ON subscription_periods (subscription_id) WHERE previous_end IS NULL;

-- From which day on something of a subscription may be unbilled: the first one of the first period that is not settled; of the last one where all are.
CREATE VIEW unbilled_from AS
SELECT s.user_id, s.id AS subscription_id,
       coalesce((SELECT p.period_start FROM subscription_periods p WHERE p.subscription_id = s.id AND NOT p.settled ORDER BY p.period_start LIMIT 1),
                s.current_period_start) AS from_day
FROM subscriptions s;

-- plan migrations -----------------------------------------------------------------------------------------------------------------

-- Subscriptions of a plan are to go to one of its versions: a job with a row each, so that each is changed exactly once whatever is killed.
CREATE TABLE plan_migrations (
  id             uuid PRIMARY KEY,
  plan_code      varchar(64) NOT NULL,
  to_version     integer NOT NULL,
  from_versions  integer[],  -- NULL: all others
  on_day         date,       -- NULL: at each one's period end
  keep_overrides boolean NOT NULL,
  status         migration_status NOT NULL,
  due_at         timestamptz,  -- while it runs
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  CONSTRAINT plan_migrations_version FOREIGN KEY (plan_code, to_version) REFERENCES plan_versions (plan_code, version),
  CONSTRAINT plan_migrations_running_are_due CHECK ((status = 'running') = (due_at IS NOT NULL))
);
CREATE INDEX plan_migrations_plan ON plan_migrations (plan_code, id);
CREATE INDEX plan_migrations_due ON plan_migrations (due_at) WHERE due_at IS NOT NULL;

CREATE FUNCTION check_migration_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.plan_code, NEW.to_version, NEW.from_versions, NEW.on_day, NEW.keep_overrides, NEW.created_at)
     IS DISTINCT FROM (OLD.id, OLD.plan_code, OLD.to_version, OLD.from_versions, OLD.on_day, OLD.keep_overrides, OLD.created_at)
     OR (OLD.status <> 'running' AND NEW.status <> OLD.status) THEN
    RAISE EXCEPTION 'migration % is %: it can only end', OLD.id, OLD.status
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'plan_migrations_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plan_migrations_never_change BEFORE UPDATE ON plan_migrations FOR EACH ROW EXECUTE FUNCTION check_migration_change();

CREATE TABLE plan_migration_subscriptions (
  migration_id    uuid NOT NULL REFERENCES plan_migrations (id),
  subscription_id uuid NOT NULL REFERENCES subscriptions (id),
  outcome         migration_outcome NOT NULL,
  problem         text,  -- why it failed, for a person
  changed_at      timestamptz,
  PRIMARY KEY (migration_id, subscription_id),
  CONSTRAINT plan_migration_subscriptions_problem_of_failed CHECK ((outcome = 'failed') = (problem IS NOT NULL)),
  CONSTRAINT plan_migration_subscriptions_changed_at CHECK ((outcome = 'waiting') = (changed_at IS NULL))
);
CREATE INDEX plan_migration_subscriptions_waiting ON plan_migration_subscriptions (migration_id, subscription_id) WHERE outcome = 'waiting';

CREATE FUNCTION check_outcome_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.outcome <> 'waiting' THEN
    RAISE EXCEPTION 'subscription % has been migrated already: %', OLD.subscription_id, OLD.outcome
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'plan_migration_subscriptions_once';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plan_migration_subscriptions_once BEFORE UPDATE ON plan_migration_subscriptions FOR EACH ROW EXECUTE FUNCTION check_outcome_change();

-- usage ---------------------------------------------------------------------------------------------------------------------------

-- Append-only, and nothing refers to it. xid is the transaction that wrote the row: all below the snapshot's xmin are there for good, so that
-- sums by day can be made of them (usage_days) and none is missed or counted twice, in whatever order they commit. It leads the key: rows come
-- about in its order, so an insert goes to the index's right edge, and what has come since the last fold is a short range of it.
CREATE TABLE usage_events (
  id              uuid NOT NULL,
  user_id         uuid NOT NULL CONSTRAINT usage_events_user REFERENCES users (id),
  metric          varchar(64) NOT NULL,
  quantity        bigint NOT NULL CHECK (quantity >= 0),
  at              timestamptz NOT NULL,
  event_id        text,  -- the client's own id: counts once for the user and metric
  subscription_id uuid,  -- whose it is; NULL: the first that charges the metric that day
  created_at      timestamptz NOT NULL,
  xid             bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
  PRIMARY KEY (xid, id)
);
CREATE INDEX idx_usage_user_time ON usage_events (user_id, at);
CREATE UNIQUE INDEX usage_events_event_id ON usage_events (user_id, metric, event_id) WHERE event_id IS NOT NULL;
CREATE TRIGGER usage_events_never_change BEFORE UPDATE OR DELETE ON usage_events FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What was recorded wrongly is put right by a row more. Summed up like an event: `delta` units on the day of `at`.
CREATE TABLE usage_corrections (
  id              uuid PRIMARY KEY,
  user_id         uuid NOT NULL CONSTRAINT usage_corrections_user REFERENCES users (id),
  metric          varchar(64) NOT NULL,
  event_id        text,    -- of the event that counts `quantity` from now on
  quantity        bigint CHECK (quantity >= 0),
  delta           bigint NOT NULL,
  at              timestamptz NOT NULL,
  subscription_id uuid,
  reason          text NOT NULL CHECK (reason <> ''),
  created_at      timestamptz NOT NULL,
  xid             bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
  CONSTRAINT usage_corrections_quantity_of_event CHECK ((event_id IS NULL) = (quantity IS NULL))
);
CREATE INDEX usage_corrections_user ON usage_corrections (user_id, at);
CREATE INDEX usage_corrections_event ON usage_corrections (user_id, metric, event_id, id) WHERE event_id IS NOT NULL;
CREATE INDEX usage_corrections_xid ON usage_corrections (xid);
CREATE TRIGGER usage_corrections_never_change BEFORE UPDATE OR DELETE ON usage_corrections FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Sums of all events and corrections whose xid is below the mark; the sum of a day is its row here and what has come since.
CREATE TABLE usage_days (
  user_id         uuid NOT NULL,
  metric          varchar(64) NOT NULL,
  day             date NOT NULL,
  subscription_id uuid,
  quantity        numeric(38, 0) NOT NULL,
  CONSTRAINT usage_days_once UNIQUE NULLS NOT DISTINCT (user_id, day, metric, subscription_id)
);
-- Transaction ids mean something in their own cluster only: in another one (a restored dump) sums and mark begin anew (adopt_usage).
CREATE TABLE usage_mark (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  xid      bigint NOT NULL,
  cluster  text NOT NULL  -- system_identifier of pg_control_system()
);
INSERT INTO usage_mark (xid, cluster) SELECT 0, system_identifier FROM pg_control_system();

-- Days that were over when usage of theirs was folded: a period that holds one may have been settled without it, and is to be opened again.
CREATE TABLE usage_late (
  user_id uuid NOT NULL,
  day     date NOT NULL,
  PRIMARY KEY (user_id, day)
);

-- What has come since the last fold, as the caller's statement sees it: together with usage_days in the same statement it is everything, once.
-- Of these users, or of all. Planned once, for the index that has it at its right edge, whatever the tables were like then.
CREATE FUNCTION unfolded_usage(users uuid[] DEFAULT NULL)
RETURNS TABLE (user_id uuid, metric varchar, day date, subscription_id uuid, quantity numeric)
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  mark bigint := (SELECT m.xid FROM usage_mark m);
BEGIN
  RETURN QUERY
    SELECT e.user_id, e.metric, (e.at AT TIME ZONE 'UTC')::date, e.subscription_id, e.quantity::numeric
    FROM usage_events e WHERE e.xid >= mark AND (users IS NULL OR e.user_id = ANY (users))
    UNION ALL
    SELECT c.user_id, c.metric, (c.at AT TIME ZONE 'UTC')::date, c.subscription_id, c.delta::numeric
    FROM usage_corrections c WHERE c.xid >= mark AND (users IS NULL OR c.user_id = ANY (users));
END $$;

-- Adds what is there for good to the sums by day, about `most` rows of it; how many rows it was. Days before `over_before` are noted in usage_late.
-- Whoever settles a period after its last day either sees an event of it or finds its day noted, as `over_before` is some time ahead of all clocks.
CREATE FUNCTION fold_usage(most bigint, over_before date) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  mark bigint;
  edge bigint;
  folded bigint;
BEGIN
  SELECT xid INTO mark FROM usage_mark FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN 0; END IF;  -- somebody else is at it
  edge := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  edge := least(edge, (SELECT xid + 1 FROM usage_events WHERE xid >= mark ORDER BY xid, id OFFSET most LIMIT 1));
  WITH fresh AS (
    SELECT user_id, metric, (at AT TIME ZONE 'UTC')::date AS day, subscription_id, quantity FROM usage_events WHERE xid >= mark AND xid < edge
    UNION ALL
    SELECT user_id, metric, (at AT TIME ZONE 'UTC')::date, subscription_id, delta FROM usage_corrections WHERE xid >= mark AND xid < edge
  ), sums AS (
    SELECT user_id, metric, day, subscription_id, sum(quantity) AS quantity, count(*) AS events FROM fresh GROUP BY 1, 2, 3, 4
  ), late AS (
    INSERT INTO usage_late (user_id, day) SELECT DISTINCT user_id, day FROM sums WHERE day < over_before ORDER BY 1, 2
    ON CONFLICT DO NOTHING  -- which waits for a run that takes the note away
  ), added AS (
    INSERT INTO usage_days AS d (user_id, metric, day, subscription_id, quantity)
    SELECT user_id, metric, day, subscription_id, quantity FROM sums
    ON CONFLICT (user_id, day, metric, subscription_id) DO UPDATE SET quantity = d.quantity + excluded.quantity
  )
  SELECT coalesce(sum(events), 0) INTO folded FROM sums;
  UPDATE usage_mark SET xid = edge;
  RETURN folded;
END $$;

-- A dump that was restored into another cluster brings the other one's transaction ids along: all of its events become foldable at once.
CREATE FUNCTION adopt_usage() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  here text := (SELECT system_identifier FROM pg_control_system());
BEGIN
  IF (SELECT cluster FROM usage_mark FOR UPDATE) = here THEN RETURN; END IF;
  ALTER TABLE usage_events DISABLE TRIGGER usage_events_never_change;
  ALTER TABLE usage_corrections DISABLE TRIGGER usage_corrections_never_change;
  UPDATE usage_events SET xid = 0;
  UPDATE usage_corrections SET xid = 0;
  ALTER TABLE usage_events ENABLE TRIGGER usage_events_never_change;
  ALTER TABLE usage_corrections ENABLE TRIGGER usage_corrections_never_change;
  DELETE FROM usage_days;
  UPDATE usage_mark SET xid = 0, cluster = here;
END $$;

-- numbers of documents ------------------------------------------------------------------------------------------------------------

-- Gapless within their series and year: 2026-000001, CN-2026-000001. A document is numbered inside COMMIT, after everything else that its transaction wrote
-- and by the server alone, so that the counter, which all share, is held for that instant only: no client is waited for under it, however
-- many work at the same time and wherever a connection breaks. A rollback takes nothing. Until the commit a document has no number.

CREATE TABLE document_counters (
  series text NOT NULL CONSTRAINT document_counters_series CHECK (series IN ('invoice', 'credit_note')),
  year   integer NOT NULL,
  last   bigint NOT NULL,  -- the highest number given out
  PRIMARY KEY (series, year)
);

CREATE TABLE document_numbers (
  document_id uuid PRIMARY KEY,
  number      text NOT NULL UNIQUE
);
CREATE TRIGGER document_numbers_never_change BEFORE UPDATE OR DELETE ON document_numbers FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Documents of a transaction that is to commit; no row outlives it.
CREATE UNLOGGED TABLE unnumbered_documents (
  id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  series text NOT NULL,
  year   integer NOT NULL,
  ids    uuid[] NOT NULL  -- in the order of their numbers
);

-- AFTER INSERT of each statement on a table of documents, with its series: they are numbered in the order of their ids, by the year in which
-- they were made.
CREATE FUNCTION ask_for_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO unnumbered_documents (series, year, ids)
  SELECT TG_ARGV[0], extract(year FROM created_at AT TIME ZONE 'UTC'), array_agg(id ORDER BY id) FROM added GROUP BY 2 ORDER BY 2;
  RETURN NULL;
END $$;

-- One lock for all series, so that transactions with documents of several cannot wait for each other in a circle.
CREATE FUNCTION give_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before bigint;
BEGIN
  DELETE FROM unnumbered_documents WHERE id = NEW.id;
  PERFORM pg_advisory_xact_lock(hashtextextended('billing.numbers', 0));
  INSERT INTO document_counters AS c (series, year, last) VALUES (NEW.series, NEW.year, cardinality(NEW.ids))
  ON CONFLICT (series, year) DO UPDATE SET last = c.last + excluded.last
  RETURNING last - cardinality(NEW.ids) INTO before;
  INSERT INTO document_numbers (document_id, number)
  SELECT document_id, CASE NEW.series WHEN 'credit_note' THEN 'CN-' ELSE '' END || NEW.year || '-' || lpad((before + n)::text, greatest(6, length((before + n)::text)), '0')
  FROM unnest(NEW.ids) WITH ORDINALITY AS numbered (document_id, n);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER documents_are_numbered_at_commit AFTER INSERT ON unnumbered_documents DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION give_numbers();

-- invoices ------------------------------------------------------------------------------------------------------------------------

CREATE TABLE invoices (
  id                 uuid PRIMARY KEY,
  kind               invoice_kind NOT NULL,
  user_id            uuid NOT NULL REFERENCES users (id),
  period_start       date NOT NULL,
  period_end         date NOT NULL,
  amount_cents       bigint NOT NULL CONSTRAINT invoices_never_negative CHECK (amount_cents >= 0),  -- what is to be paid: its lines and exclusive tax
  tax_cents          bigint NOT NULL DEFAULT 0 CHECK (tax_cents >= 0),
  discount_cents     bigint NOT NULL DEFAULT 0,  -- what discounts took of its lines, for information
  taxes              jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(taxes) = 'array'),  -- each rate as it was, with net and tax
  buyer              jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(buyer) = 'object'),  -- the user as it was
  seller_version     integer NOT NULL DEFAULT 0,  -- of sellers, which are never deleted: a foreign key would lock one row for all
  currency           char(3) NOT NULL,
  credited_cents     bigint NOT NULL DEFAULT 0 CHECK (credited_cents >= 0),      -- what credit notes took off what was due
  from_balance_cents bigint NOT NULL DEFAULT 0 CHECK (from_balance_cents >= 0),  -- what grants paid of it
  paid_cents         bigint NOT NULL DEFAULT 0 CHECK (paid_cents >= 0),          -- what payments paid of it
  noted_exclusive_cents bigint NOT NULL DEFAULT 0,  -- by credit notes so far, of lines whose tax comes on top: the next note's tax goes by it
  noted_inclusive_cents bigint NOT NULL DEFAULT 0,  -- of lines that hold their tax
  due_cents          bigint NOT NULL GENERATED ALWAYS AS (
    CASE WHEN status = 'void' THEN 0 ELSE amount_cents - credited_cents - from_balance_cents - paid_cents END) STORED,
  due_on             date,  -- the last day on which it is not overdue; NULL: it is charged by itself
  overdue_at         timestamptz,                 -- when it is found overdue; NULL once it was, or need not be
  status             invoice_status NOT NULL,
  collection         invoice_collection NOT NULL,
  next_attempt_at    timestamptz,                 -- when payment is next to be attempted
  declined_count     integer NOT NULL DEFAULT 0,  -- scheduled attempts that were declined
  unreachable_count  integer NOT NULL DEFAULT 0,  -- calls in a row that could not reach the provider
  schedule_from      integer NOT NULL DEFAULT 0,  -- the declined_count at which the schedule began: anew with a new payment method
  given_up           boolean NOT NULL DEFAULT false,  -- it was uncollected: until it is paid its subscriptions are past due, also while it is tried anew
  held_back          boolean NOT NULL DEFAULT false,  -- a run had to leave something waiting beside it: once it is not open any more, another run
  usage              json NOT NULL,               -- metric → quantity that this invoice newly covers
  created_at         timestamptz NOT NULL,
  updated_at         timestamptz NOT NULL,
  paid_at            timestamptz,
  voided_at          timestamptz,
  CONSTRAINT invoices_period_not_empty CHECK (period_start < period_end),
  CONSTRAINT invoices_due_never_negative CHECK (due_cents >= 0),
  CONSTRAINT invoices_paid_when_nothing_is_due CHECK (status = 'void' OR (status = 'paid') = (due_cents = 0)),
  CONSTRAINT invoices_void_took_nothing CHECK (status <> 'void' OR (credited_cents = 0 AND from_balance_cents = 0 AND paid_cents = 0)),
  CONSTRAINT invoices_paid_at CHECK ((status = 'paid') = (paid_at IS NOT NULL)),
  CONSTRAINT invoices_voided_at CHECK ((status = 'void') = (voided_at IS NOT NULL)),
  CONSTRAINT invoices_done_unless_open CHECK ((status = 'open') = (collection <> 'done')),
  CONSTRAINT invoices_uncollected_are_given_up CHECK (given_up OR collection <> 'uncollected'),
  CONSTRAINT invoices_attempt_due CHECK (collection IN ('pending', 'retrying') OR next_attempt_at IS NULL),
  CONSTRAINT invoices_charged_by_itself_or_due_on CHECK (due_on IS NOT NULL OR (collection IN ('pending', 'retrying')) = (next_attempt_at IS NOT NULL)),
  CONSTRAINT invoices_overdue_at CHECK (
    overdue_at IS NULL OR (status = 'open' AND due_on IS NOT NULL AND overdue_at = (due_on + 1)::timestamp AT TIME ZONE 'UTC'))
);
CREATE UNIQUE INDEX invoices_one_open_per_period ON invoices (user_id, period_start, period_end, currency)
  WHERE status = 'open' AND kind = 'subscription';
CREATE INDEX idx_invoices_user_period ON invoices (user_id, period_start, period_end);
CREATE INDEX invoices_status ON invoices (status, id) WHERE status <> 'paid';  -- most are: those are found by id
CREATE INDEX invoices_due ON invoices (next_attempt_at, id) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX invoices_overdue ON invoices (overdue_at, id) WHERE overdue_at IS NOT NULL;
CREATE INDEX invoices_open_due_on ON invoices (due_on, id) WHERE status = 'open' AND due_on IS NOT NULL;  -- by invoice alone
CREATE INDEX invoices_in_collection ON invoices (collection, id) WHERE collection IN ('retrying', 'uncollected');  -- few: pending ones are found among open ones
CREATE INDEX invoices_period ON invoices USING brin (period_start) WITH (autosummarize = on);  -- months come one after the other
CREATE INDEX invoices_created ON invoices USING brin (created_at);

-- An issued invoice never changes: it is credited, paid or voided. What a note or a payment took off never comes back; what the balance gave
-- goes back when it is voided.
CREATE FUNCTION refuse_invoice_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'invoice % is issued: it can only be credited, paid or voided', OLD.id
    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoices_never_change';
END $$;
CREATE TRIGGER invoices_never_change BEFORE UPDATE ON invoices FOR EACH ROW WHEN (
  (NEW.id, NEW.kind, NEW.user_id, NEW.period_start, NEW.period_end, NEW.amount_cents, NEW.currency, NEW.usage::text, NEW.created_at)
  IS DISTINCT FROM
  (OLD.id, OLD.kind, OLD.user_id, OLD.period_start, OLD.period_end, OLD.amount_cents, OLD.currency, OLD.usage::text, OLD.created_at)
  OR (NEW.tax_cents, NEW.discount_cents, NEW.taxes, NEW.buyer, NEW.seller_version)
  IS DISTINCT FROM (OLD.tax_cents, OLD.discount_cents, OLD.taxes, OLD.buyer, OLD.seller_version)
  OR NEW.noted_exclusive_cents < OLD.noted_exclusive_cents OR NEW.noted_inclusive_cents < OLD.noted_inclusive_cents
  OR NEW.due_on IS DISTINCT FROM OLD.due_on
  OR NEW.credited_cents < OLD.credited_cents OR NEW.paid_cents < OLD.paid_cents
  OR (NEW.from_balance_cents < OLD.from_balance_cents AND NEW.status <> 'void')
  OR (OLD.status <> 'open' AND NEW.status <> OLD.status)
) EXECUTE FUNCTION refuse_invoice_change();
CREATE TRIGGER invoices_are_numbered AFTER INSERT ON invoices
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ask_for_numbers('invoice');
CREATE TRIGGER invoices_never_deleted BEFORE DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The key of owed and billed is (subscription, the period's first day, item). billed = Σ amount − corrected and left = Σ amount − credited, both
-- over the lines of the key that are not voided.
CREATE TABLE invoice_lines (
  id              uuid PRIMARY KEY,
  invoice_id      uuid NOT NULL,  -- with user_id: of invoices
  user_id         uuid NOT NULL,
  position        integer NOT NULL,
  kind            line_kind NOT NULL,
  item            text NOT NULL,  -- base, usage:<metric>, minimum, item:<id>
  sequence        integer NOT NULL CHECK (sequence >= 0),  -- counts the lines of its key, voided ones too
  subscription_id uuid,           -- with user_id: of subscriptions
  plan_code       varchar(64),    -- and version: of the last term that it is about
  version         integer,
  metric          varchar(64),
  period_start    date,
  period_end      date,
  quantity        bigint NOT NULL CHECK (quantity >= 0),
  amount_cents    bigint NOT NULL,
  tax_inclusive   boolean NOT NULL DEFAULT false,  -- the amount holds its tax; else it comes on top
  tax_cents       bigint NOT NULL DEFAULT 0,       -- its share of the invoice's
  discount_cents  bigint NOT NULL DEFAULT 0,       -- what discounts took, for information
  credited_cents  bigint NOT NULL DEFAULT 0,  -- by notes of any kind
  corrected_cents bigint NOT NULL DEFAULT 0,  -- by correction notes: not billed any more
  description     text NOT NULL,
  explanation     json NOT NULL,  -- enough to recompute the line to the same cent
  voided          boolean NOT NULL DEFAULT false,  -- its invoice was voided: what it billed is "not billed" again
  withheld        boolean NOT NULL DEFAULT false,  -- voided after its subscription was canceled: only a generate bills it again
  UNIQUE (invoice_id, position),
  CONSTRAINT invoice_lines_billed_once UNIQUE NULLS NOT DISTINCT (subscription_id, period_start, item, sequence),
  CONSTRAINT invoice_lines_item_of_kind CHECK (
    CASE kind WHEN 'base' THEN item = 'base' WHEN 'usage' THEN item = 'usage:' || metric WHEN 'minimum' THEN item = 'minimum' ELSE item LIKE 'item:_%' END),
  CONSTRAINT invoice_lines_metric_of_usage CHECK ((kind = 'usage') = (metric IS NOT NULL)),
  CONSTRAINT invoice_lines_subscription_unless_item CHECK (
    num_nonnulls(subscription_id, plan_code, version, period_start, period_end) = CASE kind WHEN 'item' THEN 0 ELSE 5 END),
  CONSTRAINT invoice_lines_credited_at_most_whole CHECK (
    0 <= corrected_cents AND corrected_cents <= credited_cents AND credited_cents <= greatest(amount_cents, 0)),
  CONSTRAINT invoice_lines_withheld_of_void CHECK (voided OR NOT withheld)
);

-- Only what is credited of a line rises; it is voided once, and then withheld until a generate.
CREATE FUNCTION refuse_line_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  same invoice_lines := NEW;
BEGIN
  same.voided := OLD.voided;
  same.credited_cents := OLD.credited_cents;
  same.corrected_cents := OLD.corrected_cents;
  same.withheld := OLD.withheld;
  IF OLD.withheld AND NOT NEW.withheld AND (NEW.voided, NEW.credited_cents, NEW.corrected_cents) = (OLD.voided, OLD.credited_cents, OLD.corrected_cents)
     AND to_jsonb(same) = to_jsonb(OLD) THEN
    RETURN NEW;
  END IF;
  IF to_jsonb(same) <> to_jsonb(OLD) OR OLD.voided OR (NEW.voided AND NEW.credited_cents > 0)
     OR NEW.credited_cents < OLD.credited_cents OR NEW.corrected_cents < OLD.corrected_cents
     OR (NEW.voided, NEW.credited_cents, NEW.corrected_cents) = (OLD.voided, OLD.credited_cents, OLD.corrected_cents) THEN
    RAISE EXCEPTION 'the lines of an issued invoice never change' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoice_lines_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER invoice_lines_never_change BEFORE UPDATE ON invoice_lines FOR EACH ROW EXECUTE FUNCTION refuse_line_change();
CREATE TRIGGER invoice_lines_never_deleted BEFORE DELETE ON invoice_lines FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The foreign keys of lines, which are never deleted, and neither is what they are of: looked up once a statement, for a lookup a row is a twentieth of a
-- billing run. LATERAL … OFFSET 0: over the index, also by a plan that was made while the tables were small.
CREATE FUNCTION check_lines_belong() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT invoice_id, user_id FROM added) l
    LEFT JOIN LATERAL (SELECT user_id FROM invoices WHERE id = l.invoice_id OFFSET 0) i ON true
    WHERE i.user_id IS DISTINCT FROM l.user_id
  ) THEN
    RAISE EXCEPTION 'a line is of an invoice of its user'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'invoice_lines_of_an_invoice';
  END IF;
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT subscription_id, user_id FROM added WHERE subscription_id IS NOT NULL) l
    LEFT JOIN LATERAL (SELECT user_id FROM subscriptions WHERE id = l.subscription_id OFFSET 0) s ON true
    WHERE s.user_id IS DISTINCT FROM l.user_id
  ) THEN
    RAISE EXCEPTION 'a line is of a subscription of its user, or of none'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'invoice_lines_of_a_subscription';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER invoice_lines_belong AFTER INSERT ON invoice_lines
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_lines_belong();

-- All lines of an invoice are inserted by one statement, after the invoice: then they must sum to it.
CREATE FUNCTION check_lines_sum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT invoice_id FROM added) a
    JOIN invoices i ON i.id = a.invoice_id
    CROSS JOIN LATERAL (
      SELECT sum(l.amount_cents) + coalesce(sum(l.tax_cents) FILTER (WHERE NOT l.tax_inclusive), 0) AS amount, sum(l.tax_cents) AS tax
      FROM invoice_lines l WHERE l.invoice_id = i.id
    ) AS l
    WHERE i.amount_cents <> l.amount OR i.tax_cents <> l.tax
  ) THEN
    RAISE EXCEPTION 'the lines of an invoice, and the tax on top of them, must sum to its amount'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_lines_sum_to_amount';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER invoice_lines_sum_to_amount AFTER INSERT ON invoice_lines
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_lines_sum();

-- credit notes --------------------------------------------------------------------------------------------------------------------

CREATE TABLE credit_notes (
  id               uuid PRIMARY KEY,
  kind             credit_note_kind NOT NULL,  -- a goodwill note stays billed, a correction does not
  invoice_id       uuid NOT NULL REFERENCES invoices (id),
  user_id          uuid NOT NULL REFERENCES users (id),
  currency         char(3) NOT NULL,
  amount_cents     bigint NOT NULL CHECK (amount_cents > 0),  -- its lines and their exclusive tax
  tax_cents        bigint NOT NULL DEFAULT 0 CHECK (tax_cents >= 0),
  taxes            jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(taxes) = 'array'),
  buyer            jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(buyer) = 'object'),
  seller_version   integer NOT NULL DEFAULT 0,
  applied_cents    bigint NOT NULL CHECK (applied_cents >= 0),     -- off what was due on the invoice
  refund_cents     bigint NOT NULL DEFAULT 0 CHECK (refund_cents >= 0),  -- back to the card: the sum of its refunds
  to_balance_cents bigint NOT NULL CHECK (to_balance_cents >= 0),  -- the rest
  reason           text NOT NULL,
  memo             text,
  created_at       timestamptz NOT NULL,
  CONSTRAINT credit_notes_go_somewhere CHECK (amount_cents = applied_cents + refund_cents + to_balance_cents)
);
CREATE INDEX credit_notes_user ON credit_notes (user_id, id);
CREATE INDEX credit_notes_invoice ON credit_notes (invoice_id, id);
CREATE TRIGGER credit_notes_are_numbered AFTER INSERT ON credit_notes
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ask_for_numbers('credit_note');
CREATE TRIGGER credit_notes_never_change BEFORE UPDATE OR DELETE ON credit_notes FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE credit_note_lines (
  id             uuid PRIMARY KEY,
  credit_note_id uuid NOT NULL REFERENCES credit_notes (id),
  position       integer NOT NULL,
  line_id        uuid NOT NULL REFERENCES invoice_lines (id),
  amount_cents   bigint NOT NULL CHECK (amount_cents > 0),  -- with or without tax, as the line's is
  tax_cents      bigint NOT NULL DEFAULT 0,  -- its share of the note's
  explanation    json,  -- of a correction: what its item owes now
  UNIQUE (credit_note_id, position),
  CONSTRAINT credit_note_lines_line_once UNIQUE (credit_note_id, line_id)
);
CREATE INDEX credit_note_lines_line ON credit_note_lines (line_id);
CREATE TRIGGER credit_note_lines_never_change BEFORE UPDATE OR DELETE ON credit_note_lines FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- All lines of a note are inserted by one statement, after the note: they sum to it, are of its invoice, and what they credit is noted there.
CREATE FUNCTION credit_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT credit_note_id FROM added) a
    JOIN credit_notes n ON n.id = a.credit_note_id
    CROSS JOIN LATERAL (
      SELECT sum(c.amount_cents) + coalesce(sum(c.tax_cents) FILTER (WHERE NOT l.tax_inclusive), 0) AS amount, sum(c.tax_cents) AS tax
      FROM credit_note_lines c JOIN invoice_lines l ON l.id = c.line_id WHERE c.credit_note_id = n.id
    ) AS l
    WHERE n.amount_cents <> l.amount OR n.tax_cents <> l.tax
  ) THEN
    RAISE EXCEPTION 'the lines of a credit note must sum to its amount'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_note_lines_sum_to_amount';
  END IF;
  IF EXISTS (
    SELECT FROM added a JOIN credit_notes n ON n.id = a.credit_note_id JOIN invoice_lines l ON l.id = a.line_id
    WHERE l.invoice_id <> n.invoice_id
  ) THEN
    RAISE EXCEPTION 'a credit note credits lines of its own invoice'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_note_lines_of_its_invoice';
  END IF;
  UPDATE invoice_lines l
  SET credited_cents = l.credited_cents + c.amount, corrected_cents = l.corrected_cents + c.corrected
  FROM (
    SELECT a.line_id, sum(a.amount_cents) AS amount, coalesce(sum(a.amount_cents) FILTER (WHERE n.kind = 'correction'), 0) AS corrected
    FROM added a JOIN credit_notes n ON n.id = a.credit_note_id
    GROUP BY a.line_id
  ) AS c
  WHERE l.id = c.line_id;
  UPDATE invoices i
  SET noted_exclusive_cents = i.noted_exclusive_cents + c.exclusive, noted_inclusive_cents = i.noted_inclusive_cents + c.inclusive
  FROM (
    SELECT l.invoice_id, coalesce(sum(a.amount_cents) FILTER (WHERE NOT l.tax_inclusive), 0) AS exclusive,
           coalesce(sum(a.amount_cents) FILTER (WHERE l.tax_inclusive), 0) AS inclusive
    FROM added a JOIN invoice_lines l ON l.id = a.line_id
    GROUP BY l.invoice_id
  ) AS c
  WHERE i.id = c.invoice_id;
  RETURN NULL;
END $$;
CREATE TRIGGER credit_note_lines_sum_to_amount AFTER INSERT ON credit_note_lines
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION credit_lines();

-- items of their own --------------------------------------------------------------------------------------------------------------

-- Something that a user owes once, beside any period. It is billed by the invoice that it names, one that stands: voided, that gives it back.
CREATE TABLE items (
  id              uuid PRIMARY KEY,
  user_id         uuid NOT NULL REFERENCES users (id),
  description     text NOT NULL CHECK (description <> ''),
  currency        char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  amount_cents    bigint NOT NULL CHECK (amount_cents > 0),  -- before tax
  quantity        bigint NOT NULL CHECK (quantity >= 1),
  unit_price      numeric(27, 12) CHECK (unit_price > 0),  -- of which the amount was made; NULL: it was given
  subscription_id uuid REFERENCES subscriptions (id),      -- a label
  invoice_id      uuid REFERENCES invoices (id),           -- NULL: unbilled
  created_at      timestamptz NOT NULL,
  CONSTRAINT items_quantity_of_price CHECK (unit_price IS NOT NULL OR quantity = 1)
);
CREATE INDEX items_user ON items (user_id, id);
CREATE INDEX items_unbilled ON items (user_id, id) WHERE invoice_id IS NULL;

-- Only what bills it changes, from none to one or back; what is billed stays.
CREATE FUNCTION refuse_item_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  same items := NEW;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.invoice_id IS NULL THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'item % is billed: it stays', OLD.id USING ERRCODE = 'restrict_violation', CONSTRAINT = 'items_billed_stay';
  END IF;
  same.invoice_id := OLD.invoice_id;
  IF same IS DISTINCT FROM OLD OR num_nonnulls(OLD.invoice_id, NEW.invoice_id) <> 1 THEN
    RAISE EXCEPTION 'an item is billed or given back, never changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'items_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER items_never_change BEFORE UPDATE OR DELETE ON items FOR EACH ROW EXECUTE FUNCTION refuse_item_change();

-- balance -------------------------------------------------------------------------------------------------------------------------

-- What a user has to good. What is left is amount − used − ended; beyond expires_on it cannot be used, which others are told of once.
CREATE TABLE grants (
  id             uuid PRIMARY KEY,
  user_id        uuid NOT NULL REFERENCES users (id),
  amount_cents   bigint NOT NULL CHECK (amount_cents > 0),
  currency       char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  expires_on     date,  -- the first day on which it cannot be used any more; NULL: none
  source         grant_source NOT NULL,
  credit_note_id uuid REFERENCES credit_notes (id),
  payment_id     uuid,  -- of source overpayment: what brought it
  refund_id      uuid,  -- of source failed_refund: the one of that note which failed
  reason         text,
  used_cents     bigint NOT NULL DEFAULT 0,
  ended_cents    bigint NOT NULL DEFAULT 0,
  ended_at       timestamptz,
  expired_at     timestamptz,  -- when it was found expired with something left
  expires_at     timestamptz GENERATED ALWAYS AS (  -- when it is to be found so; NULL once it was, or nothing is left
    CASE WHEN expired_at IS NULL AND used_cents + ended_cents < amount_cents THEN expires_on::timestamp AT TIME ZONE 'UTC' END) STORED,
  created_at     timestamptz NOT NULL,
  CONSTRAINT grants_used_at_most_whole CHECK (0 <= used_cents AND 0 <= ended_cents AND used_cents + ended_cents <= amount_cents),
  CONSTRAINT grants_ended_at CHECK (ended_at IS NOT NULL OR ended_cents = 0),
  CONSTRAINT grants_expired_at CHECK (expired_at IS NULL OR (expires_on IS NOT NULL AND expired_at >= expires_on::timestamp AT TIME ZONE 'UTC')),
  CONSTRAINT grants_note_of_source CHECK ((source IN ('credit_note', 'failed_refund')) = (credit_note_id IS NOT NULL)),
  CONSTRAINT grants_payment_of_source CHECK ((source = 'overpayment') = (payment_id IS NOT NULL)),
  CONSTRAINT grants_refund_of_source CHECK ((source = 'failed_refund') = (refund_id IS NOT NULL))
);
CREATE INDEX grants_user ON grants (user_id, id);
CREATE INDEX grants_with_something_left ON grants (user_id, currency) WHERE used_cents + ended_cents < amount_cents;
CREATE INDEX grants_expiring ON grants (expires_at, id) WHERE expires_at IS NOT NULL;
CREATE UNIQUE INDEX grants_once_a_note ON grants (credit_note_id) WHERE source = 'credit_note';
CREATE UNIQUE INDEX grants_once_a_payment ON grants (payment_id) WHERE payment_id IS NOT NULL;
CREATE UNIQUE INDEX grants_once_a_refund ON grants (refund_id) WHERE refund_id IS NOT NULL;

CREATE FUNCTION refuse_grant_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.user_id, NEW.amount_cents, NEW.currency, NEW.expires_on, NEW.source, NEW.credit_note_id, NEW.payment_id, NEW.reason,
      NEW.created_at)
     IS DISTINCT FROM
     (OLD.id, OLD.user_id, OLD.amount_cents, OLD.currency, OLD.expires_on, OLD.source, OLD.credit_note_id, OLD.payment_id, OLD.reason,
      OLD.created_at)
     OR NEW.refund_id IS DISTINCT FROM OLD.refund_id
     OR NEW.ended_cents < OLD.ended_cents
     OR (OLD.expired_at IS NOT NULL AND NEW.expired_at IS DISTINCT FROM OLD.expired_at) THEN
    RAISE EXCEPTION 'a grant is used up, ended or expires, never changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'grants_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grants_never_change BEFORE UPDATE ON grants FOR EACH ROW EXECUTE FUNCTION refuse_grant_change();
CREATE TRIGGER grants_never_deleted BEFORE DELETE ON grants FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What a grant paid of an invoice; voided, it has it back.
CREATE TABLE grant_uses (
  id           uuid PRIMARY KEY,
  grant_id     uuid NOT NULL REFERENCES grants (id),
  invoice_id   uuid NOT NULL REFERENCES invoices (id),
  amount_cents bigint NOT NULL CHECK (amount_cents > 0),
  given_back   boolean NOT NULL DEFAULT false,
  created_at   timestamptz NOT NULL
);
CREATE INDEX grant_uses_grant ON grant_uses (grant_id);
CREATE INDEX grant_uses_invoice ON grant_uses (invoice_id);

-- Each use is noted at its grant, which has no more than it has.
CREATE FUNCTION use_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE grants SET used_cents = used_cents + NEW.amount_cents WHERE id = NEW.grant_id;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.grant_id, NEW.invoice_id, NEW.amount_cents, NEW.created_at, NEW.given_back)
     IS DISTINCT FROM (OLD.id, OLD.grant_id, OLD.invoice_id, OLD.amount_cents, OLD.created_at, true) OR OLD.given_back THEN
    RAISE EXCEPTION 'a use of a grant is given back once, and never changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'grant_uses_never_change';
  END IF;
  UPDATE grants SET used_cents = used_cents - NEW.amount_cents WHERE id = NEW.grant_id;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_uses_are_noted BEFORE INSERT OR UPDATE ON grant_uses FOR EACH ROW EXECUTE FUNCTION use_grant();
CREATE TRIGGER grant_uses_never_deleted BEFORE DELETE ON grant_uses FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- payments ------------------------------------------------------------------------------------------------------------------------

-- One row an attempt, committed as pending before the provider is called with its attempt_key; and one for money that came in some other way, as
-- it is recorded.
CREATE TABLE payments (
  id            uuid PRIMARY KEY,
  invoice_id    uuid NOT NULL REFERENCES invoices (id),
  user_id       uuid NOT NULL,
  attempt_key   text NOT NULL,
  kind          payment_kind NOT NULL,
  provider      varchar(32) NOT NULL,
  payment_method     text,      -- the user's when the attempt was begun
  provider_customer  text,      -- how the provider called the user then: what is asked under one key stays the same
  provider_reference text,      -- the provider's own name of the charge; of a recorded one what it was given
  received_on   date,           -- of a recorded one
  amount_cents  bigint NOT NULL CHECK (amount_cents > 0),
  overpaid_cents bigint NOT NULL DEFAULT 0,  -- what of it was beyond what was due by then, and became balance
  refunded_cents bigint NOT NULL DEFAULT 0,  -- by refunds that have not failed
  currency      char(3) NOT NULL,
  status        payment_status NOT NULL,
  failure_code  text,             -- of a pending one what it waits for: unreachable, processing, action_required
  decline       payment_decline,  -- of one that the provider declined
  next_action_url text,           -- of a pending one that needs its customer: where to
  resolution    text,             -- why an operator ended it
  attempted_at  timestamptz NOT NULL,
  calls         integer NOT NULL DEFAULT 1,  -- of the provider, with this key
  claimed_until timestamptz,  -- in real time, also under a simulated clock: until then the process that calls the provider is presumed alive
  claimed_by    uuid,         -- that process, where it can be told when it dies (process_is_gone)
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL,
  CONSTRAINT payments_attempt_key UNIQUE (invoice_id, attempt_key),
  CONSTRAINT payments_recorded CHECK (CASE WHEN kind = 'recorded' THEN received_on IS NOT NULL AND status = 'succeeded' ELSE received_on IS NULL END),
  CONSTRAINT payments_overpaid_at_most_whole CHECK (overpaid_cents BETWEEN 0 AND CASE status WHEN 'succeeded' THEN amount_cents ELSE 0 END),
  CONSTRAINT payments_refunded_at_most_paid CHECK (
    refunded_cents BETWEEN 0 AND CASE WHEN status = 'succeeded' AND kind <> 'recorded' THEN amount_cents - overpaid_cents ELSE 0 END),
  CONSTRAINT payments_decline_of_failed CHECK (status = 'failed' OR decline IS NULL),
  CONSTRAINT payments_resolution_of_ended CHECK (status <> 'pending' OR resolution IS NULL),
  CONSTRAINT payments_action_of_pending CHECK (status = 'pending' OR next_action_url IS NULL),
  CONSTRAINT payments_claim_of_pending CHECK (status = 'pending' OR claimed_until IS NULL),
  CONSTRAINT payments_claimed_by_with_claim CHECK (claimed_until IS NOT NULL OR claimed_by IS NULL)
);
CREATE UNIQUE INDEX payments_one_pending ON payments (invoice_id) WHERE status = 'pending';
-- What is recorded may come in parts.
CREATE UNIQUE INDEX payments_one_succeeded ON payments (invoice_id) WHERE status = 'succeeded' AND kind IN ('scheduled', 'manual');
CREATE INDEX payments_failed ON payments (id) WHERE status = 'failed';  -- those that are pending are few, and most have succeeded: those are found by id
CREATE INDEX payments_user ON payments (user_id, id);
CREATE INDEX payments_attempted ON payments USING brin (attempted_at) WITH (autosummarize = on);
ALTER TABLE grants ADD FOREIGN KEY (payment_id) REFERENCES payments (id);
CREATE TRIGGER payments_never_deleted BEFORE DELETE ON payments FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- How a provider calls a user: kept once, before anything is charged or set up there.
CREATE TABLE provider_customers (
  user_id    uuid NOT NULL REFERENCES users (id),
  provider   varchar(32) NOT NULL,
  reference  text NOT NULL CHECK (reference <> ''),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, provider),
  CONSTRAINT provider_customers_reference UNIQUE (provider, reference)
);
CREATE TRIGGER provider_customers_never_change BEFORE UPDATE OR DELETE ON provider_customers FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A link at the provider where a customer enters a card. It is asked about until something has come of it: a payment method, or nothing.
CREATE TABLE payment_setups (
  id             uuid PRIMARY KEY,
  user_id        uuid NOT NULL REFERENCES users (id),
  provider       varchar(32) NOT NULL,
  reference      text NOT NULL,   -- how the provider calls it
  status         setup_status NOT NULL DEFAULT 'open',
  payment_method text,            -- that came of it
  next_look_at   timestamptz,
  looks          integer NOT NULL DEFAULT 0,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  CONSTRAINT payment_setups_reference UNIQUE (provider, reference),
  CONSTRAINT payment_setups_open_are_looked_at CHECK ((status = 'open') = (next_look_at IS NOT NULL)),
  CONSTRAINT payment_setups_method_of_done CHECK ((status = 'done') = (payment_method IS NOT NULL))
);
CREATE INDEX payment_setups_due ON payment_setups (next_look_at, id) WHERE next_look_at IS NOT NULL;
CREATE INDEX payment_setups_user ON payment_setups (user_id, id);

-- refunds -------------------------------------------------------------------------------------------------------------------------

-- What a credit note gives back of a payment: committed with the note, before the provider is called with its refund_key. Ended as failed it
-- becomes a grant.
CREATE TABLE refunds (
  id                 uuid PRIMARY KEY,
  credit_note_id     uuid NOT NULL REFERENCES credit_notes (id),
  payment_id         uuid NOT NULL REFERENCES payments (id),
  invoice_id         uuid NOT NULL,  -- and what follows: the payment's
  user_id            uuid NOT NULL,
  provider           varchar(32) NOT NULL,
  payment_method     text,
  currency           char(3) NOT NULL,
  refund_key         text NOT NULL CONSTRAINT refunds_refund_key UNIQUE,
  amount_cents       bigint NOT NULL CHECK (amount_cents > 0),
  status             payment_status NOT NULL DEFAULT 'pending',
  failure_code       text,
  provider_reference text,         -- the provider's own name of the refund
  resolution         text,         -- why an operator ended it
  next_attempt_at    timestamptz,  -- when the provider is next to be called, or asked
  unreachable_count  integer NOT NULL DEFAULT 0,  -- calls in a row that could not reach the provider
  calls              integer NOT NULL DEFAULT 0,  -- of the provider, with this key
  attempted_at       timestamptz NOT NULL,
  claimed_until      timestamptz,  -- as of a payment
  claimed_by         uuid,
  created_at         timestamptz NOT NULL,
  updated_at         timestamptz NOT NULL,
  CONSTRAINT refunds_once_a_note_and_payment UNIQUE (credit_note_id, payment_id),
  CONSTRAINT refunds_pending_are_due CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL)),
  CONSTRAINT refunds_resolution_of_ended CHECK (status <> 'pending' OR resolution IS NULL),
  CONSTRAINT refunds_claim_of_pending CHECK (status = 'pending' OR claimed_until IS NULL),
  CONSTRAINT refunds_claimed_by_with_claim CHECK (claimed_until IS NOT NULL OR claimed_by IS NULL)
);
CREATE INDEX refunds_due ON refunds (next_attempt_at, id) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX refunds_payment ON refunds (payment_id);
CREATE INDEX refunds_invoice ON refunds (invoice_id, id);
CREATE INDEX refunds_user ON refunds (user_id, id);
CREATE INDEX refunds_status ON refunds (status, id) WHERE status <> 'succeeded';  -- most have: those are found by id

-- Each is noted at its payment, which gives back no more than it brought. It ends once, and then never changes, unless the money comes back from the
-- customer's bank.
CREATE FUNCTION note_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE payments SET refunded_cents = refunded_cents + NEW.amount_cents WHERE id = NEW.payment_id;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.credit_note_id, NEW.payment_id, NEW.invoice_id, NEW.user_id, NEW.provider, NEW.currency, NEW.refund_key, NEW.amount_cents, NEW.created_at)
     IS DISTINCT FROM
     (OLD.id, OLD.credit_note_id, OLD.payment_id, OLD.invoice_id, OLD.user_id, OLD.provider, OLD.currency, OLD.refund_key, OLD.amount_cents, OLD.created_at)
     OR NOT (OLD.status = 'pending' OR (OLD.status = 'succeeded' AND NEW.status = 'failed')) THEN
    RAISE EXCEPTION 'a refund ends once, and never changes but for one that comes back' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'refunds_never_change';
  END IF;
  IF NEW.status = 'failed' THEN
    UPDATE payments SET refunded_cents = refunded_cents - NEW.amount_cents WHERE id = NEW.payment_id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refunds_are_noted BEFORE INSERT OR UPDATE ON refunds FOR EACH ROW EXECUTE FUNCTION note_refund();
CREATE TRIGGER refunds_never_deleted BEFORE DELETE ON refunds FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE grants ADD CONSTRAINT grants_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES refunds (id);

-- what the provider tells by itself ----------------------------------------------------------------------------------------------

-- What a customer's bank says against a payment: shown, and nothing else.
CREATE TABLE disputes (
  id           uuid PRIMARY KEY,
  payment_id   uuid NOT NULL REFERENCES payments (id),
  invoice_id   uuid NOT NULL,  -- and the user: the payment's
  user_id      uuid NOT NULL,
  provider     varchar(32) NOT NULL,
  reference    text NOT NULL,  -- the provider's own name of it
  amount_cents bigint NOT NULL CHECK (amount_cents > 0),
  currency     char(3) NOT NULL,
  status       text NOT NULL CHECK (status IN ('needs_response', 'under_review', 'won', 'lost', 'closed')),
  reason       text NOT NULL,
  respond_by   timestamptz,
  opened_at    timestamptz NOT NULL,  -- in real time, as the provider says
  created_at   timestamptz NOT NULL,
  updated_at   timestamptz NOT NULL,
  CONSTRAINT disputes_reference UNIQUE (provider, reference)
);
CREATE INDEX disputes_payment ON disputes (payment_id);
CREATE INDEX disputes_user ON disputes (user_id, id);
CREATE FUNCTION hold_dispute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a dispute that is over stays so' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'disputes_over_stay_so';
END $$;
CREATE TRIGGER disputes_over_stay_so BEFORE UPDATE ON disputes FOR EACH ROW
  WHEN (OLD.status IN ('won', 'lost', 'closed') OR (OLD.id, OLD.payment_id, OLD.reference) IS DISTINCT FROM (NEW.id, NEW.payment_id, NEW.reference))
  EXECUTE FUNCTION hold_dispute();
CREATE TRIGGER disputes_never_deleted BEFORE DELETE ON disputes FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A doorbell: which thing of the provider's is to be asked for. All instants are in real time, as the provider's are.
CREATE TABLE provider_events (
  id          uuid PRIMARY KEY,
  provider    varchar(32) NOT NULL,
  reference   text NOT NULL,  -- the provider's own name of the event
  type        text NOT NULL,
  about       text NOT NULL CHECK (about IN ('charge', 'refund', 'dispute', 'setup')),
  object      text NOT NULL,  -- the provider's own name of what it is about
  payment_id  uuid,           -- as the object's notes say, which may be anything: no foreign keys
  refund_id   uuid,
  failures    integer NOT NULL DEFAULT 0,
  received_at timestamptz NOT NULL,
  due_at      timestamptz,  -- null: acted on
  handled_at  timestamptz,
  CONSTRAINT provider_events_reference UNIQUE (provider, reference),
  CONSTRAINT provider_events_due_or_handled CHECK ((due_at IS NULL) = (handled_at IS NOT NULL))
);
CREATE INDEX provider_events_due ON provider_events (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX provider_events_handled ON provider_events (handled_at) WHERE handled_at IS NOT NULL;

-- When a provider's books are next to be looked through for what no event told of.
CREATE TABLE provider_sweeps (
  provider varchar(32) PRIMARY KEY,
  due_at   timestamptz NOT NULL
);

-- audit ---------------------------------------------------------------------------------------------------------------------------

CREATE TABLE audit_events (
  id         uuid PRIMARY KEY,
  at         timestamptz NOT NULL,
  actor      text NOT NULL,   -- key:<name>, anonymous, worker, schedule
  action     text NOT NULL,   -- invoice.paid
  entity     text NOT NULL,   -- user, plan, subscription, invoice, credit_note, payment
  entity_id  text NOT NULL,
  user_id    uuid,
  from_state text,
  to_state   text,
  key_id     uuid,            -- of the API key that the actor names: a name may be used again
  xid        bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint  -- of the transaction that wrote it, as in usage_events
);
CREATE INDEX audit_events_entity ON audit_events (entity_id, id);
CREATE INDEX audit_events_user ON audit_events (user_id, id) WHERE user_id IS NOT NULL;
-- Costs a writer nothing: rows come about in the order of their xids, so a few bytes for each megabyte tell where the newest ones are.
CREATE INDEX audit_events_xid ON audit_events USING brin (xid) WITH (pages_per_range = 128);
CREATE TRIGGER audit_events_never_change BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- events --------------------------------------------------------------------------------------------------------------------------

-- Which of what is audited is told to others, as what, and what it is about.
CREATE TABLE event_types (
  action text PRIMARY KEY,  -- of audit_events
  type   text NOT NULL,
  object text NOT NULL CHECK (object IN ('user', 'subscription', 'invoice', 'payment', 'credit_note', 'balance'))
);
INSERT INTO event_types (action, type, object) VALUES
  ('user.created', 'user.created', 'user'),
  ('user.updated', 'user.updated', 'user'),
  ('user.payment_method_changed', 'user.updated', 'user'),
  ('user.anonymized', 'user.anonymized', 'user'),
  ('subscription.created', 'subscription.created', 'subscription'),
  ('subscription.changed', 'subscription.updated', 'subscription'),
  ('subscription.term_begun', 'subscription.updated', 'subscription'),
  ('subscription.pending_dropped', 'subscription.updated', 'subscription'),
  ('subscription.pause_scheduled', 'subscription.updated', 'subscription'),
  ('subscription.pause_taken_back', 'subscription.updated', 'subscription'),
  ('subscription.cancel_scheduled', 'subscription.updated', 'subscription'),
  ('subscription.cancel_taken_back', 'subscription.updated', 'subscription'),
  ('subscription.discount_added', 'subscription.updated', 'subscription'),
  ('subscription.discount_deleted', 'subscription.updated', 'subscription'),
  ('subscription.paused', 'subscription.paused', 'subscription'),
  ('subscription.resumed', 'subscription.resumed', 'subscription'),
  ('subscription.canceled', 'subscription.canceled', 'subscription'),
  ('subscription.past_due', 'subscription.past_due', 'subscription'),
  ('subscription.activated', 'subscription.active', 'subscription'),
  ('subscription.trial_ending', 'subscription.trial_ending', 'subscription'),
  ('invoice.created', 'invoice.created', 'invoice'),
  ('invoice.paid', 'invoice.paid', 'invoice'),
  ('invoice.voided', 'invoice.voided', 'invoice'),
  ('invoice.overdue', 'invoice.overdue', 'invoice'),
  ('invoice.uncollected', 'invoice.uncollected', 'invoice'),
  ('payment.succeeded', 'payment.succeeded', 'payment'),
  ('payment.recorded', 'payment.succeeded', 'payment'),
  ('payment.failed', 'payment.failed', 'payment'),
  ('payment.action_required', 'payment.action_required', 'payment'),
  ('payment.refunded', 'payment.refunded', 'payment'),
  ('payment.disputed', 'payment.disputed', 'payment'),
  ('credit_note.created', 'credit_note.created', 'credit_note'),
  ('credit.granted', 'balance.changed', 'balance'),
  ('credit.used', 'balance.changed', 'balance'),
  ('credit.given_back', 'balance.changed', 'balance'),
  ('credit.ended', 'balance.changed', 'balance'),
  ('credit.expired', 'balance.changed', 'balance');

-- What happened, in one order without gaps, given once what happened is there for good. What it is about is not kept here but looked up whenever an
-- event is read: so there is no name or address in it, and whoever reads late reads what is true.
CREATE TABLE events (
  sequence  bigint PRIMARY KEY,
  id        uuid NOT NULL,  -- of its row in audit_events
  type      text NOT NULL,
  at        timestamptz NOT NULL,
  user_id   uuid,
  object    text NOT NULL,
  object_id uuid NOT NULL
);
CREATE INDEX events_user ON events (user_id, sequence);
CREATE TRIGGER events_never_change BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- All of audit_events whose xid is below the mark is in events, up to this sequence. In another cluster the mark begins anew (adopt_events).
CREATE TABLE event_mark (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  xid      bigint NOT NULL,
  sequence bigint NOT NULL,
  cluster  text NOT NULL
);
INSERT INTO event_mark (xid, sequence, cluster) SELECT 0, 0, system_identifier FROM pg_control_system();

-- Whether anything is there for good that has no sequence yet. Planned for the index, whatever the table was like then.
CREATE FUNCTION events_wait() RETURNS boolean
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  mark bigint := (SELECT m.xid FROM event_mark m);
  edge bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
BEGIN
  RETURN EXISTS (SELECT FROM audit_events WHERE xid >= mark AND xid < edge);
END $$;

-- Gives sequences to what is there for good, about `most` rows of audit_events; how many had none. In the order of the transactions, and within
-- each in that of what it did. Whoever writes never waits for it, and it for nobody: what is still open is left for the next time, with all after it.
CREATE FUNCTION sequence_events(most bigint) RETURNS bigint
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  mark event_mark;
  edge bigint;
  waiting bigint;
  given bigint;
BEGIN
  SELECT * INTO mark FROM event_mark FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN 0; END IF;  -- somebody else is at it
  edge := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  SELECT count(*) INTO waiting FROM audit_events WHERE xid >= mark.xid AND xid < edge;
  IF waiting = 0 THEN RETURN 0; END IF;
  IF waiting > most THEN
    edge := (SELECT xid + 1 FROM audit_events WHERE xid >= mark.xid AND xid < edge ORDER BY xid OFFSET most LIMIT 1);
  END IF;
  INSERT INTO events (sequence, id, type, at, user_id, object, object_id)
  SELECT mark.sequence + row_number() OVER (ORDER BY a.xid, a.id), a.id, t.type, a.at, a.user_id, t.object,
         CASE t.object WHEN 'balance' THEN a.user_id ELSE a.entity_id::uuid END
  FROM audit_events a JOIN event_types t USING (action)
  WHERE a.xid >= mark.xid AND a.xid < edge;
  GET DIAGNOSTICS given = ROW_COUNT;
  UPDATE event_mark SET xid = edge, sequence = mark.sequence + given;
  RETURN waiting;
END $$;

-- Tells the index of what has been written since it was last told, unless it would have to wait: then another time, or a vacuum does.
CREATE FUNCTION summarize_audit() RETURNS void LANGUAGE plpgsql SET lock_timeout = '100ms' AS $$
BEGIN
  PERFORM brin_summarize_new_values('audit_events_xid');
EXCEPTION WHEN lock_not_available OR insufficient_privilege THEN
  NULL;
END $$;

-- As adopt_usage: in another cluster transactions are numbered anew. What had no sequence gets one, and what is there counts as older than all to come.
CREATE FUNCTION adopt_events() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  here text := (SELECT system_identifier FROM pg_control_system());
  mark event_mark;
  given bigint;
BEGIN
  SELECT * INTO mark FROM event_mark FOR UPDATE;
  IF mark.cluster = here THEN RETURN; END IF;
  INSERT INTO events (sequence, id, type, at, user_id, object, object_id)
  SELECT mark.sequence + row_number() OVER (ORDER BY a.xid, a.id), a.id, t.type, a.at, a.user_id, t.object,
         CASE t.object WHEN 'balance' THEN a.user_id ELSE a.entity_id::uuid END
  FROM audit_events a JOIN event_types t USING (action) WHERE a.xid >= mark.xid;
  GET DIAGNOSTICS given = ROW_COUNT;
  ALTER TABLE audit_events DISABLE TRIGGER audit_events_never_change;
  UPDATE audit_events SET xid = 0;
  ALTER TABLE audit_events ENABLE TRIGGER audit_events_never_change;
  UPDATE event_mark SET xid = 1, sequence = mark.sequence + given, cluster = here;
END $$;

-- webhooks ------------------------------------------------------------------------------------------------------------------------

-- Who is told of events, as it reads them in its own order: all below next_sequence it has been told of, or has a row that says when it will be.
-- Times are those of PostgreSQL's clock, also under a simulated one: receivers are in the real world.
CREATE TABLE webhook_endpoints (
  id              uuid PRIMARY KEY,
  url             text NOT NULL CHECK (url ~ '^https?://'),
  types           text[] CHECK (cardinality(types) > 0),  -- 'invoice.paid', 'invoice.*'; NULL: all
  description     text,
  active          boolean NOT NULL DEFAULT true,
  secret          text NOT NULL CHECK (secret <> ''),
  previous_secret text,         -- signs as well until then
  previous_until  timestamptz,
  next_sequence   bigint NOT NULL,
  failing_since   timestamptz,  -- nothing has succeeded since; NULL: the last one did, or nothing has been tried
  hold_until      timestamptz,  -- it asked not to be called before (Retry-After)
  disabled_at     timestamptz,
  disabled_reason text,
  claimed_by      uuid,         -- the process that is sending to it
  claimed_until   timestamptz,
  claims          bigint NOT NULL DEFAULT 0,  -- how often it was claimed: who holds an older claim writes nothing any more
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  deleted_at      timestamptz,  -- gone for everybody; the row goes when the last of its deliveries has been pruned
  CONSTRAINT webhook_endpoints_deleted CHECK (deleted_at IS NULL OR NOT active),
  CONSTRAINT webhook_endpoints_disabled CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)),
  CONSTRAINT webhook_endpoints_previous CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
);

-- What was sent, or is to be sent again. The first attempt of an event needs no row before it: the endpoint's next_sequence says that it is due.
CREATE TABLE webhook_deliveries (
  id           uuid PRIMARY KEY,
  endpoint_id  uuid NOT NULL CONSTRAINT webhook_deliveries_endpoint REFERENCES webhook_endpoints (id),
  sequence     bigint,  -- of the event; NULL: a test
  kind         text NOT NULL CHECK (kind IN ('event', 'replay', 'test')),
  status       text NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
  attempts     integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  due_at       timestamptz,  -- the next attempt
  attempted_at timestamptz,  -- the last one, and what it came to
  took_ms      integer,
  answer       integer,      -- HTTP status; NULL: none came
  answer_body  text CHECK (length(answer_body) <= 1024),  -- its beginning
  error        text,         -- why there was no answer, or none that counts
  created_at   timestamptz NOT NULL,
  CONSTRAINT webhook_deliveries_due CHECK ((status = 'pending') = (due_at IS NOT NULL)),
  CONSTRAINT webhook_deliveries_test CHECK ((kind = 'test') = (sequence IS NULL))
);
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (endpoint_id, id);
CREATE INDEX webhook_deliveries_to_do ON webhook_deliveries (endpoint_id, due_at) WHERE due_at IS NOT NULL;

-- e-mails -------------------------------------------------------------------------------------------------------------------------

CREATE TYPE email_kind AS ENUM ('invoice_issued', 'payment_failed', 'payment_succeeded', 'trial_ending', 'card_needed');
CREATE TYPE email_status AS ENUM ('pending', 'sent', 'refused', 'given_up', 'unknown', 'canceled');

-- Which mails are not wanted, and where customers enter a card.
CREATE TABLE email_settings (
  only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  off         email_kind[] NOT NULL DEFAULT '{}',
  payment_url text CHECK (payment_url ~ '^https?://')
);
INSERT INTO email_settings DEFAULT VALUES;

-- What is told to a customer, and what became of it. Times are those of PostgreSQL's clock, also under a simulated one: mail goes into the real world.
CREATE TABLE emails (
  id              uuid PRIMARY KEY,  -- of the event that it tells: nothing is told twice
  kind            email_kind NOT NULL,
  user_id         uuid NOT NULL,
  invoice_id      uuid,
  payment_id      uuid,
  subscription_id uuid,
  status          email_status NOT NULL DEFAULT 'pending',
  to_address      text,         -- and subject: of the last attempt
  subject         text,
  attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  due_at          timestamptz,  -- the next attempt
  attempted_at    timestamptz,
  claim           uuid,         -- of the attempt under way: who holds an older one writes nothing any more
  claimed_by      uuid,         -- its process
  claimed_until   timestamptz,
  ending_at       timestamptz,  -- all of it but its end was sent: from then on the server may have taken it on, and it is not sent again
  code            integer,      -- of the server's last reply
  reply           text CHECK (length(reply) <= 500),
  sent_at         timestamptz,  -- the server took it on
  created_at      timestamptz NOT NULL,  -- of the event, by billing's clock
  CONSTRAINT emails_pending_are_due CHECK ((status = 'pending') = (due_at IS NOT NULL)),
  CONSTRAINT emails_sent_at CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
  CONSTRAINT emails_claimed CHECK ((claim IS NULL) = (claimed_until IS NULL) AND (status = 'pending' OR claim IS NULL))
);
CREATE INDEX emails_due ON emails (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX emails_user ON emails (user_id, id);

-- Events up to this one have their mails. Nobody looked for a day: those of that day are not told any more.
CREATE TABLE email_mark (
  only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  sequence  bigint NOT NULL,
  looked_at timestamptz NOT NULL
);

-- What names a person is gone from its mails as well.
CREATE FUNCTION forget_addresses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE emails SET to_address = NULL, subject = NULL, reply = NULL WHERE user_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER users_are_forgotten AFTER UPDATE OF anonymized_at ON users FOR EACH ROW
  WHEN (OLD.anonymized_at IS NULL AND NEW.anonymized_at IS NOT NULL) EXECUTE FUNCTION forget_addresses();

-- processes -----------------------------------------------------------------------------------------------------------------------

-- Each process holds a lock under its name as long as it lives (app/process/life_line.hpp), on a session that PostgreSQL ends with it. Of a
-- process without a name nothing can be told. The lock that this takes for a look ends with the transaction.
CREATE FUNCTION process_is_gone(process uuid) RETURNS boolean LANGUAGE sql VOLATILE AS $$
  SELECT process IS NOT NULL AND pg_try_advisory_xact_lock_shared(hashtextextended('billing.process:' || process, 0))
$$;

-- access --------------------------------------------------------------------------------------------------------------------------

CREATE TABLE api_keys (
  id         uuid PRIMARY KEY,
  name       text NOT NULL CHECK (name <> ''),
  scope      text NOT NULL CHECK (scope IN ('admin', 'write', 'ingest', 'read')),
  key_hash   char(64) NOT NULL UNIQUE,  -- SHA-256 of the key, hex: the key itself is shown once and never stored
  created_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE UNIQUE INDEX api_keys_name ON api_keys (name) WHERE revoked_at IS NULL;

-- Who has signed in with a key, in a browser. A session lives in real time, whatever the billing clock says.
CREATE TABLE sessions (
  token_hash char(64) PRIMARY KEY,  -- SHA-256 of the cookie's token, hex
  key_id     uuid NOT NULL REFERENCES api_keys (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at    timestamptz NOT NULL DEFAULT now()  -- to the minute: it ends 12 hours later
);
CREATE INDEX sessions_used ON sessions (used_at);

CREATE TABLE idempotency_keys (
  scope        text NOT NULL,   -- the API key's id; empty without one
  key          text NOT NULL,
  request_hash char(64) NOT NULL,  -- SHA-256 over method, path and body
  status       integer,             -- NULL while the first request runs
  content_type text,
  body         text,
  headers      text,                -- "Name: value" lines
  intent       text,                -- what the first request set out to do, where a repetition could not tell it again
  created_at   timestamptz NOT NULL,  -- by the billing clock: kept 24 hours
  started_at   timestamptz NOT NULL,  -- by PostgreSQL's clock: a first request that is older has died, and is taken over
  process      uuid,                  -- that runs it, where it can be told when it dies (process_is_gone)
  PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

CREATE TABLE simulated_clock (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  now      timestamptz NOT NULL
);

-- Names this installation in Redis, where others may live too.
CREATE TABLE installation (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  id       uuid NOT NULL
);
INSERT INTO installation (id) VALUES (gen_random_uuid());
