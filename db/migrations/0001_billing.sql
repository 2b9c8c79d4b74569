-- The spec's tables with their columns and indexes, what a real billing system needs beside them, and a constraint for every invariant
-- that SQL can hold. The code maps constraint names to answers: renaming one is a change of the API.

CREATE TYPE subscription_status AS ENUM ('active', 'canceled', 'trialing', 'past_due');
CREATE TYPE invoice_status AS ENUM ('open', 'paid', 'void');
CREATE TYPE invoice_collection AS ENUM ('pending', 'retrying', 'uncollected', 'done');
CREATE TYPE line_kind AS ENUM ('base', 'usage');
CREATE TYPE payment_status AS ENUM ('succeeded', 'failed', 'pending');
CREATE TYPE payment_kind AS ENUM ('scheduled', 'manual');
CREATE TYPE pricing_model AS ENUM ('per_unit', 'graduated', 'volume', 'package');

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
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL
);

-- plans ---------------------------------------------------------------------------------------------------------------------------

CREATE TABLE plans (
  code           varchar(64) PRIMARY KEY CHECK (code ~ '^[a-z0-9][a-z0-9_-]*$'),
  name           text NOT NULL,
  amount_cents   bigint NOT NULL CHECK (amount_cents >= 0),
  currency       char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  interval       varchar(8) NOT NULL CHECK (interval IN ('day', 'week', 'month', 'year')),
  interval_count integer NOT NULL CHECK (interval_count >= 1),
  trial_days     integer NOT NULL CHECK (trial_days >= 0),
  active         boolean NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL
);

CREATE TABLE plan_charges (
  plan_code     varchar(64) NOT NULL REFERENCES plans (code),
  metric        varchar(64) NOT NULL CHECK (metric ~ '^[a-z][a-z0-9_.]*$'),
  position      integer NOT NULL,
  model         pricing_model NOT NULL,
  included      bigint NOT NULL CHECK (included >= 0),
  unit_price    numeric(27, 12) CHECK (unit_price >= 0),
  package_size  bigint CHECK (package_size >= 1),
  package_price numeric(27, 12) CHECK (package_price >= 0),
  PRIMARY KEY (plan_code, metric),
  CONSTRAINT plan_charges_fields_of_model CHECK (
    (model = 'per_unit') = (unit_price IS NOT NULL)
    AND (model = 'package') = (package_size IS NOT NULL)
    AND (model = 'package') = (package_price IS NOT NULL))
);

CREATE TABLE plan_charge_tiers (
  plan_code  varchar(64) NOT NULL,
  metric     varchar(64) NOT NULL,
  position   integer NOT NULL,
  up_to      bigint CHECK (up_to >= 1),  -- inclusive; NULL: no limit
  unit_price numeric(27, 12) NOT NULL CHECK (unit_price >= 0),
  flat_price numeric(27, 12) NOT NULL CHECK (flat_price >= 0),
  PRIMARY KEY (plan_code, metric, position),
  FOREIGN KEY (plan_code, metric) REFERENCES plan_charges (plan_code, metric)
);

