#include <charconv>

#include "platform/runtime/log.hpp"
#include "rooms/payments/provider.hpp"

namespace billing::payments {
namespace {

/// The number behind a prefix: "stub_decline_2" → 2; nullopt when the text is something else.
std::optional<std::int64_t> number_after(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

constexpr std::string_view refund_fails = "stub_refund_fails";

class StubProvider final : public PaymentProvider {
 public:
  explicit StubProvider(Reactor& reactor) : reactor_(reactor) {}

  std::string_view name() const override { return "stub"; }

  Task<Outcome> charge(ChargeRequest request) override {
    const Paid paid{"stub_" + request.attempt_key};
    const auto method = request.payment_method.value_or("stub_ok");
    if (const auto milliseconds = number_after(method, "stub_slow_")) {
      co_await reactor_.sleep(std::chrono::milliseconds{std::min<std::int64_t>(*milliseconds, 25'000)});
      co_return paid;
    }
    if (method == "stub_ok" || method == refund_fails) co_return paid;
    if (method == "stub_decline") co_return Declined{"card_declined"};
    if (const auto times = number_after(method, "stub_decline_")) {
      if (request.declined_before < *times) co_return Declined{"card_declined"};
      co_return paid;
    }
    if (const auto times = number_after(method, "stub_unreachable_")) {
      if (request.unreachable_before < *times) co_return Unreachable{};
      co_return paid;
    }
    co_return Declined{"unknown_payment_method"};
  }

  /// It remembers nothing, and says the same to the same attempt anyway: where it can be reached, it is to be asked as if for the first time.
  Task<Found> lookup(ChargeRequest request) override {
    const auto times = number_after(request.payment_method.value_or(""), "stub_unreachable_");
    if (times && request.unreachable_before < *times) co_return Unreachable{};
    co_return NeverAsked{};
  }

  Task<RefundOutcome> refund(RefundRequest request) override {
    const auto method = request.payment_method.value_or("stub_ok");
    const auto times = number_after(method, "stub_unreachable_");
    if (times && request.unreachable_before < *times) co_return Unreachable{};
    if (method == refund_fails) co_return RefundFailed{"expired_or_canceled_card"};
    // What a provider's books would show, for whoever looks whether each was given back once.
    log::debug("stub_refund", {{"key", request.refund_key}, {"charge", request.charge_key}, {"amount_cents", request.amount.minor()}});
    if (const auto milliseconds = number_after(method, "stub_slow_")) {
      co_await reactor_.sleep(std::chrono::milliseconds{std::min<std::int64_t>(*milliseconds, 25'000)});
    }
    co_return Refunded{"stub_" + request.refund_key};
  }

  Task<FoundRefund> lookup_refund(RefundRequest request) override {
    const auto times = number_after(request.payment_method.value_or(""), "stub_unreachable_");
    if (times && request.unreachable_before < *times) co_return Unreachable{};
    co_return NeverAsked{};
  }

 private:
  Reactor& reactor_;
};

}  // namespace

std::unique_ptr<PaymentProvider> make_stub_provider(Reactor& reactor) { return std::make_unique<StubProvider>(reactor); }

}  // namespace billing::payments
