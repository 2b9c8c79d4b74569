#include "rooms/providers/stripe/amounts.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

namespace billing::providers::stripe {
namespace {

// docs.stripe.com/currencies, "Zero-decimal", "Three-decimal" and "Special cases". MGA has two places in ISO 4217, and none at Stripe.
constexpr std::array<std::string_view, 15> zero_decimal{"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA",
                                                        "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"};
/// Their last digit must be 0.
constexpr std::array<std::string_view, 5> three_decimal{"BHD", "JOD", "KWD", "OMR", "TND"};
/// None in ISO 4217, two at Stripe, which must be 00.
constexpr std::string_view two_zeros = "ISK";
/// Stripe lists it as zero-decimal and, as a special case, as one of two zeros. A hundred times too much or too little: neither is charged.
constexpr std::string_view contradicted = "UGX";

struct Scale {
  std::int64_t ours = 1;  // of our units …
  std::int64_t theirs = 1;  // … are so many of Stripe's
};

std::optional<Scale> scale_of(Currency currency) {
  const auto code = currency.code();
  if (code == contradicted) return std::nullopt;
  if (std::ranges::find(zero_decimal, code) != zero_decimal.end()) return Scale{currency.exponent() == 2 ? 100 : 1, 1};
  if (std::ranges::find(three_decimal, code) != three_decimal.end()) return Scale{10, 10};
  if (code == two_zeros) return Scale{1, 100};
  if (currency.exponent() != 2) return std::nullopt;
  return Scale{};
}

}  // namespace

std::optional<std::int64_t> stripe_amount(Money amount) {
  const auto scale = scale_of(amount.currency());
  if (!scale || amount.minor() % scale->ours != 0) return std::nullopt;
  const auto whole = amount.minor() / scale->ours;
  if (whole > std::numeric_limits<std::int64_t>::max() / scale->theirs) return std::nullopt;
  return whole * scale->theirs;
}

std::optional<Money> from_stripe(std::int64_t amount, std::string_view currency) {
  std::string code{currency};
  std::ranges::transform(code, code.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  const auto known = Currency::parse(code);
  const auto scale = known ? scale_of(*known) : std::nullopt;
  if (!scale || amount % scale->theirs != 0) return std::nullopt;
  const auto whole = amount / scale->theirs;
  if (whole > std::numeric_limits<std::int64_t>::max() / scale->ours) return std::nullopt;
  return Money{whole * scale->ours, *known};
}

}  // namespace billing::providers::stripe