-- A plan's prices never change under a live subscription: a new price is a new plan code.
CREATE FUNCTION refuse_plan_price_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.code, NEW.amount_cents, NEW.currency, NEW.interval, NEW.interval_count, NEW.trial_days)
     IS DISTINCT FROM (OLD.code, OLD.amount_cents, OLD.currency, OLD.interval, OLD.interval_count, OLD.trial_days) THEN
    RAISE EXCEPTION 'the prices of plan % never change: make a new plan code', OLD.code
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'plans_prices_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plans_prices_never_change BEFORE UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION refuse_plan_price_change();
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
  plan_code            varchar(64) NOT NULL REFERENCES plans (code),
  status               subscription_status NOT NULL,
  current_period_start date NOT NULL,
  current_period_end   date NOT NULL,  -- not included
  anchor               date NOT NULL,     -- periods are counted from here
  period_index         integer NOT NULL CHECK (period_index >= -1),  -- of the current period; -1: the trial
  cancel_at_period_end boolean NOT NULL DEFAULT false,
  canceled_at          timestamptz,
  due_at               timestamptz,  -- when billing must next look at this subscription
  billing_error        text,          -- why it could not be billed; it is tried again hourly
  created_at           timestamptz NOT NULL,
  updated_at           timestamptz NOT NULL,
  CONSTRAINT subscriptions_period_not_empty CHECK (current_period_start < current_period_end),
  CONSTRAINT subscriptions_canceled_at CHECK ((status = 'canceled') = (canceled_at IS NOT NULL)),
  CONSTRAINT subscriptions_trial_index CHECK ((period_index = -1) = (status = 'trialing') OR status = 'canceled'),
  CONSTRAINT subscriptions_live_are_due CHECK (status = 'canceled' OR due_at IS NOT NULL)
);
CREATE UNIQUE INDEX subscriptions_one_live_per_plan ON subscriptions (user_id, plan_code) WHERE status <> 'canceled';
CREATE INDEX subscriptions_user ON subscriptions (user_id, id);
CREATE INDEX subscriptions_due ON subscriptions (due_at) WHERE due_at IS NOT NULL;

-- trialing → active ⇄ past_due; all of them → canceled, which is final.
CREATE FUNCTION refuse_status_jump() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status = 'canceled' OR NEW.status = 'trialing' OR (OLD.status = 'trialing' AND NEW.status = 'past_due') THEN
    RAISE EXCEPTION 'subscription % cannot go from % to %', OLD.id, OLD.status, NEW.status
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'subscriptions_status_follows';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER subscriptions_status_follows BEFORE UPDATE ON subscriptions FOR EACH ROW WHEN (NEW.status <> OLD.status)
  EXECUTE FUNCTION refuse_status_jump();

-- Each period of a subscription. They tile: every period but the first starts where another ends, and no two share a start or an end.
CREATE TABLE subscription_periods (
  subscription_id uuid NOT NULL REFERENCES subscriptions (id),
  user_id         uuid NOT NULL,
  period_start    date NOT NULL,
  period_end      date NOT NULL,
  previous_end    date,                -- = period_start; NULL: the first period
  full_days       integer NOT NULL,  -- of the period before a cancel cut it short
  trial           boolean NOT NULL,
  settled         boolean NOT NULL DEFAULT false,  -- ended, and nothing of it is unbilled
  PRIMARY KEY (subscription_id, period_start),
  CONSTRAINT subscription_periods_not_empty CHECK (period_start < period_end),
  CONSTRAINT subscription_periods_cut_short CHECK (period_end - period_start <= full_days),
  CONSTRAINT subscription_periods_one_end UNIQUE (subscription_id, period_end),
  CONSTRAINT subscription_periods_start_where_previous_ends CHECK (previous_end = period_start),
  CONSTRAINT subscription_periods_tile FOREIGN KEY (subscription_id, previous_end)
    REFERENCES subscription_periods (subscription_id, period_end)
);
CREATE UNIQUE INDEX subscription_periods_one_first ON subscription_periods (subscription_id) WHERE previous_end IS NULL;
CREATE INDEX subscription_periods_user ON subscription_periods (user_id, period_start);
CREATE INDEX subscription_periods_unsettled ON subscription_periods (subscription_id) WHERE NOT settled;

-- usage ---------------------------------------------------------------------------------------------------------------------------

