#include <charconv>

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
    if (method == "stub_ok") co_return paid;
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

 private:
  Reactor& reactor_;
};

}  // namespace

std::unique_ptr<PaymentProvider> make_stub_provider(Reactor& reactor) { return std::make_unique<StubProvider>(reactor); }

}  // namespace billing::payments
