#include <algorithm>

#include "core/collecting/collection.hpp"
#include "platform/runtime/log.hpp"
#include "rooms/payments/attempt/attempt.hpp"

namespace billing::payments {
namespace {

using providers::Declined;
using providers::NeedsCustomer;
using providers::PaymentProvider;
using providers::Unreachable;

/// The key may not keep from charging twice any more. By the id, which is of real time, as providers' keys are, also under a simulated clock.
bool key_is_old(const Attempt& attempt, const PaymentProvider& provider) {
  return attempt.invoice.looked_at >= attempt.payment.id.made_at() + provider.keys_last();
}

/// An attempt that needs its customer is not waited for where it is not needed any more, another card is to be charged, or the customer had time enough.
std::optional<Outcome> not_waited_for(const Attempt& attempt, bool current, Instant now) {
  const auto& [invoice, payment] = std::tie(attempt.invoice, attempt.payment);
  if (invoice.status != InvoiceStatus::open) return NotMade{"not_needed"};
  if (!current || has_other_method(payment, invoice)) return NotMade{"canceled"};
  if (now >= payment.created_at + customer_has) return Declined{"authentication_required", Decline::soft, payment.provider_reference};
  return std::nullopt;
}

/// Nothing of it is charged afterwards: the provider says so, or that the customer was faster.
Task<Outcome> give_up(PaymentProvider& provider, const Attempt& attempt, Outcome instead) {
  const auto found = providers::known<Outcome>(co_await provider.cancel(request_of(attempt)));
  if (!found || std::holds_alternative<Declined>(*found)) co_return instead;
  co_return *found;
}

/// What became of an attempt that was begun before: whoever began it may have charged. nullopt: it is to be charged, with its key.
Task<std::optional<Outcome>> take_up(PaymentProvider& provider, const Attempt& attempt, bool current, Instant now) {
  auto found = providers::known<Outcome>(co_await provider.lookup(request_of(attempt)));
  if (found && std::holds_alternative<NeedsCustomer>(*found)) {
    auto instead = not_waited_for(attempt, current, now);
    if (instead) co_return co_await give_up(provider, attempt, *std::move(instead));
  }
  if (found) co_return found;
  if (attempt.invoice.status != InvoiceStatus::open) co_return NotMade{"not_needed"};
  if (!current || key_is_old(attempt, provider)) co_return NotMade{"never_charged"};
  co_return std::nullopt;
}

/// An old key never goes out with another method, and only to the provider whose it is.
Task<void> ask(const Collecting& collecting, Attempt& attempt, Instant now) {
  auto* provider = collecting.providers.find(attempt.payment.provider);
  if (!provider) {
    log::warn("payment_of_unknown_provider", {{"payment_id", attempt.payment.id.text()}, {"provider", attempt.payment.provider}});
    attempt.outcome = Unreachable{};
    co_return;
  }
  const bool current = provider == &collecting.providers.current();
  if (attempt.again) attempt.outcome = co_await take_up(*provider, attempt, current, now);
  if (attempt.outcome) co_return;
  auto outcome = co_await provider->charge(request_of(attempt));
  attempt.outcome = std::visit([](auto&& one) { return Outcome{std::move(one)}; }, std::move(outcome));
}

}  // namespace

providers::ChargeRequest request_of(const Attempt& attempt) {
  const auto& payment = attempt.payment;
  const auto& before = attempt.invoice.attempts;
  return {.attempt_key = payment.attempt_key,
          .payment = payment.id,
          .invoice = payment.invoice_id,
          .user = payment.user_id,
          .amount = payment.amount,
          .payment_method = payment.payment_method,
          .customer = payment.provider_customer,
          .reference = payment.provider_reference,
          .begun_at = payment.created_at,
          .declined_before = std::ranges::count_if(before, [](const Payment& one) { return one.decline.has_value(); }),
          .unreachable_before = attempt.invoice.unreachable_count};
}

Task<void> ask_providers(const Collecting& collecting, std::vector<Attempt>& attempts, Instant now) {
  TaskGroup calls;
  for (auto& attempt : attempts) calls.spawn(ask(collecting, attempt, now));
  co_await calls.join();
  std::erase_if(attempts, [](const Attempt& attempt) { return !attempt.outcome; });
}

}  // namespace billing::payments
