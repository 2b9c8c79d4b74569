#include "rooms/providers/stripe/signature.hpp"

#include <charconv>
#include <optional>
#include <ranges>

#include "base/hex.hpp"
#include "platform/runtime/digest.hpp"

namespace billing::providers::stripe {
namespace {

constexpr auto tolerance = std::chrono::seconds{300};
/// While a secret is rotated there are two; whoever sends a thousand wants our time.
constexpr std::size_t most_signatures = 10;

struct Header {
  std::optional<std::int64_t> at;
  std::string_view at_text;
  std::vector<std::string_view> signatures;
};

Header parse(std::string_view text) {
  Header header;
  for (const auto range : std::views::split(text, ',')) {
    const std::string_view part{range.begin(), range.end()};
    if (part.starts_with("t=")) {
      header.at_text = part.substr(2);
      std::int64_t seconds = 0;
      const auto* last = header.at_text.data() + header.at_text.size();
      const auto [end, error] = std::from_chars(header.at_text.data(), last, seconds);
      header.at = error == std::errc{} && end == last ? std::optional{seconds} : std::nullopt;
    } else if (part.starts_with("v1=") && header.signatures.size() < most_signatures) {
      header.signatures.push_back(part.substr(3));
    }
  }
  return header;
}

}  // namespace

bool is_signed(std::string_view text, std::string_view body, const std::vector<std::string>& secrets, Instant now) {
  const auto header = parse(text);
  if (!header.at) return false;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  const auto apart = seconds > *header.at ? static_cast<std::uint64_t>(seconds) - static_cast<std::uint64_t>(*header.at)
                                          : static_cast<std::uint64_t>(*header.at) - static_cast<std::uint64_t>(seconds);
  if (apart > static_cast<std::uint64_t>(tolerance.count())) return false;
  const auto signed_text = std::string{header.at_text} + "." + std::string{body};
  bool matches = false;
  for (const auto& secret : secrets) {
    const auto digest = hmac_sha256(secret, signed_text);
    const auto expected = hex({reinterpret_cast<const std::uint8_t*>(digest.data()), digest.size()});
    for (const auto given : header.signatures) matches = equal_in_constant_time(given, expected) || matches;
  }
  return matches;
}

}  // namespace billing::providers::stripe
