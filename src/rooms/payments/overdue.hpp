#pragma once

#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "platform/postgres/due_rows.hpp"
#include "rooms/context.hpp"

namespace billing::payments {

/// Finds invoices overdue.
inline constexpr std::string_view find_overdue_job = "find_overdue";

/// Open invoices on net days whose last day is over, and of whom that has not been found yet.
extern const pg::DueRows overdue_invoices;
/// Those of the invoices that are still so become overdue, and the live subscriptions on them past due.
Task<void> find_overdue(Context& context, const std::vector<InvoiceId>& ids, std::optional<std::int64_t> cancel_after);

}  // namespace billing::payments
