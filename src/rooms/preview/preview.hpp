#pragma once

#include <utility>
#include <variant>
#include <vector>

#include "rooms/credit_notes/store.hpp"
#include "rooms/invoices/store.hpp"
#include "rooms/subscriptions/calls.hpp"

namespace billing::preview {

/// A call that is not made, but asked about.
struct CallOf {
  SubscriptionId subscription_id;
  subscriptions::Call call;
};
using Change = std::variant<CallOf, subscriptions::SubscribeWish>;

enum class When : std::uint8_t { now, period_end };

struct Question {
  UserId user_id;
  std::vector<Change> changes;
  std::variant<When, Date> at;  // a date: today or later
};

/// What runs would make, oldest first.
struct Preview {
  std::vector<std::pair<invoices::Invoice, std::vector<invoices::InvoiceLine>>> invoices;
  std::vector<std::pair<credit_notes::CreditNote, std::vector<credit_notes::Line>>> notes;
};

/// Makes the changes and does the runs, by the very functions that the calls and the worker use, in a transaction that is rolled back: under the
/// user's lock, and with a clock of its own that goes on to the day that is asked about. Refusals are those of the calls, with pointers into the question.
Task<Preview> preview(Context& context, Question question);

}  // namespace billing::preview
