#include "rooms/payments/attempt_payment.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/collecting/collection.hpp"
#include "platform/observe/metrics.hpp"
#include "platform/runtime/digest.hpp"
#include "platform/runtime/log.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/facts/due.hpp"
#include "rooms/invoices/apply_grant.hpp"
#include "rooms/invoices/collecting.hpp"
#include "rooms/invoices/store.hpp"
#include "rooms/payments/paid.hpp"
#include "rooms/users/store.hpp"

namespace billing::payments {
namespace {

/// Longer than any provider call: after it the process that made the call is presumed dead, if nobody has noticed before.
constexpr auto claim_lasts = std::chrono::seconds{60};

struct Attempt {
  Payable invoice;
  Payment payment;
  bool again = false;              // the provider may have been asked before
  std::optional<Outcome> outcome{};  // once the provider has answered
};

/// Numbered, for a request whose payment was declined may be sent again with the same Idempotency-Key.
std::string manual_key(const Payable& invoice, const std::optional<std::string>& request_key) {
  const auto prefix = manual_attempt_prefix(invoice.id, request_key.value_or(""));
  return prefix + std::to_string(std::ranges::count(invoice.attempts, PaymentKind::manual, &Payment::kind) + 1);
}

Payment new_payment(const Payable& invoice, std::string_view provider, PaymentKind kind, std::string key, Instant now, Instant claim) {
  return {.id = PaymentId{new_uuid7()},
          .invoice_id = invoice.id,
          .user_id = invoice.user_id,
          .attempt_key = std::move(key),
          .kind = kind,
          .provider = std::string{provider},
          .amount = invoice.amount,
          .status = PaymentStatus::pending,
          .failure_code = {},
          .attempted_at = now,
          .claimed_until = claim,
          .created_at = now,
          .updated_at = now,
          .payment_method = invoice.payment_method,
          .provider_reference = {}};
}

/// Who asks for an attempt: the schedule, or a person.
struct Asked {
  bool by_hand = false;
  std::optional<std::string> request_key;
};

enum class Verdict : std::uint8_t { not_due, running, again, anew };

/// The still-due check, under the invoice's lock. An attempt whose outcome nobody knows is taken up again, by whatever way one comes; one
/// whose process is gone, or whose claim ran out, is due at once.
Verdict judge(const Payable& invoice, const Payment* pending, bool by_hand, Instant now) {
  if (invoice.status != InvoiceStatus::open) return Verdict::not_due;
  const bool claimed = pending && pending->claimed_until;
  if (claimed && *pending->claimed_until > invoice.looked_at && !pending->abandoned) return Verdict::running;
  const bool due = by_hand || claimed || (invoice.next_attempt_at && *invoice.next_attempt_at <= now);
  if (!due) return Verdict::not_due;
  return pending ? Verdict::again : Verdict::anew;
}

struct Begun {
  std::vector<Attempt> attempts;
  bool running = false;  // another process is at one of the invoices
};

/// Commits the pending rows.
Task<Begun> begin_attempts(Context& context, const Collecting& collecting, const std::vector<InvoiceId>& ids, const Asked& asked) {
  auto tx = co_await context.db.begin();
  const auto now = context.clock.now();
  Begun begun;
  Instant claim{};
  std::vector<Payment> anew;
  std::vector<PaymentId> again;
  for (auto& invoice : co_await lock_payables(tx, ids)) {
    claim = invoice.looked_at + claim_lasts;  // the same for all
    const auto found = std::ranges::find(invoice.attempts, PaymentStatus::pending, &Payment::status);
    const auto* pending = found == invoice.attempts.end() ? nullptr : &*found;
    const auto verdict = judge(invoice, pending, asked.by_hand, now);
    begun.running = begun.running || verdict == Verdict::running;
    if (verdict == Verdict::again) {
      again.push_back(pending->id);
      begun.attempts.push_back({invoice, *pending, true});
      begun.attempts.back().payment.claimed_until = claim;
    } else if (verdict == Verdict::anew) {
      auto key =
          asked.by_hand ? manual_key(invoice, asked.request_key) : invoice.id.text() + "-" + std::to_string(invoice.declined_count + 1);
      anew.push_back(new_payment(invoice, collecting.provider.name(), asked.by_hand ? PaymentKind::manual : PaymentKind::scheduled,
                                 std::move(key), now, claim));
      begun.attempts.push_back({invoice, anew.back()});
      begun.attempts.back().payment.claimed_until = claim;
    }
  }
  if (begun.attempts.empty()) co_return begun;
  insert_pending(tx, context, anew);
  claim_again(tx, context, again, claim);
  co_await tx.commit();
  co_return begun;
}

/// What became of an attempt that was begun before: whoever began it may have charged. An old key never goes out with another method, and only to
/// the provider whose it is; what another one knows, this process cannot tell.
Task<Found> look_up(const Collecting& collecting, const Payment& payment, ChargeRequest request) {
  if (payment.provider == collecting.provider.name()) co_return co_await collecting.provider.lookup(std::move(request));
  log::warn("payment_of_another_provider", {{"payment_id", payment.id.text()}, {"provider", payment.provider}});
  co_return Unreachable{};
}

Task<void> charge(const Collecting& collecting, Attempt& attempt) {
  ChargeRequest request{.attempt_key = attempt.payment.attempt_key,
                        .amount = attempt.payment.amount,
                        .payment_method = attempt.payment.payment_method,
                        .declined_before = std::ranges::count(attempt.invoice.attempts, PaymentStatus::failed, &Payment::status),
                        .unreachable_before = attempt.invoice.unreachable_count};
  if (attempt.again) {
    const auto found = co_await look_up(collecting, attempt.payment, request);
    if (const auto* paid = std::get_if<Paid>(&found)) attempt.outcome = *paid;
    if (const auto* declined = std::get_if<Declined>(&found)) attempt.outcome = *declined;
    if (std::holds_alternative<Unreachable>(found)) attempt.outcome = Unreachable{};
  }
  if (!attempt.outcome) attempt.outcome = co_await collecting.provider.charge(std::move(request));
}

Task<void> charge_all(const Collecting& collecting, std::vector<Attempt>& attempts) {
  TaskGroup charges;
  for (auto& attempt : attempts) charges.spawn(charge(collecting, attempt));
  co_await charges.join();
  std::erase_if(attempts, [](const Attempt& attempt) { return !attempt.outcome; });  // the provider threw: its claim will run out
}

Finished finished(const Attempt& attempt) {
  const auto id = attempt.payment.id;
  const auto claim = attempt.payment.claimed_until;
  if (const auto* declined = std::get_if<Declined>(&*attempt.outcome)) {
    return {id, PaymentStatus::failed, declined->code, declined->reference, claim};
  }
  if (const auto* paid = std::get_if<Paid>(&*attempt.outcome)) return {id, PaymentStatus::succeeded, {}, paid->reference, claim};
  return {id, PaymentStatus::pending, "unreachable", {}, claim};
}

/// What a failed attempt changes on its invoice; nullopt: nothing, for an attempt by hand uses up no retry.
std::optional<NextAttempt> setback_of(const Attempt& attempt, const Payable& invoice, const RetrySchedule& retries, Instant now) {
  const CollectionState state{invoice.declined_count, invoice.unreachable_count};
  if (std::holds_alternative<Unreachable>(*attempt.outcome)) return after_unreachable(state, now);
  if (attempt.payment.kind == PaymentKind::scheduled) return after_decline(state, retries, now);
  if (invoice.unreachable_count > 0 && invoice.by_invoice) return after_decline_by_invoice(state);
  if (invoice.unreachable_count > 0) return after_manual_decline(state, retries, now);
  return std::nullopt;
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
  if (status == PaymentStatus::succeeded) return results.successes.push_back(success_of(attempt.payment, invoice));
  if (invoice.status != InvoiceStatus::open) return;  // paid in some other way meanwhile
  const auto next = setback_of(attempt, invoice, retries, now);
  if (!next) return;
  results.setbacks.push_back({invoice.id, next->collection, next->at, next->declined_count, next->unreachable_count});
  if (next->collection != invoice.collection) {
    entry("invoice", invoice.id.text(), std::string{to_text(invoice.collection)}, std::string{to_text(next->collection)});
  }
  if (next->collection == Collection::uncollected) results.given_up.push_back(invoice.id);
}

Task<void> save(pg::Transaction& tx, const Context& context, const Results& results) {
  const auto unpaid = co_await invoices::active_subscriptions_on(tx, results.given_up);
  invoices::note_setbacks(tx, results.setbacks, context.clock.now());
  facts::mark_past_due(tx, context, unpaid);
  audit::record(tx, context, results.audit);
  co_await follow_successes(tx, context, results.successes);
}

std::string_view outcome_name(const Outcome& outcome) {
  constexpr std::string_view names[] = {"succeeded", "declined", "unreachable"};
  return names[outcome.index()];
}

/// Commits what the provider said. Whoever comes second, after a claim ran out, finds the row ended and changes nothing.
Task<void> finish_attempts(Context& context, const Collecting& collecting, const std::vector<Attempt>& attempts) {
  if (attempts.empty()) co_return;
  std::vector<std::string> users;
  std::vector<InvoiceId> ids;
  std::vector<Finished> outcomes;
  for (const auto& attempt : attempts) {
    users.push_back(attempt.invoice.user_id.text());
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
  co_await save(tx, context, results);
  tx.after_commit([&metrics = context.metrics, counted = std::move(counted)] {
    for (const auto name : counted) metrics.count("payments", {{"outcome", name}});
  });
  co_await tx.commit();
}

/// All in one transaction; if the database refuses that, one by one: what the provider said of one invoice is not lost for another's sake.
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

}  // namespace

Task<void> attempt_payments(Context& context, const Collecting& collecting, std::vector<InvoiceId> ids) {
  co_await invoices::apply_balances(context, ids);
  auto begun = co_await begin_attempts(context, collecting, ids, {});
  co_await charge_all(collecting, begun.attempts);
  co_await finish_whatever_can_be(context, collecting, begun.attempts);
}

Task<AttemptResult> pay_by_hand(Context& context, const Collecting& collecting, InvoiceId id, std::optional<std::string> request_key) {
  co_await invoices::apply_balances(context, {id});
  auto begun = co_await begin_attempts(context, collecting, {id}, {.by_hand = true, .request_key = std::move(request_key)});
  if (begun.running) co_return AttemptRunning{};
  if (begun.attempts.empty()) co_return NotDue{};
  co_await charge_all(collecting, begun.attempts);
  if (begun.attempts.empty()) throw std::runtime_error("the payment provider failed without an answer");
  co_await finish_attempts(context, collecting, begun.attempts);
  co_return *begun.attempts.front().outcome;
}

std::string manual_attempt_prefix(InvoiceId id, const std::string& request_key) {
  return id.text() + "-manual-" + (request_key.empty() ? "" : sha256_hex(request_key).substr(0, 16) + "-");
}

}  // namespace billing::payments
