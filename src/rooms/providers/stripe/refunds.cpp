#include "rooms/providers/stripe/refunds.hpp"

#include <algorithm>

#include "platform/runtime/log.hpp"
#include "rooms/providers/stripe/amounts.hpp"

namespace billing::providers::stripe {

using namespace std::chrono_literals;

namespace {

constexpr auto one_question = 25'000ms;
constexpr std::size_t most_looked_through = 1'000;

/// Refusals that say something of the charge or the card, and not of how we ask.
bool is_refusal_of_refund(std::string_view code) {
  constexpr std::string_view codes[] = {"charge_already_refunded", "charge_disputed",  "refund_disputed_payment", "insufficient_funds",
                                        "amount_too_large",        "resource_missing", "balance_insufficient",    "charge_not_refundable"};
  return std::ranges::find(codes, code) != std::end(codes);
}

FoundRefund as_found(RefundOutcome outcome) {
  return std::visit([](auto& one) -> FoundRefund { return std::move(one); }, outcome);
}

}  // namespace

RefundOutcome outcome_of_refund(const boost::json::value& refund) {
  const auto id = text(refund, "id");
  const auto status = text(refund, "status").value_or("");
  if (status == "succeeded") return Refunded{id};
  if (status == "pending" || status == "requires_action") return Processing{id};
  if (status == "failed") return RefundFailed{text(refund, "failure_reason").value_or("unknown"), id};
  if (status == "canceled") return RefundFailed{"canceled", id};
  return Unreachable{};
}

Task<RefundOutcome> Refunds::refund(RefundRequest request) {
  const auto amount = stripe_amount(request.amount);
  // What was paid in whole units goes back in whole units: what does not, cannot go back to the card.
  if (!amount) co_return RefundFailed{"amount_not_refundable"};
  if (!request.charge_reference) co_return RefundFailed{"unknown_charge"};
  const Form form{{"payment_intent", *request.charge_reference},
                  {"amount", std::to_string(*amount)},
                  {"metadata[refund_key]", request.refund_key},
                  {"metadata[refund_id]", request.refund.text()}};
  const auto reply = co_await api_.post("/v1/refunds", form, Deadline{one_question}, request.refund_key);
  if (reply.done()) co_return outcome_of_refund(reply.body);
  if (!reply.refused()) co_return Unreachable{};
  if (is_refusal_of_refund(reply.error_code())) co_return RefundFailed{reply.error_code()};
  log::error("stripe_refund_refused", {{"refund_id", request.refund.text()}, {"type", reply.error_type()}, {"code", reply.error_code()}});
  co_return Unreachable{};
}

Task<FoundRefund> Refunds::lookup(RefundRequest request) {
  const Deadline deadline{one_question};
  if (request.reference) {
    const auto reply = co_await api_.get("/v1/refunds/" + *request.reference, {}, deadline);
    if (!reply.done()) co_return Unreachable{};
    co_return as_found(outcome_of_refund(reply.body));
  }
  if (!request.charge_reference) co_return NeverAsked{};
  std::vector<boost::json::value> refunds;
  bool complete = false;
  const auto reply =
      co_await api_.list("/v1/refunds", {{"payment_intent", *request.charge_reference}}, deadline, most_looked_through, refunds, complete);
  if (!reply.done()) co_return Unreachable{};
  const auto found =
      std::ranges::find_if(refunds, [&](const auto& refund) { return text(refund, "metadata.refund_key") == request.refund_key; });
  if (found != refunds.end()) co_return as_found(outcome_of_refund(*found));
  if (!complete) co_return Unreachable{};
  co_return NeverAsked{};
}

}  // namespace billing::providers::stripe
