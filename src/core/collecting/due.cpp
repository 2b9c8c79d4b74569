#include "core/collecting/due.hpp"

#include <algorithm>

#include "core/time/calendar.hpp"

namespace billing {

Brought brought(Money amount, Money due) {
  const auto pays = std::min(amount, due);
  return {pays, amount - pays};
}

std::optional<Date> due_on(Date issued, std::optional<std::int64_t> net_days) {
  if (!net_days) return std::nullopt;
  constexpr auto last_day =
      std::chrono::floor<std::chrono::days>(last_instant) - std::chrono::days{1};  // it is overdue within the calendar
  return std::min<Date>(issued + std::chrono::days{*net_days}, last_day);
}

Instant overdue_at(Date due_on) { return Instant{due_on + std::chrono::days{1}}; }

std::optional<Instant> cancel_unpaid_at(Instant past_due, std::optional<std::int64_t> days) {
  if (!days) return std::nullopt;
  return std::min<Instant>(past_due + std::chrono::days{*days}, last_instant);
}

bool is_overdue(InvoiceStatus status, std::optional<Date> due_on, Instant now) {
  return status == InvoiceStatus::open && due_on && now >= overdue_at(*due_on);
}

}  // namespace billing
