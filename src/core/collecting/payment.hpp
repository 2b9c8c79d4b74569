#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billing {

enum class PaymentStatus : std::uint8_t { pending, succeeded, failed };
std::string_view to_text(PaymentStatus status);
std::optional<PaymentStatus> parse_payment_status(std::string_view text);

/// Charged by the schedule, or as a person asked; money that came in some other way, recorded; or what a credit note gives back of a charge.
enum class PaymentKind : std::uint8_t { scheduled, manual, recorded, refund };
std::string_view to_text(PaymentKind kind);
std::optional<PaymentKind> parse_payment_kind(std::string_view text);

/// A soft decline may be none another day; after a hard one (stolen, closed, no such card) the same card is never charged again by itself.
enum class Decline : std::uint8_t { soft, hard };
std::string_view to_text(Decline decline);
std::optional<Decline> parse_decline(std::string_view text);

/// Days from each declined attempt to the next one. The default makes attempts on days 0, 1, 4, 9 and 16.
struct RetrySchedule {
  std::vector<std::int64_t> days{1, 3, 5, 7};

  /// "1,3,5,7": 0 to 20 whole numbers from 1 to 365; an empty text means no retry. nullopt for anything else.
  static std::optional<RetrySchedule> parse(std::string_view text);
  /// After the `declined`-th (≥ 1) scheduled attempt was declined: the wait until the next; nullopt when the schedule is used up.
  std::optional<std::chrono::days> wait_after(std::int64_t declined) const;
};

/// How long to wait after the `unreachable`-th (≥ 1) call in a row that could not reach the provider: 1 minute, doubling to at most 6 hours.
std::chrono::minutes unreachable_backoff(std::int64_t unreachable);

}  // namespace billing
