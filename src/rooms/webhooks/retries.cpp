#include "rooms/webhooks/retries.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <string>

namespace billing::webhooks {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds schedule[] = {5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
constexpr std::chrono::seconds longest = 24h;

/// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<std::chrono::seconds> until_date(const std::string& text, Instant now) {
  std::tm parts{};
  const auto* end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (!end || *end) return std::nullopt;
  const auto at = std::chrono::sys_seconds{std::chrono::seconds{timegm(&parts)}};
  return std::chrono::ceil<std::chrono::seconds>(at - now);
}

}  // namespace

std::optional<std::chrono::seconds> retry_after(std::int64_t attempts) {
  if (attempts < 1 || attempts > std::ssize(schedule)) return std::nullopt;
  return schedule[attempts - 1];
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, Instant now) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  const bool is_huge = error == std::errc::result_out_of_range && end == text.data() + text.size();
  auto wait = is_huge     ? std::optional{longest}
              : is_number ? std::optional{std::chrono::seconds{seconds}}
                          : until_date(std::string{text}, now);
  if (!wait || *wait <= 0s) return std::nullopt;
  return std::min(*wait, longest);
}

}  // namespace billing::webhooks
