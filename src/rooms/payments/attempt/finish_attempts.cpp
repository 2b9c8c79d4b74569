#include <algorithm>
#include <iterator>
#include <span>

#include "core/collecting/collection.hpp"
#include "platform/observe/metrics.hpp"
#include "platform/runtime/log.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/facts/due.hpp"
#include "rooms/invoices/collecting.hpp"
#include "rooms/invoices/run/run.hpp"
#include "rooms/payments/attempt/attempt.hpp"
#include "rooms/payments/paid.hpp"
#include "rooms/users/store.hpp"

namespace billing::payments {
namespace {

using providers::Declined;
using providers::NeedsCustomer;
using providers::Paid;
using providers::Processing;
using providers::Unreachable;

Finished finished(const Attempt& attempt) {
  Finished finished{.id = attempt.payment.id,
                    .status = PaymentStatus::pending,
                    .failure_code = {},
                    .provider_reference = {},
                    .decline = {},
                    .next_action_url = {},
                    .resolution = attempt.resolution,
                    .claimed_until = attempt.payment.claimed_until};
  const auto& outcome = *attempt.outcome;
  if (const auto* paid = std::get_if<Paid>(&outcome)) {
    finished.status = PaymentStatus::succeeded;
    finished.provider_reference = paid->reference;
  } else if (const auto* declined = std::get_if<Declined>(&outcome)) {
    finished.status = PaymentStatus::failed;
    finished.failure_code = declined->code;
    finished.provider_reference = declined->reference;
    finished.decline = declined->decline;
  } else if (const auto* processing = std::get_if<Processing>(&outcome)) {
    finished.failure_code = "processing";
    finished.provider_reference = processing->reference;
  } else if (const auto* needs = std::get_if<NeedsCustomer>(&outcome)) {
    finished.failure_code = "action_required";
    finished.provider_reference = needs->reference;
    finished.next_action_url = needs->url;
  } else if (const auto* not_made = std::get_if<NotMade>(&outcome)) {
    finished.status = PaymentStatus::failed;
    finished.failure_code = not_made->code;
  } else {
    finished.failure_code = "unreachable";
  }
  return finished;
}

Setback setback_of(const Outcome& outcome) {
  if (const auto* declined = std::get_if<Declined>(&outcome)) {
    return declined->decline == Decline::hard ? Setback::hard_decline : Setback::soft_decline;
  }
  if (std::holds_alternative<NotMade>(outcome)) return Setback::not_made;
  return std::holds_alternative<Unreachable>(outcome) ? Setback::unreachable : Setback::waiting;
}

/// What a failed attempt changes on its invoice, as it is now.
std::optional<NextAttempt> next_attempt(const Attempt& attempt, const Payable& invoice, const RetrySchedule& retries, Instant now) {
  const auto& payment = attempt.payment;
  auto next = after_setback(setback_of(*attempt.outcome),
                            {.by_hand = payment.kind == PaymentKind::manual,
                             .by_invoice = invoice.by_invoice,
                             .put_off = payment.failure_code.has_value(),
                             .method_of_old = has_other_method(payment, invoice),
                             .calls = payment.calls},
                            {invoice.declined_count, invoice.unreachable_count, invoice.schedule_from}, retries, now);
  // Whoever waits for the customer asks once more when the time is over.
  if (std::holds_alternative<NeedsCustomer>(*attempt.outcome) && now < payment.created_at + customer_has) {
    next->at = std::min(*next->at, payment.created_at + customer_has);
  }
  return next;
}

/// What the outcomes of one transaction come to.
struct Results {
  std::vector<Success> successes;
  std::vector<invoices::Setback> setbacks;
  std::vector<InvoiceId> given_up;
  std::vector<audit::Entry> audit;
};

void note_outcome(Results& results, const Attempt& attempt, const Payable& invoice, const RetrySchedule& retries, Instant now) {
  const auto entry = [&](std::string_view entity, const std::string& id, std::string from, std::string to) {
    results.audit.push_back({std::string{entity} + "." + to, std::string{entity}, id, invoice.user_id.text(), std::move(from), to});
  };
  const auto status = finished(attempt).status;
  if (status != PaymentStatus::pending) entry("payment", attempt.payment.id.text(), "pending", std::string{to_text(status)});
  const bool needs_customer = std::holds_alternative<NeedsCustomer>(*attempt.outcome);
  if (needs_customer && attempt.payment.failure_code != "action_required") {
    entry("payment", attempt.payment.id.text(), "pending", "action_required");
  }
  if (attempt.resolution) {
    results.audit.push_back(
        {"payment.resolved", "payment", attempt.payment.id.text(), invoice.user_id.text(), "pending", std::string{to_text(status)}});
  }
  if (status == PaymentStatus::succeeded) return results.successes.push_back(success_of(attempt.payment, invoice));
  if (invoice.status != InvoiceStatus::open) return;  // paid in some other way meanwhile
  const auto next = next_attempt(attempt, invoice, retries, now);
  if (!next) return;
  results.setbacks.push_back({invoice.id, next->collection, next->at, next->declined_count, next->unreachable_count, next->schedule_from});
  if (next->collection != invoice.collection) {
    entry("invoice", invoice.id.text(), std::string{to_text(invoice.collection)}, std::string{to_text(next->collection)});
  }
  if (next->collection == Collection::uncollected) results.given_up.push_back(invoice.id);
}

Task<void> save(pg::Transaction& tx, const Context& context, const Results& results, std::optional<std::int64_t> cancel_after) {
  const auto unpaid = co_await invoices::active_subscriptions_on(tx, results.given_up);
  invoices::note_setbacks(tx, results.setbacks, context.clock.now());
  facts::mark_past_due(tx, context, unpaid, cancel_after);
  audit::record(tx, context, results.audit);
  co_await follow_successes(tx, context, results.successes);
}

std::string_view outcome_name(const Outcome& outcome) {
  constexpr std::string_view names[] = {"succeeded", "declined", "processing", "action_required", "unreachable", "not_made"};
  return names[outcome.index()];
}

}  // namespace

Task<void> finish_attempts(Context& context, const Collecting& collecting, const std::vector<Attempt>& attempts) {
  if (attempts.empty()) co_return;
  std::vector<UserId> users;
  std::vector<InvoiceId> ids;
  std::vector<Finished> outcomes;
  for (const auto& attempt : attempts) {
    users.push_back(attempt.invoice.user_id);
    ids.push_back(attempt.invoice.id);
    outcomes.push_back(finished(attempt));
  }
  auto tx = co_await context.db.begin();
  users::lock_users(tx, users);
  const auto ended = co_await finish_payments(tx, ids, outcomes, context.clock.now());
  Results results;
  std::vector<std::string_view> counted;
  for (const auto& attempt : attempts) {
    if (!ended.payments.contains(attempt.payment.id)) continue;
    const auto invoice = std::ranges::find(ended.invoices, attempt.invoice.id, &Payable::id);
    note_outcome(results, attempt, *invoice, collecting.retries, context.clock.now());
    counted.push_back(outcome_name(*attempt.outcome));
  }
  co_await save(tx, context, results, collecting.cancel_after);
  tx.after_commit([&metrics = context.metrics, counted = std::move(counted)] {
    for (const auto name : counted) metrics.count("payments", {{"outcome", name}});
  });
  co_await tx.commit();
}

namespace {

Task<void> finish_whatever_can_be(Context& context, const Collecting& collecting, const std::vector<Attempt>& attempts) {
  try {
    co_await finish_attempts(context, collecting, attempts);
    co_return;
  } catch (const pg::StatementError& error) {
    log::warn("batch_not_finished", {{"attempts", attempts.size()}, {"sqlstate", error.sqlstate}, {"error", error.what()}});
  }
  for (const auto& attempt : attempts) {
    try {
      co_await finish_attempts(context, collecting, {attempt});
    } catch (const pg::StatementError& error) {  // the row stays pending: when its claim has run out, it is asked for again with its key
      log::error("payment_not_finished",
                 {{"payment_id", attempt.payment.id.text()}, {"sqlstate", error.sqlstate}, {"error", error.what()}});
    }
  }
}

Task<void> charge_ring(Context& context, const Collecting& collecting, std::vector<Attempt> attempts) {
  co_await ask_providers(collecting, attempts, context.clock.now());
  co_await finish_whatever_can_be(context, collecting, attempts);
}

}  // namespace

Task<void> charge(Context& context, const Collecting& collecting, std::vector<Attempt> attempts) {
  if (attempts.size() <= invoices::payments_per_ring) co_return co_await charge_ring(context, collecting, std::move(attempts));
  TaskGroup rings;
  for (std::span<Attempt> left{attempts}; !left.empty();) {
    const auto ring = left.first(std::min(left.size(), invoices::payments_per_ring));
    left = left.subspan(ring.size());
    rings.spawn(charge_ring(context, collecting, {std::move_iterator{ring.begin()}, std::move_iterator{ring.end()}}));
  }
  co_await rings.join();
}

}  // namespace billing::payments