CREATE TABLE usage_events (
  id         uuid PRIMARY KEY,
  user_id    uuid NOT NULL CONSTRAINT usage_events_user REFERENCES users (id),
  metric     varchar(64) NOT NULL,
  quantity   bigint NOT NULL CHECK (quantity >= 0),
  at         timestamptz NOT NULL,
  event_id   text,                     -- the client's own id: counts once for the user and metric
  created_at timestamptz NOT NULL
);
CREATE INDEX idx_usage_user_time ON usage_events (user_id, at);
CREATE UNIQUE INDEX usage_events_event_id ON usage_events (user_id, metric, event_id) WHERE event_id IS NOT NULL;
CREATE TRIGGER usage_events_never_change BEFORE UPDATE OR DELETE ON usage_events FOR EACH ROW EXECUTE FUNCTION refuse_change();

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
  id                uuid PRIMARY KEY,
  user_id           uuid NOT NULL REFERENCES users (id),
  period_start      date NOT NULL,
  period_end        date NOT NULL,
  amount_cents      bigint NOT NULL CONSTRAINT invoices_never_negative CHECK (amount_cents >= 0),
  currency          char(3) NOT NULL,
  status            invoice_status NOT NULL,
  collection        invoice_collection NOT NULL,
  next_attempt_at   timestamptz,                 -- when payment is next to be attempted
  declined_count    integer NOT NULL DEFAULT 0,  -- scheduled attempts that were declined
  unreachable_count integer NOT NULL DEFAULT 0,  -- calls in a row that could not reach the provider
  usage             json NOT NULL,               -- metric → quantity that this invoice newly covers
  created_at        timestamptz NOT NULL,
  updated_at        timestamptz NOT NULL,
  paid_at           timestamptz,
  voided_at         timestamptz,
  CONSTRAINT invoices_period_not_empty CHECK (period_start < period_end),
  CONSTRAINT invoices_paid_at CHECK ((status = 'paid') = (paid_at IS NOT NULL)),
  CONSTRAINT invoices_voided_at CHECK ((status = 'void') = (voided_at IS NOT NULL)),
  CONSTRAINT invoices_done_unless_open CHECK ((status = 'open') = (collection <> 'done')),
  CONSTRAINT invoices_attempt_due CHECK ((collection IN ('pending', 'retrying')) = (next_attempt_at IS NOT NULL))
);
CREATE UNIQUE INDEX invoices_one_open_per_period ON invoices (user_id, period_start, period_end, currency) WHERE status = 'open';
CREATE INDEX idx_invoices_user_period ON invoices (user_id, period_start, period_end);
CREATE INDEX invoices_user ON invoices (user_id, id);
CREATE INDEX invoices_status ON invoices (status, id);
CREATE INDEX invoices_due ON invoices (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

-- An issued invoice never changes: it is paid or voided.
CREATE FUNCTION refuse_invoice_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.user_id, NEW.period_start, NEW.period_end, NEW.amount_cents, NEW.currency, NEW.usage::text, NEW.created_at)
     IS DISTINCT FROM
     (OLD.id, OLD.user_id, OLD.period_start, OLD.period_end, OLD.amount_cents, OLD.currency, OLD.usage::text, OLD.created_at)
     OR (OLD.status <> 'open' AND NEW.status <> OLD.status) THEN
    RAISE EXCEPTION 'invoice % is issued: it can only be paid or voided', OLD.id
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoices_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER invoices_never_change BEFORE UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION refuse_invoice_change();
CREATE TRIGGER invoices_are_numbered AFTER INSERT ON invoices
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ask_for_numbers('invoice');
CREATE TRIGGER invoices_never_deleted BEFORE DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE invoice_lines (
  id              uuid PRIMARY KEY,
  invoice_id      uuid NOT NULL REFERENCES invoices (id),
  user_id         uuid NOT NULL,
  position        integer NOT NULL,
  kind            line_kind NOT NULL,
  subscription_id uuid NOT NULL REFERENCES subscriptions (id),
  plan_code       varchar(64) NOT NULL,
  metric          varchar(64),
  period_start    date NOT NULL,
  period_end      date NOT NULL,
  quantity        bigint NOT NULL CHECK (quantity >= 0),
  amount_cents    bigint NOT NULL,
  description     text NOT NULL,
  explanation     json NOT NULL,  -- enough to recompute the line to the same cent
  voided          boolean NOT NULL DEFAULT false,  -- its invoice was voided: what it billed is "not billed" again
  UNIQUE (invoice_id, position),
  CONSTRAINT invoice_lines_metric_of_usage CHECK ((kind = 'usage') = (metric IS NOT NULL))
);
CREATE INDEX invoice_lines_billed ON invoice_lines (subscription_id, period_start) WHERE NOT voided;
CREATE UNIQUE INDEX invoice_lines_one_base_fee_per_period ON invoice_lines (subscription_id, period_start)
  WHERE kind = 'base' AND amount_cents > 0 AND NOT voided;

