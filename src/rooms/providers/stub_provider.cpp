#include "rooms/providers/stub_provider.hpp"

#include <algorithm>
#include <charconv>

#include "platform/runtime/log.hpp"

namespace billing::providers {
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

constexpr std::string_view pays = "stub_ok";
constexpr std::string_view declines = "stub_decline";
constexpr std::string_view declines_for_good = "stub_hard_decline";
constexpr std::string_view needs_customer = "stub_action_required";
constexpr std::string_view refund_fails = "stub_refund_fails";
constexpr std::string_view declines_first = "stub_decline_";
constexpr std::string_view slow = "stub_slow_";
constexpr std::string_view unreachable_first = "stub_unreachable_";
constexpr std::string_view processing = "stub_processing_";

bool knows(std::string_view method) {
  constexpr std::string_view names[] = {pays, declines, declines_for_good, needs_customer, refund_fails};
  constexpr std::string_view prefixes[] = {declines_first, slow, unreachable_first, processing};
  return std::ranges::find(names, method) != std::end(names) ||
         std::ranges::any_of(prefixes, [&](auto prefix) { return number_after(method, prefix).has_value(); });
}

template <class Request>
bool unreachable(const Request& request) {
  const auto times = number_after(request.payment_method.value_or(""), unreachable_first);
  return times && request.unreachable_before < *times;
}

NeedsCustomer authentication(const std::string& key) { return {"https://stub.example/authenticate/" + key, "stub_" + key}; }

class StubProvider final : public PaymentProvider {
 public:
  StubProvider(Reactor& reactor, const Clock& clock) : reactor_(reactor), clock_(clock) {}

  std::string_view name() const override { return "stub"; }
  std::chrono::hours keys_last() const override { return std::chrono::hours{24}; }
  bool keeps_customers() const override { return false; }

  Task<Outcome> charge(ChargeRequest request) override {
    const auto method = request.payment_method.value_or(std::string{pays});
    const auto reference = "stub_" + request.attempt_key;
    if (unreachable(request)) co_return Unreachable{};
    co_await wait_if_slow(method);
    if (!knows(method)) co_return Declined{"unknown_payment_method", Decline::hard};
    if (method == declines) co_return Declined{"card_declined"};
    if (method == declines_for_good) co_return Declined{"stolen_card", Decline::hard};
    if (method == needs_customer) co_return authentication(request.attempt_key);
    if (still_processing(request)) co_return Processing{reference};
    const auto times = number_after(method, declines_first);
    if (times && request.declined_before < *times) co_return Declined{"card_declined"};
    co_return Paid{reference};
  }

  /// It remembers nothing, and says the same to the same attempt anyway: where it can be reached, it is to be asked as if for the first time, unless
  /// it has said already what the attempt waits for.
  Task<Found> lookup(ChargeRequest request) override {
    if (unreachable(request)) co_return Unreachable{};
    if (!request.reference) co_return NeverAsked{};
    if (request.payment_method == needs_customer) co_return authentication(request.attempt_key);
    if (still_processing(request)) co_return Processing{request.reference};
    if (number_after(request.payment_method.value_or(""), processing)) co_return Paid{request.reference};
    co_return NeverAsked{};
  }

  Task<Found> cancel(ChargeRequest request) override { co_return Declined{"canceled", Decline::soft, request.reference}; }

  Task<RefundOutcome> refund(RefundRequest request) override {
    const auto method = request.payment_method.value_or(std::string{pays});
    if (unreachable(request)) co_return Unreachable{};
    if (method == refund_fails) co_return RefundFailed{"expired_or_canceled_card"};
    // What a provider's books would show, for whoever looks whether each was given back once.
    log::debug("stub_refund", {{"key", request.refund_key}, {"charge", request.charge_key}, {"amount_cents", request.amount.minor()}});
    co_await wait_if_slow(method);
    co_return Refunded{"stub_" + request.refund_key};
  }

  Task<FoundRefund> lookup_refund(RefundRequest request) override {
    if (unreachable(request)) co_return Unreachable{};
    co_return NeverAsked{};
  }

  Task<Answer<std::string>> make_customer(Customer customer) override { co_return "stub_" + customer.user.text(); }

  Task<Answer<SetupLink>> set_up(Customer, std::string return_url, std::string key) override {
    co_return SetupLink{std::move(return_url), "stub_" + key};
  }

  Task<FoundSetup> lookup_setup(Customer, std::string) override { co_return SetUp{std::string{pays}}; }

  Task<Answer<std::vector<Method>>> methods(Customer customer) override {
    std::vector<Method> all;
    if (customer.payment_method) all.push_back(method_of(*customer.payment_method));
    co_return all;
  }

  Task<Answer<Method>> attach(Customer, std::string method) override {
    if (!knows(method)) co_return Refused{"no_such_payment_method", "The stub knows no payment method of that name: stub_ok pays."};
    co_return method_of(method);
  }

  Task<Answer<Done>> detach(Customer, std::string) override { co_return Done{}; }

 private:
  static Method method_of(const std::string& id) { return {id, "stub", {}, {}, {}, {}}; }

  Task<void> wait_if_slow(std::string method) {
    const auto milliseconds = number_after(method, slow);
    if (milliseconds) co_await reactor_.sleep(std::chrono::milliseconds{std::min<std::int64_t>(*milliseconds, 25'000)});
  }

  bool still_processing(const ChargeRequest& request) const {
    const auto seconds = number_after(request.payment_method.value_or(""), processing);
    constexpr std::int64_t most = 366 * 86'400;
    return seconds && clock_.now() < request.begun_at + std::chrono::seconds{std::min(*seconds, most)};
  }

  Reactor& reactor_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<PaymentProvider> make_stub_provider(Reactor& reactor, const Clock& clock) {
  return std::make_unique<StubProvider>(reactor, clock);
}

}  // namespace billing::providers
