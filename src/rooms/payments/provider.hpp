#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/money/money.hpp"
#include "platform/runtime/reactor.hpp"
#include "platform/runtime/task.hpp"

namespace billing::payments {

/// One attempt to charge an invoice. What is asked under one key is always the same: amount and method are those of the attempt.
struct ChargeRequest {
  std::string attempt_key;  // the provider's idempotency key: calling again with it never charges twice
  Money amount;
  std::optional<std::string> payment_method;
  std::int64_t declined_before = 0;     // attempts of this invoice that were declined
  std::int64_t unreachable_before = 0;  // calls for this invoice that could not reach the provider
};

struct Paid {
  std::optional<std::string> reference{};  // the provider's own name of the charge
};
struct Declined {
  std::string code;  // "card_declined"
  std::optional<std::string> reference{};
};
/// Nobody knows whether the charge happened: ask again with the same key.
struct Unreachable {};
using Outcome = std::variant<Paid, Declined, Unreachable>;

/// The provider has never seen the key: nothing was charged with it.
struct NeverAsked {};
using Found = std::variant<Paid, Declined, Unreachable, NeverAsked>;

/// What is to be given back of a charge. What is asked under one key is always the same.
struct RefundRequest {
  std::string refund_key;  // the provider's idempotency key: calling again with it never gives back twice
  Money amount;            // at most the charge's
  std::string charge_key;  // the charge's attempt key
  std::optional<std::string> charge_reference;  // how the provider calls the charge
  std::optional<std::string> payment_method;    // that was charged
  std::int64_t unreachable_before = 0;  // calls for this refund that could not reach the provider
};

struct Refunded {
  std::optional<std::string> reference{};  // the provider's own name of the refund
};
struct RefundFailed {
  std::string code;  // "expired_or_canceled_card"
  std::optional<std::string> reference{};
};
using RefundOutcome = std::variant<Refunded, RefundFailed, Unreachable>;
using FoundRefund = std::variant<Refunded, RefundFailed, Unreachable, NeverAsked>;

class PaymentProvider {
 public:
  virtual ~PaymentProvider() = default;
  virtual std::string_view name() const = 0;
  /// Answers within 30 seconds, `Unreachable` if need be; never throws for what a provider may do.
  virtual Task<Outcome> charge(ChargeRequest request) = 0;
  /// What became of an earlier charge with this key: charges nothing. Within 30 seconds, likewise.
  virtual Task<Found> lookup(ChargeRequest request) = 0;
  /// Gives back to the card that was charged. `Unreachable` where nobody can tell, also while the provider is still at it. Within 30 seconds, likewise.
  virtual Task<RefundOutcome> refund(RefundRequest request) = 0;
  /// What became of an earlier refund with this key: gives nothing back. Within 30 seconds, likewise.
  virtual Task<FoundRefund> lookup_refund(RefundRequest request) = 0;
};

/// Does what the payment method says, the same for the same attempt however often it is asked: none or "stub_ok" pays, "stub_decline" declines,
/// "stub_decline_2" declines the first 2 attempts, "stub_unreachable_2" cannot be reached for the first 2 calls, "stub_slow_500" pays after
/// 500 ms, "stub_refund_fails" pays, and its refunds fail. Refunds of the others succeed, "stub_unreachable_2" and "stub_slow_500" likewise late. Anything else is
/// declined as an unknown payment method.
std::unique_ptr<PaymentProvider> make_stub_provider(Reactor& reactor);

}  // namespace billing::payments
