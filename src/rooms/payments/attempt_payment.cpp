#include "rooms/payments/attempt_payment.hpp"

#include <algorithm>
#include <stdexcept>

#include "platform/runtime/digest.hpp"
#include "rooms/invoices/apply_grant.hpp"
#include "rooms/payments/attempt/begin.hpp"

namespace billing::payments {
namespace {

/// Numbered, for a request whose payment was declined may be sent again with the same Idempotency-Key.
std::string manual_key(const Payable& invoice, const std::optional<std::string>& request_key) {
  const auto prefix = manual_attempt_prefix(invoice.id, request_key.value_or(""));
  return prefix + std::to_string(std::ranges::count(invoice.attempts, PaymentKind::manual, &Payment::kind) + 1);
}

/// Who asks for an attempt: the schedule, a person, or whoever has heard that something became of one.
enum class Asker : std::uint8_t { schedule, person, doorbell };
struct Asked {
  Asker by = Asker::schedule;
  std::optional<std::string> request_key;
};

enum class Verdict : std::uint8_t { not_due, running, again, anew };

/// The still-due check, under the invoice's lock. Of an invoice that was paid in some other way only what became of an attempt is asked. One whose outcome nobody knows is taken up again, by whatever way one comes; one
/// whose process is gone, or whose claim ran out, is due at once.
Verdict judge(const Payable& invoice, const Payment* pending, Asker asker, Instant now) {
  const bool claimed = pending && pending->claimed_until;
  const bool running = claimed && *pending->claimed_until > invoice.looked_at && !pending->abandoned;
  if (invoice.status != InvoiceStatus::open) return pending && !running && asker != Asker::person ? Verdict::again : Verdict::not_due;
  if (running) return Verdict::running;
  if (asker == Asker::doorbell) return pending ? Verdict::again : Verdict::not_due;
  const bool due = asker == Asker::person || claimed || (invoice.next_attempt_at && *invoice.next_attempt_at <= now);
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
  const auto& provider = collecting.providers.current();
  for (auto& invoice : co_await lock_payables(tx, ids, name_if_it_knows_customers(provider))) {
    claim = invoice.looked_at + claim_lasts;  // the same for all
    const auto found = std::ranges::find(invoice.attempts, PaymentStatus::pending, &Payment::status);
    const auto* pending = found == invoice.attempts.end() ? nullptr : &*found;
    const auto verdict = judge(invoice, pending, asked.by, now);
    begun.running = begun.running || verdict == Verdict::running;
    if (verdict == Verdict::again) {
      again.push_back(pending->id);
      begun.attempts.push_back({invoice, *pending, true});
      begun.attempts.back().payment.claimed_until = claim;
      begun.attempts.back().payment.calls += 1;
    } else if (verdict == Verdict::anew) {
      const bool by_hand = asked.by == Asker::person;
      auto key = by_hand ? manual_key(invoice, asked.request_key) : scheduled_key(invoice);
      anew.push_back(new_payment(invoice, provider.name(), by_hand ? PaymentKind::manual : PaymentKind::scheduled, std::move(key), now));
      begun.attempts.push_back({invoice, anew.back()});
    }
  }
  if (begun.attempts.empty()) co_return begun;
  insert_pending(tx, context, anew);
  claim_again(tx, context, again, claim);
  co_await tx.commit();
  co_return begun;
}

}  // namespace

Task<void> attempt_payments(Context& context, const Collecting& collecting, std::vector<InvoiceId> ids) {
  co_await invoices::apply_balances(context, ids);
  auto begun = co_await begin_attempts(context, collecting, ids, {});
  co_await charge(context, collecting, std::move(begun.attempts));
}

Task<void> ask_about_attempts(Context& context, const Collecting& collecting, std::vector<InvoiceId> ids) {
  auto begun = co_await begin_attempts(context, collecting, ids, {.by = Asker::doorbell});
  co_await charge(context, collecting, std::move(begun.attempts));
}

namespace {

Task<AttemptResult> attempt_by_hand(Context& context, const Collecting& collecting, InvoiceId id, Asked asked) {
  auto begun = co_await begin_attempts(context, collecting, {id}, asked);
  if (begun.running) co_return AttemptRunning{};
  if (begun.attempts.empty()) co_return NotDue{};
  co_await ask_providers(collecting, begun.attempts, context.clock.now());
  if (begun.attempts.empty()) throw std::runtime_error("the payment provider failed without an answer");
  co_await finish_attempts(context, collecting, begun.attempts);
  co_return *begun.attempts.front().outcome;
}

}  // namespace

Task<AttemptResult> pay_by_hand(Context& context, const Collecting& collecting, InvoiceId id, std::optional<std::string> request_key) {
  const auto paid = co_await invoices::apply_balances(context, {id});
  if (std::ranges::find(paid, id) != paid.end()) co_return PaidByBalance{};
  const Asked asked{.by = Asker::person, .request_key = std::move(request_key)};
  auto result = co_await attempt_by_hand(context, collecting, id, asked);
  const auto* outcome = std::get_if<Outcome>(&result);
  if (!outcome || !std::holds_alternative<NotMade>(*outcome)) co_return result;
  co_return co_await attempt_by_hand(context, collecting, id, asked);  // the one of before is out of the way
}

std::string manual_attempt_prefix(InvoiceId id, const std::string& request_key) {
  return id.text() + "-manual-" + (request_key.empty() ? "" : sha256_hex(request_key).substr(0, 16) + "-");
}

}  // namespace billing::payments