CREATE FUNCTION refuse_line_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.voided := OLD.voided;
  IF to_jsonb(NEW) <> to_jsonb(OLD) OR OLD.voided THEN
    RAISE EXCEPTION 'the lines of an issued invoice never change' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoice_lines_never_change';
  END IF;
  NEW.voided := true;
  RETURN NEW;
END $$;
CREATE TRIGGER invoice_lines_never_change BEFORE UPDATE ON invoice_lines FOR EACH ROW EXECUTE FUNCTION refuse_line_change();
CREATE TRIGGER invoice_lines_never_deleted BEFORE DELETE ON invoice_lines FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- All lines of an invoice are inserted by one statement, after the invoice: then they must sum to it.
CREATE FUNCTION check_lines_sum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT invoice_id FROM added) a
    JOIN invoices i ON i.id = a.invoice_id
    WHERE i.amount_cents <> (SELECT sum(l.amount_cents) FROM invoice_lines l WHERE l.invoice_id = i.id)
  ) THEN
    RAISE EXCEPTION 'the lines of an invoice must sum to its amount'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_lines_sum_to_amount';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER invoice_lines_sum_to_amount AFTER INSERT ON invoice_lines
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_lines_sum();

-- payments ------------------------------------------------------------------------------------------------------------------------

-- One row an attempt, committed as pending before the provider is called with its attempt_key.
CREATE TABLE payments (
  id            uuid PRIMARY KEY,
  invoice_id    uuid NOT NULL REFERENCES invoices (id),
  user_id       uuid NOT NULL,
  attempt_key   text NOT NULL,
  kind          payment_kind NOT NULL,
  provider      varchar(32) NOT NULL,
  payment_method     text,      -- the user's when the attempt was begun
  provider_reference text,      -- the provider's own name of the charge
  amount_cents  bigint NOT NULL CHECK (amount_cents > 0),
  currency      char(3) NOT NULL,
  status        payment_status NOT NULL,
  failure_code  text,
  attempted_at  timestamptz NOT NULL,
  calls         integer NOT NULL DEFAULT 1,  -- of the provider, with this key
  claimed_until timestamptz,  -- in real time, also under a simulated clock: until then the process that calls the provider is presumed alive
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL,
  CONSTRAINT payments_attempt_key UNIQUE (invoice_id, attempt_key),
  CONSTRAINT payments_claim_of_pending CHECK (status = 'pending' OR claimed_until IS NULL)
);
CREATE UNIQUE INDEX payments_one_pending ON payments (invoice_id) WHERE status = 'pending';
CREATE UNIQUE INDEX payments_one_succeeded ON payments (invoice_id) WHERE status = 'succeeded';
CREATE INDEX payments_invoice ON payments (invoice_id, id);
CREATE INDEX payments_status ON payments (status, id);
CREATE TRIGGER payments_never_deleted BEFORE DELETE ON payments FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- audit ---------------------------------------------------------------------------------------------------------------------------

CREATE TABLE audit_events (
  id         uuid PRIMARY KEY,
  at         timestamptz NOT NULL,
  actor      text NOT NULL,   -- key:<name>, anonymous, worker, schedule
  action     text NOT NULL,   -- invoice.paid
  entity     text NOT NULL,   -- user, plan, subscription, invoice, payment
  entity_id  text NOT NULL,
  user_id    uuid,
  from_state text,
  to_state   text,
  key_id     uuid             -- of the API key that the actor names: a name may be used again
);
CREATE INDEX audit_events_entity ON audit_events (entity_id, id);
CREATE TRIGGER audit_events_never_change BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION refuse_change();

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
  started_at   timestamptz NOT NULL,  -- in real time: a first request that died is taken over
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
