#include "rooms/users/email.hpp"

#include <algorithm>

#include "platform/runtime/unicode.hpp"

namespace billing::users {
namespace {

constexpr std::size_t longest_email = 254;
constexpr std::size_t longest_local = 64;
constexpr std::size_t longest_label = 63;

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }

bool in_atom(char32_t c) {
  constexpr std::string_view others = "!#$%&'*+-/=?^_`{|}~";
  return is_letter(c) || is_digit(c) || (c < 0x80 && others.contains(static_cast<char>(c)));
}

bool in_label(char32_t c) { return is_letter(c) || is_digit(c) || c == '-'; }

bool consists_of(std::string_view text, bool (*of)(char32_t)) {
  while (!text.empty()) {
    if (!of(take_character(text))) return false;
  }
  return true;
}

/// Each part between dots; false as soon as one is not as `good` has it.
template <class Good>
bool all_parts(std::string_view text, Good good) {
  for (;;) {
    const auto dot = text.find('.');
    if (!good(text.substr(0, dot))) return false;
    if (dot == text.npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_label(std::string_view label) {
  const bool fits = !label.empty() && label.size() <= longest_label;
  return fits && label.front() != '-' && label.back() != '-' && consists_of(label, in_label);
}

bool is_domain(std::string_view domain) {
  const auto dot = domain.rfind('.');
  if (dot == domain.npos || !all_parts(domain, is_label)) return false;
  return !consists_of(domain.substr(dot + 1), is_digit);
}

}  // namespace

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  if (text.size() > longest_email || at == text.npos || at == 0 || at > longest_local) return false;
  const auto is_atom = [](std::string_view atom) { return !atom.empty() && consists_of(atom, in_atom); };
  return all_parts(text.substr(0, at), is_atom) && is_domain(text.substr(at + 1));
}

std::string email_key(std::string_view email) { return folded(email); }

}  // namespace billing::users
