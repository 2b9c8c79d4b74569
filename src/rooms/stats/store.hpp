#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "platform/postgres/session.hpp"

namespace billing::stats {

/// A sum of many 64-bit numbers, as decimal text: it may not fit one.
using Sum = std::string;

struct Counts {
  std::int64_t users = 0;
  std::int64_t trialing = 0;
  std::int64_t active = 0;
  std::int64_t past_due = 0;
  std::int64_t canceled = 0;
  std::int64_t scheduled = 0;
  std::int64_t paused = 0;
  std::optional<Instant> oldest_due;  // the earliest due instant, passed or not
};
Task<Counts> count_subscriptions(pg::Session& db);

struct PaymentCounts {
  std::int64_t pending = 0;
  std::int64_t succeeded = 0;  // attempted since
  std::int64_t failed = 0;     // attempted since
};
Task<PaymentCounts> count_payments(pg::Session& db, Instant since);

/// The invoices of one currency.
struct Invoiced {
  std::string currency;
  std::int64_t open = 0;
  std::int64_t paid = 0;
  std::int64_t voided = 0;
  std::int64_t retrying = 0;
  std::int64_t uncollected = 0;
  std::int64_t overdue = 0;
  Sum open_cents;
  Sum retrying_cents;
  Sum uncollected_cents;
  Sum paid_cents;
  Sum paid_since_cents;
  Sum overdue_cents;
};
/// By currency; one that has no invoices is not there.
Task<std::vector<Invoiced>> sum_invoices(pg::Session& db, Instant paid_since, Date today);

struct Refunded {
  std::string currency;
  Sum cents;
};
/// By currency: what was given back to cards since.
Task<std::vector<Refunded>> sum_refunds(pg::Session& db, Instant since);

struct Recurring {
  std::string currency;
  Sum mrr_cents;
};
/// By currency: what the base fees of active and past-due subscriptions come to in a month, rounded once.
Task<std::vector<Recurring>> sum_recurring(pg::Session& db, Date today);

struct Waiting {
  std::string currency;
  Sum waiting_cents;
};
/// By currency: what is owed and not billed yet, of all subscriptions, ended ones too.
Task<std::vector<Waiting>> sum_waiting(pg::Session& db);

/// Days from `from` up to `to`, which is not included, in steps of a day, a week (from Monday) or a month.
struct Span {
  Date from;
  Date to;
  std::string by;  // "day", "week", "month": date_trunc's words
};

struct RevenuePoint {
  std::string currency;
  Date date;  // the step's first day
  Sum invoiced_cents;
  Sum paid_cents;
  Sum refunded_cents;
};
/// Oldest first; only where something is.
Task<std::vector<RevenuePoint>> sum_revenue(pg::Session& db, const Span& span);

struct UsagePoint {
  std::string metric;
  Date date;  // the step's first day
  Sum quantity;
};
/// Oldest first; only where something is.
Task<std::vector<UsagePoint>> sum_usage(pg::Session& db, const Span& span, std::optional<std::string> metric);

}  // namespace billing::stats
