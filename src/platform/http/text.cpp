#include "platform/http/text.hpp"

#include <algorithm>

namespace billing::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool alphanumeric(char c) { return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z'); }

}  // namespace

bool same_token(std::string_view a, std::string_view b) { return a.size() == b.size() && std::ranges::equal(a, b, {}, lower, lower); }

bool is_token(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) { return alphanumeric(c) || others.contains(c); });
}

}  // namespace billing::http
