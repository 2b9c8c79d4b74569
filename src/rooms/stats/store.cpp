#include "rooms/stats/store.hpp"

namespace billing::stats {
namespace {

constexpr pg::Statement select_counts{R"(
  SELECT (SELECT count(*) FROM users),
         count(*) FILTER (WHERE status = 'trialing'), count(*) FILTER (WHERE status = 'active'),
         count(*) FILTER (WHERE status = 'past_due'), count(*) FILTER (WHERE status = 'canceled'),
         count(*) FILTER (WHERE status = 'scheduled'), count(*) FILTER (WHERE status = 'paused'),
         least(min(due_at), (SELECT min(next_attempt_at) FROM invoices), (SELECT min(overdue_at) FROM invoices),
               (SELECT min(next_attempt_at) FROM refunds), (SELECT min(expires_at) FROM grants))
  FROM subscriptions)",
                                      pg::Planned::once, pg::Lane::scan};

}  // namespace

Task<Counts> count_subscriptions(pg::Session& db) {
  const auto rows = co_await db.query(select_counts);
  const auto row = rows[0];
  co_return Counts{row.integer(0), row.integer(1), row.integer(2), row.integer(3),
                   row.integer(4), row.integer(5), row.integer(6), row.optional_instant(7)};
}

namespace {
constexpr pg::Statement select_payments{R"(
  SELECT (SELECT count(*) FROM payments WHERE status = 'pending'),
         count(*) FILTER (WHERE status = 'succeeded'), count(*) FILTER (WHERE status = 'failed')
  FROM payments WHERE attempted_at > $1)",
                                        pg::Planned::for_its_values, pg::Lane::scan};
}

Task<PaymentCounts> count_payments(pg::Session& db, Instant since) {
  const auto rows = co_await db.query(select_payments, pg::Params{}.add(since));
  co_return PaymentCounts{rows[0].integer(0), rows[0].integer(1), rows[0].integer(2)};
}

namespace {
// What is due of open ones; of paid ones what was paid, by money or by balance, not what notes took off.
constexpr pg::Statement select_invoiced{R"(
  WITH sums AS (
    SELECT currency, status, collection, count(*) AS n, sum(CASE status WHEN 'open' THEN due_cents ELSE amount_cents - credited_cents END) AS cents,
           sum(amount_cents - credited_cents) FILTER (WHERE paid_at > $1) AS since,
           count(*) FILTER (WHERE status = 'open' AND due_on < $2) AS overdue,
           sum(due_cents) FILTER (WHERE status = 'open' AND due_on < $2) AS overdue_cents
    FROM invoices GROUP BY currency, status, collection
  )
  SELECT currency,
         coalesce(sum(n) FILTER (WHERE status = 'open'), 0), coalesce(sum(n) FILTER (WHERE status = 'paid'), 0),
         coalesce(sum(n) FILTER (WHERE status = 'void'), 0), coalesce(sum(n) FILTER (WHERE collection = 'retrying'), 0),
         coalesce(sum(n) FILTER (WHERE collection = 'uncollected'), 0),
         coalesce(sum(cents) FILTER (WHERE status = 'open'), 0), coalesce(sum(cents) FILTER (WHERE collection = 'retrying'), 0),
         coalesce(sum(cents) FILTER (WHERE collection = 'uncollected'), 0), coalesce(sum(cents) FILTER (WHERE status = 'paid'), 0),
         coalesce(sum(since), 0), coalesce(sum(overdue), 0), coalesce(sum(overdue_cents), 0)
  FROM sums GROUP BY currency ORDER BY currency)",
                                        pg::Planned::once, pg::Lane::scan};
}  // namespace

Task<std::vector<Invoiced>> sum_invoices(pg::Session& db, Instant paid_since, Date today) {
  std::vector<Invoiced> sums;
  for (const auto row : co_await db.query(select_invoiced, pg::Params{}.add(paid_since).add(today))) {
    sums.push_back({std::string{row.text(0)}, row.integer(1), row.integer(2), row.integer(3), row.integer(4), row.integer(5),
                    row.integer(11), Sum{row.text(6)}, Sum{row.text(7)}, Sum{row.text(8)}, Sum{row.text(9)}, Sum{row.text(10)},
                    Sum{row.text(12)}});
  }
  co_return sums;
}

namespace {
constexpr pg::Statement select_refunded{
    "SELECT currency, sum(amount_cents) FROM refunds WHERE status = 'succeeded' AND updated_at > $1 GROUP BY currency", pg::Planned::once,
    pg::Lane::scan};
}

Task<std::vector<Refunded>> sum_refunds(pg::Session& db, Instant since) {
  std::vector<Refunded> sums;
  for (const auto row : co_await db.query(select_refunded, pg::Params{}.add(since))) {
    sums.push_back({std::string{row.text(0)}, Sum{row.text(1)}});
  }
  co_return sums;
}

