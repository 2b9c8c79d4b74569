#include "rooms/webhooks/attempt.hpp"

#include <gtest/gtest.h>

#include "rooms/webhooks/batch.hpp"
#include "rooms/webhooks/retries.hpp"
#include "rooms/webhooks/signature.hpp"
#include "rooms/webhooks/url.hpp"

namespace billing::webhooks {
namespace {

using namespace std::chrono_literals;

const Instant now = Instant{std::chrono::sys_days{std::chrono::year{2026} / 11 / 28}} + 12h;

Message message(std::int64_t sequence, std::int64_t attempts = 0) {
  return {.delivery = {}, .is_new = attempts == 0, .sequence = sequence, .attempts = attempts, .webhook_id = "one", .body = "{}"};
}
outbound::HttpAnswer answer(int status, outbound::Headers headers = {}, std::string body = "") {
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

TEST(Signature, is_that_of_standard_webhooks_own_example) {
  EXPECT_EQ(sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLLsw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  EXPECT_NE(new_secret(), new_secret());
}

TEST(Retries, come_later_and_later_and_end) {
  EXPECT_EQ(retry_after(1), 5s);
  EXPECT_EQ(retry_after(2), 5min);
  EXPECT_EQ(retry_after(9), 24h);
  EXPECT_EQ(retry_after(10), std::nullopt);
  EXPECT_EQ(retry_after(0), std::nullopt);
}

TEST(Retries, heed_what_a_receiver_asks_for_up_to_a_day) {
  EXPECT_EQ(parse_retry_after("120", now), 120s);
  EXPECT_EQ(parse_retry_after("999999999999999999999999", now), 24h);
  EXPECT_EQ(parse_retry_after("Sat, 28 Nov 2026 12:05:00 GMT", now), 5min);
  EXPECT_EQ(parse_retry_after("Sat, 28 Nov 2026 11:05:00 GMT", now), std::nullopt);
  for (const auto* text : {"", "0", "-5", "soon", "5 minutes"}) EXPECT_EQ(parse_retry_after(text, now), std::nullopt) << text;
}

TEST(Judgment, of_what_was_answered) {
  EXPECT_EQ(judge(message(1), answer(204), 3ms, now)->attempted.status, DeliveryStatus::succeeded);
  const auto failed = judge(message(1, 1), answer(503, {{"retry-after", "600"}}, std::string(2000, '\xff')), 3ms, now).value();
  EXPECT_EQ(failed.attempted.status, DeliveryStatus::pending);
  EXPECT_EQ(failed.attempted.attempts, 2);
  EXPECT_EQ(failed.attempted.again_after, 10min);
  EXPECT_EQ(failed.hold, 10min);
  EXPECT_LE(failed.attempted.answer_body->size(), 3 * 1000U);
  EXPECT_EQ(judge(message(1, 1), answer(503, {{"retry-after", "10"}}), 3ms, now)->attempted.again_after, 5min);
  EXPECT_EQ(judge(message(1, 9), answer(500), 3ms, now)->attempted.status, DeliveryStatus::failed);
  const auto gone = judge(message(1), answer(410), 3ms, now).value();
  EXPECT_TRUE(gone.gone);
  EXPECT_EQ(gone.attempted.status, DeliveryStatus::failed);
  EXPECT_EQ(judge(message(1), answer(200, {}, std::string("a\0b", 3)), 3ms, now)->attempted.answer_body, "a b");
}

TEST(Judgment, of_what_was_not) {
  using enum outbound::FailureKind;
  EXPECT_FALSE(judge(message(1), outbound::HttpFailure{.kind = closed}, 3ms, now).has_value());
  EXPECT_EQ(judge(message(1), outbound::HttpFailure{.kind = too_long, .status = 200}, 3ms, now)->attempted.status,
            DeliveryStatus::succeeded);
  EXPECT_EQ(judge(message(1), outbound::HttpFailure{.kind = too_long, .status = 500}, 3ms, now)->attempted.status, DeliveryStatus::pending);
  const auto refused = judge(message(1), outbound::HttpFailure{.kind = address_refused}, 3ms, now).value();
  EXPECT_TRUE(refused.attempted.error->starts_with("webhook_address_private"));
}

TEST(Batch, an_endpoint_goes_on_after_the_last_that_was_sent) {
  Batch batch{.messages = {message(3, 2), message(7), message(9)}, .judgments = {}, .next_sequence = 12};
  batch.judgments.resize(3);
  EXPECT_EQ(finished(batch).next_sequence, 7);
  batch.judgments[0] = judge(batch.messages[0], answer(500), 3ms, now);
  batch.judgments[1] = judge(batch.messages[1], answer(200), 3ms, now);
  EXPECT_EQ(finished(batch).next_sequence, 9);
  EXPECT_TRUE(finished(batch).any_succeeded);
  EXPECT_TRUE(finished(batch).any_failed);
  batch.judgments[2] = judge(batch.messages[2], answer(500), 3ms, now);
  EXPECT_EQ(finished(batch).next_sequence, 12);
}

TEST(Url, says_what_is_wrong_with_it) {
  for (const auto* good : {"https://example.com", "http://example.com:8080/a?b=c", "https://[2001:db8::1]/x"}) {
    EXPECT_EQ(problem_of_url(good), std::nullopt) << good;
  }
  for (const auto* bad : {"", "example.com", "ftp://example.com", "https://", "https:///x", "https://a@example.com", "https://a b",
                          "https://example.com/#x"}) {
    EXPECT_NE(problem_of_url(bad), std::nullopt) << bad;
  }
  for (const auto* inside : {"http://127.0.0.1/", "http://[::1]:80/", "http://localhost", "http://a.localhost/",
                             "http://169.254.169.254/latest", "http://100.64.1.1"}) {
    EXPECT_TRUE(names_private_address(inside)) << inside;
  }
  EXPECT_FALSE(names_private_address("https://example.com/"));
  EXPECT_FALSE(names_private_address("https://93.184.216.34/"));
}

}  // namespace
}  // namespace billing::webhooks
