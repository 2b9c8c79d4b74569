#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rooms/payments/store.hpp"
#include "rooms/providers/providers.hpp"

namespace billing::payments {

/// How payments are attempted: by whom, and when again.
struct Collecting {
  const providers::Providers& providers;
  const RetrySchedule& retries;
  std::optional<std::int64_t> cancel_after{};  // days after which a subscription that is past due is canceled
};

/// Nothing was charged, and nothing will be by this attempt: its invoice needs it no longer, or another one is to be made.
struct NotMade {
  std::string code;  // "not_needed"
};
using Outcome =
    std::variant<providers::Paid, providers::Declined, providers::Processing, providers::NeedsCustomer, providers::Unreachable, NotMade>;

struct Attempt {
  Payable invoice;  // as it was when the attempt was begun, or taken up
  Payment payment;
  bool again = false;              // the provider may have been asked before
  std::optional<Outcome> outcome{};  // once the provider has answered
  std::optional<std::string> resolution{};  // why an operator says what came of it
};

providers::ChargeRequest request_of(const Attempt& attempt);

/// Asks the providers whose they are, all at the same time: what was begun before is looked up first. Those whose provider threw are gone: their claims
/// will run out.
Task<void> ask_providers(const Collecting& collecting, std::vector<Attempt>& attempts, Instant now);

/// Asks the providers, and commits what they said: for all of a ring in one transaction, and if the database refuses that, one by one: what was said of one
/// invoice is not lost for another's sake. More than a ring go side by side.
Task<void> charge(Context& context, const Collecting& collecting, std::vector<Attempt> attempts);
/// Commits what the providers said. Whoever comes second, after a claim ran out, finds the row ended and changes nothing.
Task<void> finish_attempts(Context& context, const Collecting& collecting, const std::vector<Attempt>& attempts);

}  // namespace billing::payments
