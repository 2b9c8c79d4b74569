#pragma once

#include <optional>

#include "base/time.hpp"
#include "core/collecting/invoice_status.hpp"
#include "core/money/money.hpp"

namespace billing {

/// What a payment brought: what of it pays its invoice, and what is beyond what is due by then, which becomes balance.
struct Brought {
  Money pays;
  Money over;
  bool operator==(const Brought&) const = default;
};
Brought brought(Money amount, Money due);

/// The last day on which an invoice that was issued on that day is not overdue; nullopt, without net days: it is charged by itself, and never is.
std::optional<Date> due_on(Date issued, std::optional<std::int64_t> net_days);
/// When an invoice that is still open becomes overdue: the day after.
Instant overdue_at(Date due_on);
/// When a subscription that has become past due is canceled, where it still is; nullopt, without a limit: never by itself.
std::optional<Instant> cancel_unpaid_at(Instant past_due, std::optional<std::int64_t> days);
bool is_overdue(InvoiceStatus status, std::optional<Date> due_on, Instant now);

}  // namespace billing
