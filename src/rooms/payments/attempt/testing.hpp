#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "platform/observe/metrics.hpp"
#include "platform/postgres/testing/test_database.hpp"
#include "platform/queue/queue.hpp"
#include "platform/redis/test_support.hpp"
#include "rooms/payments/attempt_payment.hpp"
#include "rooms/providers/testing.hpp"

namespace billing::payments::test {

using providers::ChargeRequest;
using providers::Declined;
using providers::NeedsCustomer;
using providers::NeverAsked;
using providers::Paid;
using providers::Processing;
using providers::Unreachable;

/// Says what it is told to, and remembers what it was asked.
struct RecordingProvider final : providers::TestProvider {
  explicit RecordingProvider(std::string_view called = "recording") : called(called) {}
  std::string_view name() const override { return called; }
  std::chrono::hours keys_last() const override { return last; }
  bool keeps_customers() const override { return true; }
  Task<providers::Outcome> charge(ChargeRequest request) override {
    asked.push_back(std::move(request));
    if (while_asked) while_asked();
    co_return answer;
  }
  Task<providers::Found> lookup(ChargeRequest request) override {
    looked_up.push_back(std::move(request));
    co_return found;
  }
  Task<providers::Found> cancel(ChargeRequest request) override {
    canceled.push_back(std::move(request));
    co_return on_cancel;
  }
  std::string called;
  std::chrono::hours last{24};
  providers::Outcome answer = Paid{};
  providers::Found found = NeverAsked{};
  providers::Found on_cancel = Declined{"canceled"};
  std::vector<ChargeRequest> canceled;
  std::vector<ChargeRequest> asked;
  std::vector<ChargeRequest> looked_up;
  std::function<void()> while_asked;
};

inline const auto invoice = *InvoiceId::parse("00000000-0000-7000-8000-000000000002");

inline constexpr const char* one_invoice = R"(
  INSERT INTO users (id, email, email_key, payment_method, created_at, updated_at)
  VALUES ('00000000-0000-7000-8000-000000000001', 'a@example.com', 'a@example.com', 'card_1', '2026-03-01Z', '2026-03-01Z');
  INSERT INTO invoices (id, kind, user_id, period_start, period_end, amount_cents, currency, status, collection, next_attempt_at, usage,
                        created_at, updated_at)
  VALUES ('00000000-0000-7000-8000-000000000002', 'subscription', '00000000-0000-7000-8000-000000000001', '2026-02-01', '2026-03-01', 6900,
          'KWD', 'open', 'pending', '2026-03-01Z', '{}', '2026-03-01Z', '2026-03-01Z'))";

class AttemptOfOne : public ::testing::Test, public pg::test::FreshDatabase {
 protected:
  AttemptOfOne() { execute(one_invoice); }

  void attempt() {
    Context context{*pool, clock, queue, redis, metrics, "test", "worker"};
    reactor.block_on(attempt_payments(context, {providers, retries}, {invoice}));
  }
  void doorbell() {
    Context context{*pool, clock, queue, redis, metrics, "test", "worker"};
    reactor.block_on(ask_about_attempts(context, {providers, retries}, {invoice}));
  }
  void change_card(const char* card) { execute("UPDATE users SET payment_method = '" + std::string{card} + "'"); }
  std::string payment(const char* column) { return value(std::string{"SELECT "} + column + "::text FROM payments ORDER BY id"); }
  void pay(const char* key) {
    Context context{*pool, clock, queue, redis, metrics, "test", "worker"};
    reactor.block_on(pay_by_hand(context, {providers, retries}, invoice, key));
  }

  redis::Client redis{reactor, {.url = redis::test::redis_url()}};
  queue::Queue queue{reactor, redis, "billing:test:jobs"};
  Metrics metrics;
  SimulatedClock clock{*parse_instant("2026-03-01T12:00:00Z")};
  RetrySchedule retries;
  providers::Providers providers;
  RecordingProvider& provider = add("recording");
  RecordingProvider& add(std::string_view name) { return add_to(providers, name); }
  /// The first one is what new attempts are made with.
  static RecordingProvider& add_to(providers::Providers& all, std::string_view name) {
    auto one = std::make_unique<RecordingProvider>(name);
    auto& added = *one;
    all.add(std::move(one));
    return added;
  }
};

}  // namespace billing::payments::test
