#include "core/money/money.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/money/currencies.hpp"

namespace billing {
namespace {

static_assert(std::ranges::is_sorted(currencies, {}, &CurrencyRow::code), "Currency::parse searches by halves");

const CurrencyRow* find_currency(std::string_view code) {
  const auto row = std::ranges::lower_bound(currencies, code, {}, &CurrencyRow::code);
  return row == currencies.end() || row->code != code ? nullptr : &*row;
}

void require_same(Currency a, Currency b) {
  if (a != b) throw std::logic_error("arithmetic between " + std::string{a.code()} + " and " + std::string{b.code()});
}

[[noreturn]] void throw_overflow() { throw Overflow("an amount of money does not fit 64 bits"); }

}  // namespace

std::optional<Currency> Currency::parse(std::string_view code) {
  const auto* row = find_currency(code);
  if (!row) return std::nullopt;
  return Currency{{code[0], code[1], code[2]}, row->exponent};
}

std::optional<Currency> Currency::parse_active(std::string_view code) {
  const auto* row = find_currency(code);
  return row && row->active ? parse(code) : std::nullopt;
}

Money Money::operator+(Money other) const {
  require_same(currency_, other.currency_);
  std::int64_t sum = 0;
  if (__builtin_add_overflow(minor_, other.minor_, &sum)) throw_overflow();
  return {sum, currency_};
}

Money Money::operator-(Money other) const {
  require_same(currency_, other.currency_);
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(minor_, other.minor_, &difference)) throw_overflow();
  return {difference, currency_};
}

Money Money::operator-() const { return Money{0, currency_} - *this; }

std::strong_ordering Money::operator<=>(Money other) const {
  require_same(currency_, other.currency_);
  return minor_ <=> other.minor_;
}

std::string major_text(Money amount) {
  // Unsigned, for the most negative amount has no positive twin.
  const auto magnitude = amount.is_negative() ? -static_cast<std::uint64_t>(amount.minor()) : static_cast<std::uint64_t>(amount.minor());
  auto text = std::to_string(magnitude);
  const auto places = static_cast<std::size_t>(amount.currency().exponent());
  if (places > 0) {
    if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
    text.insert(text.size() - places, 1, '.');
  }
  return amount.is_negative() ? "-" + text : text;
}

}  // namespace billing