namespace {
constexpr pg::Statement select_recurring{R"(
  WITH subscribed AS (
    SELECT t.plan_code, t.version, sum(t.quantity * coalesce((t.overrides ->> 'amount_cents')::numeric, v.amount_cents)) AS fees
    FROM subscriptions s
    JOIN subscription_terms t ON t.subscription_id = s.id AND t.starts <= $1 AND (t.ends IS NULL OR t.ends > $1)
    JOIN plan_versions v ON v.plan_code = t.plan_code AND v.version = t.version
    WHERE s.status IN ('active', 'past_due')
    GROUP BY t.plan_code, t.version
  )
  SELECT p.currency,
         round(sum(s.fees * CASE v.interval WHEN 'day' THEN 365.0 / 12 WHEN 'week' THEN 365.0 / 84 WHEN 'month' THEN 1 ELSE 1.0 / 12 END
                   / v.interval_count))
  FROM subscribed s JOIN plans p ON p.code = s.plan_code
  JOIN plan_versions v ON v.plan_code = s.plan_code AND v.version = s.version
  GROUP BY p.currency ORDER BY p.currency)",
                                         pg::Planned::once, pg::Lane::scan};
}

Task<std::vector<Recurring>> sum_recurring(pg::Session& db, Date today) {
  std::vector<Recurring> sums;
  for (const auto row : co_await db.query(select_recurring, pg::Params{}.add(today)))
    sums.push_back({std::string{row.text(0)}, Sum{row.text(1)}});
  co_return sums;
}

namespace {
constexpr pg::Statement select_waiting{R"(
  SELECT p.currency, sum(s.waiting_cents)
  FROM subscriptions s JOIN plans p ON p.code = s.plan_code
  WHERE s.waiting_cents > 0
  GROUP BY p.currency ORDER BY p.currency)",
                                       pg::Planned::once, pg::Lane::scan};
}

Task<std::vector<Waiting>> sum_waiting(pg::Session& db) {
  std::vector<Waiting> sums;
  for (const auto row : co_await db.query(select_waiting)) sums.push_back({std::string{row.text(0)}, Sum{row.text(1)}});
  co_return sums;
}

namespace {
// Each invoice is read once: it counts on the day on which it was made, and on the one on which it was paid.
constexpr pg::Statement select_revenue{R"(
  WITH sums AS (
    SELECT currency, created_at::date AS made_on, paid_at::date AS paid_on,
           sum(amount_cents) FILTER (WHERE status <> 'void') AS invoiced, sum(amount_cents - credited_cents) AS paid
    FROM invoices
    WHERE (created_at >= $1::date AND created_at < $2::date) OR (paid_at >= $1::date AND paid_at < $2::date)
    GROUP BY currency, made_on, paid_on
  ), days AS (
    SELECT currency, made_on AS day, invoiced, 0::numeric AS paid, 0::numeric AS refunded FROM sums WHERE invoiced IS NOT NULL
    UNION ALL
    SELECT currency, paid_on, 0, paid, 0 FROM sums WHERE paid_on IS NOT NULL
    UNION ALL
    SELECT currency, updated_at::date, 0, 0, sum(amount_cents)
    FROM refunds WHERE status = 'succeeded' AND updated_at >= $1::date AND updated_at < $2::date GROUP BY 1, 2
  )
  SELECT currency, date_trunc($3, day::timestamp)::date AS date, sum(invoiced), sum(paid), sum(refunded)
  FROM days WHERE day >= $1::date AND day < $2::date GROUP BY currency, date ORDER BY date, currency)",
                                       pg::Planned::for_its_values, pg::Lane::scan};
}  // namespace

Task<std::vector<RevenuePoint>> sum_revenue(pg::Session& db, const Span& span) {
  std::vector<RevenuePoint> points;
  for (const auto row : co_await db.query(select_revenue, pg::Params{}.add(span.from).add(span.to).add(span.by))) {
    points.push_back({std::string{row.text(0)}, row.date(1), Sum{row.text(2)}, Sum{row.text(3)}, Sum{row.text(4)}});
  }
  co_return points;
}

namespace {
constexpr pg::Statement select_usage{R"(
  SELECT metric, date_trunc($3, day::timestamp)::date AS date, sum(quantity)
  FROM (
    SELECT metric, day, quantity FROM usage_days
    UNION ALL
    SELECT metric, day, quantity FROM unfolded_usage()
  ) AS used
  WHERE day >= $1::date AND day < $2::date AND ($4::text IS NULL OR metric = $4)
  GROUP BY metric, date ORDER BY date, metric)",
                                     pg::Planned::for_its_values, pg::Lane::scan};
}

Task<std::vector<UsagePoint>> sum_usage(pg::Session& db, const Span& span, std::optional<std::string> metric) {
  std::vector<UsagePoint> points;
  for (const auto row : co_await db.query(select_usage, pg::Params{}.add(span.from).add(span.to).add(span.by).add(metric))) {
    points.push_back({std::string{row.text(0)}, row.date(1), Sum{row.text(2)}});
  }
  co_return points;
}

}  // namespace billing::stats
