#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "core/money/money.hpp"

namespace billing {

/// What a grant still has of the user's balance, in one currency.
struct GrantLeft {
  std::int64_t age;  // grants are made in rising order
  std::optional<Date> expires_on;  // usable until the day before
  std::int64_t left;               // minor units, ≥ 0
};

/// What is taken of a grant: its index in the list given.
struct GrantUse {
  std::size_t grant;
  std::int64_t amount;  // > 0
  bool operator==(const GrantUse&) const = default;
};

/// Which grants pay `due`, as far as they reach: soonest expiry first, none last, then oldest. Expired ones pay nothing.
std::vector<GrantUse> use_grants(const std::vector<GrantLeft>& grants, std::int64_t due, Date today);

/// Where a credit note's total goes: first off what is due on its invoice, then back to where it was paid from, the rest to the balance.
struct NoteSplit {
  Money applied;
  Money rest;      // to the balance
  Money refunded;  // by the provider
  bool operator==(const NoteSplit&) const = default;
};
/// `refundable`: what may go back to the card of it, 0 unless that is asked for.
NoteSplit split_note(Money total, Money due, Money refundable);

}  // namespace billing
