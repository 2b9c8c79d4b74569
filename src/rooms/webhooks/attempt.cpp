#include "rooms/webhooks/attempt.hpp"

#include <algorithm>

#include "platform/runtime/unicode.hpp"
#include "rooms/webhooks/retries.hpp"
#include "rooms/webhooks/signature.hpp"

namespace billing::webhooks {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 15s;
constexpr std::size_t most_kept = 1000;  // bytes of an answer

/// The beginning of an answer, as PostgreSQL takes it.
std::string excerpt(std::string_view body) {
  auto text = valid_utf8(body.substr(0, most_kept));
  std::ranges::replace(text, '\0', ' ');
  return text;
}

bool is_success(int status) { return status >= 200 && status < 300; }

Attempted attempt_of(const Message& message, std::chrono::milliseconds took) {
  return {.id = message.delivery,
          .is_new = message.is_new,
          .sequence = message.sequence,
          .status = DeliveryStatus::succeeded,
          .attempts = message.attempts + 1,
          .took = took};
}

/// It is due again, not before `hold`, or has failed for good.
void note_failure(Judgment& judgment, std::string error) {
  auto& attempted = judgment.attempted;
  attempted.error = std::move(error);
  attempted.again_after = judgment.gone ? std::nullopt : retry_after(attempted.attempts);
  if (attempted.again_after && judgment.hold) attempted.again_after = std::max(*attempted.again_after, *judgment.hold);
  attempted.status = attempted.again_after ? DeliveryStatus::pending : DeliveryStatus::failed;
}

std::string words_of(const outbound::HttpFailure& failure) {
  if (failure.kind == outbound::FailureKind::address_refused) {
    return "webhook_address_private: it leads to an address of this machine or of a private network (BILLING_WEBHOOKS_TO_PRIVATE=1 allows "
           "that)";
  }
  if (failure.kind == outbound::FailureKind::timed_out) return "timed_out: no answer within 15 seconds";
  return std::string{outbound::to_text(failure.kind)} + (failure.detail.empty() ? "" : ": " + excerpt(failure.detail));
}

Judgment judge_answer(const Message& message, const outbound::HttpAnswer& answer, std::chrono::milliseconds took, Instant now) {
  Judgment judgment{.attempted = attempt_of(message, took)};
  judgment.attempted.answer = answer.status;
  judgment.attempted.answer_body = excerpt(answer.body);
  if (is_success(answer.status)) return judgment;
  judgment.gone = answer.status == 410;
  if (const auto header = answer.header("retry-after")) judgment.hold = parse_retry_after(*header, now);
  const bool redirects = answer.status >= 300 && answer.status < 400;
  note_failure(judgment, redirects ? "it redirects, which is not followed: give the endpoint the URL that it leads to"
                                   : "it answered " + std::to_string(answer.status));
  return judgment;
}

}  // namespace

outbound::HttpRequest request_of(const Claim& claim, const Message& message, Instant now) {
  const auto timestamp = std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  std::string signatures;
  for (const auto& secret : claim.secrets) {
    signatures += (signatures.empty() ? "" : " ") + sign(secret, message.webhook_id, timestamp, message.body.value());
  }
  return {.method = "POST",
          .url = claim.url,
          .headers = {{"Content-Type", "application/json"},
                      {"User-Agent", "billing-webhooks"},
                      {"webhook-id", message.webhook_id},
                      {"webhook-timestamp", timestamp},
                      {"webhook-signature", signatures}},
          .body = message.body.value(),
          .timeout = patience};
}

std::optional<Judgment> judge(const Message& message, const outbound::HttpResult& result, std::chrono::milliseconds took, Instant now) {
  if (const auto* answer = std::get_if<outbound::HttpAnswer>(&result)) return judge_answer(message, *answer, took, now);
  const auto& failure = std::get<outbound::HttpFailure>(result);
  if (failure.kind == outbound::FailureKind::closed) return std::nullopt;
  Judgment judgment{.attempted = attempt_of(message, took)};
  if (failure.status > 0) judgment.attempted.answer = failure.status;
  // They took it, whatever else they have to say.
  if (failure.kind == outbound::FailureKind::too_long && is_success(failure.status)) return judgment;
  note_failure(judgment, words_of(failure));
  return judgment;
}

Attempted given_up(const Message& message) {
  auto attempted = attempt_of(message, {});
  attempted.attempts = message.attempts;
  attempted.status = DeliveryStatus::failed;
  attempted.error = "the event is no longer kept";
  return attempted;
}

}  // namespace billing::webhooks
