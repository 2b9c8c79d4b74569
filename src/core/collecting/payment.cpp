#include "core/collecting/payment.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace billing {
namespace {

constexpr std::size_t most_retries = 20;
constexpr unsigned longest_wait = 365;

/// A whole number of days from 1 to 365; nullopt for anything else.
std::optional<std::int64_t> parse_days(std::string_view text) {
  unsigned days = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
  if (error != std::errc{} || end != text.data() + text.size() || days < 1 || days > longest_wait) return std::nullopt;
  return days;
}

}  // namespace

std::string_view to_text(PaymentStatus status) {
  switch (status) {
    case PaymentStatus::pending: return "pending";
    case PaymentStatus::succeeded: return "succeeded";
    case PaymentStatus::failed: return "failed";
  }
  throw std::logic_error("no such payment status");
}

std::optional<PaymentStatus> parse_payment_status(std::string_view text) {
  using enum PaymentStatus;
  for (const auto status : {pending, succeeded, failed}) {
    if (text == to_text(status)) return status;
  }
  return std::nullopt;
}

std::string_view to_text(PaymentKind kind) {
  switch (kind) {
    case PaymentKind::scheduled: return "scheduled";
    case PaymentKind::manual: return "manual";
    case PaymentKind::recorded: return "recorded";
    case PaymentKind::refund: return "refund";
  }
  throw std::logic_error("no such kind of payment");
}

std::optional<PaymentKind> parse_payment_kind(std::string_view text) {
  using enum PaymentKind;
  for (const auto kind : {scheduled, manual, recorded, refund}) {
    if (text == to_text(kind)) return kind;
  }
  return std::nullopt;
}

std::string_view to_text(Decline decline) { return decline == Decline::soft ? "soft" : "hard"; }

std::optional<Decline> parse_decline(std::string_view text) {
  using enum Decline;
  for (const auto decline : {soft, hard}) {
    if (text == to_text(decline)) return decline;
  }
  return std::nullopt;
}

std::optional<RetrySchedule> RetrySchedule::parse(std::string_view text) {
  RetrySchedule schedule{.days = {}};
  if (text.empty()) return schedule;
  for (;;) {
    const auto comma = text.find(',');
    const auto days = parse_days(text.substr(0, comma));
    if (!days || schedule.days.size() == most_retries) return std::nullopt;
    schedule.days.push_back(*days);
    if (comma == std::string_view::npos) return schedule;
    text.remove_prefix(comma + 1);
  }
}

std::optional<std::chrono::days> RetrySchedule::wait_after(std::int64_t declined) const {
  if (declined < 1) throw std::invalid_argument("wait_after: declined attempts are counted from 1");
  if (declined > static_cast<std::int64_t>(days.size())) return std::nullopt;
  return std::chrono::days{static_cast<int>(days[static_cast<std::size_t>(declined - 1)])};
}

std::chrono::minutes unreachable_backoff(std::int64_t unreachable) {
  if (unreachable < 1) throw std::invalid_argument("unreachable_backoff: calls are counted from 1");
  constexpr std::chrono::minutes longest = std::chrono::hours{6};
  constexpr std::int64_t doublings_to_longest = 9;  // 2^9 minutes are more than 6 hours
  const auto doublings = std::min(unreachable - 1, doublings_to_longest);
  return std::min(longest, std::chrono::minutes{std::int64_t{1} << doublings});
}

}  // namespace billing
