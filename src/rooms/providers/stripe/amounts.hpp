#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/money/money.hpp"

namespace billing::providers::stripe {

/// An amount as Stripe counts it, which for some currencies is not ISO 4217's minor unit. nullopt where Stripe cannot charge it: a currency that it does not
/// have, or a fraction that it does not take.
std::optional<std::int64_t> stripe_amount(Money amount);

/// What Stripe says, as we count: `currency` as it writes it ("usd"). nullopt for a currency that `stripe_amount` does not know.
std::optional<Money> from_stripe(std::int64_t amount, std::string_view currency);

}  // namespace billing::providers::stripe
