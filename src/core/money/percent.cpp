#include "core/money/percent.hpp"

#include "core/money/decimal.hpp"

namespace billing {
namespace {

/// The raw value of a Decimal in a ten-thousandth of a percent.
constexpr Int128 step = 100'000'000;
static_assert(Decimal::places == 12);

}  // namespace

std::optional<Percent> Percent::parse(std::string_view text) {
  const auto number = Decimal::parse_price(text);
  if (!number || number->raw() % step != 0 || number->raw() / step > whole) return std::nullopt;
  Percent percent;
  percent.millionths_ = static_cast<std::int64_t>(number->raw() / step);
  return percent;
}

std::string Percent::text() const { return Decimal::from_raw(millionths_ * step).text(); }

}  // namespace billing
