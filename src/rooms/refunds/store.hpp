#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/collecting/refunds.hpp"
#include "core/ids.hpp"
#include "core/money/money.hpp"
#include "platform/postgres/due_rows.hpp"
#include "rooms/context.hpp"

namespace billing::refunds {

/// A payment of an invoice that something may be given back of.
struct Refundable {
  PaymentId payment;
  std::int64_t left;  // minor units, > 0
};
using RefundableOf = std::map<InvoiceId, std::vector<Refundable>>;
/// Of each of the invoices, newest first, under the users' locks.
Task<RefundableOf> refundable_of(pg::Session& db, const std::vector<InvoiceId>& invoices);
/// What of an invoice's payments may be given back in all.
std::int64_t refundable_in_all(const std::vector<Refundable>& payments);

/// What a note gives back of one payment, about to be written.
struct NewRefund {
  RefundId id;
  CreditNoteId credit_note;
  PaymentId payment;
  InvoiceId invoice;
  UserId user_id;
  Money amount;
};
/// A note's refunds: newest payment first, as far as they reach.
std::vector<NewRefund> refunds_of(CreditNoteId note, InvoiceId invoice, UserId user, Money amount, const std::vector<Refundable>& payments);
/// After their notes, due at once, with their events; the commit rings for them.
void insert_refunds(pg::Transaction& tx, const Context& context, const std::vector<NewRefund>& refunds);

struct Refund {
  RefundId id;
  CreditNoteId credit_note;
  PaymentId payment;
  InvoiceId invoice;
  UserId user_id;
  std::string key;  // the provider's idempotency key
  std::string provider;
  Money amount;
  PaymentStatus status;
  std::int64_t unreachable_count;  // calls in a row that could not reach the provider
  std::int64_t calls;              // of the provider, with this key
  std::optional<Instant> claimed_until;
  std::optional<std::string> payment_method;  // of the payment, as its charge has them
  std::string charge_key;
  std::optional<std::string> charge_reference;
  std::optional<std::string> reference;  // how the provider calls the refund, once it has said so
  Instant created_at;
};

enum class When : std::uint8_t { due, now };
/// Takes those of the refunds that are due (or all that have not ended), or whose process has died, for this process: their claims are written, for the caller to commit before the
/// provider is called. `calls` counts the calls before this one: whether the provider may have been asked before.
Task<std::vector<Refund>> claim(pg::Transaction& tx, const Context& context, const std::vector<RefundId>& ids, When when);

/// One of them, whatever its state, unless a process is at it.
Task<std::optional<Refund>> find_unclaimed(pg::Session& db, RefundId id);

struct Finished {
  RefundId id;
  PaymentStatus status;  // pending: nobody knows, it is asked about at `next_attempt_at`
  std::optional<std::string> failure_code;
  std::optional<std::string> provider_reference;
  std::optional<std::string> resolution = {};  // why an operator ended it
  std::optional<Instant> next_attempt_at;  // of pending ones
  std::int64_t unreachable_count = 0;
  std::optional<Instant> claimed_until;  // the claim under which the provider was asked
};
/// Ends refunds, or puts them off, under the users' locks. Returns those that were ours to end: the others another process has ended, or taken over.
Task<std::set<RefundId>> finish(pg::Transaction& tx, const std::vector<Finished>& finished, Instant now);

/// The job that a new refund rings for (payments/send_refunds.hpp).
inline constexpr std::string_view send_refunds_job = "send_refunds";
inline constexpr std::size_t refunds_per_ring = 100;
/// Refunds whose provider is to be called or asked, and that nobody is at.
extern const pg::DueRows due_refunds;

}  // namespace billing::refunds
