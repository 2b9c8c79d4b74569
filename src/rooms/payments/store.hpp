#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/collecting/invoice_status.hpp"
#include "core/collecting/payment.hpp"
#include "core/ids.hpp"
#include "core/money/money.hpp"
#include "platform/postgres/due_rows.hpp"
#include "rooms/context.hpp"

namespace billing::payments {

/// One row an attempt; or, in lists, a refund (rooms/refunds), which is shown as one.
struct Payment {
  PaymentId id;
  InvoiceId invoice_id;
  UserId user_id;
  std::string attempt_key;
  PaymentKind kind;
  std::string provider;
  Money amount;
  PaymentStatus status;
  std::optional<std::string> failure_code;
  Instant attempted_at;
  std::optional<Instant> claimed_until;  // PostgreSQL's time: the process that calls the provider is presumed alive until then
  Instant created_at;
  Instant updated_at;
  std::optional<std::string> payment_method;      // the user's when the attempt was begun: what its key stands for
  std::optional<std::string> provider_customer = {};  // how the provider called the user then, likewise
  std::optional<std::string> provider_reference;  // how the provider calls the charge; of a recorded one what it was given
  std::optional<Date> received_on = {};           // of a recorded one
  std::int64_t overpaid = 0;                      // minor units of it that were beyond what was due by then, and became balance
  std::optional<Decline> decline{};               // of one that the provider declined
  std::optional<std::string> next_action_url{};   // where its customer is needed
  std::optional<std::string> resolution{};        // why an operator ended it
  std::int64_t calls = 1;                         // of the provider, with this key
  std::int64_t refunded_cents = 0;                // given back of it by refunds that have not failed
  std::optional<CreditNoteId> credit_note{};      // of a refund: whose it is
  std::optional<PaymentId> refund_of{};           // of a refund: the payment that it gives back of
  bool abandoned = false;                         // its claim is of a process that is known to have died; only where invoices are locked
};

struct PaymentFilter {
  std::optional<InvoiceId> invoice;
  std::optional<UserId> user;
  std::optional<PaymentStatus> status;
};
/// Newest first, refunds among them.
Task<std::vector<Payment>> find_payments(pg::Session& db, const PaymentFilter& filter, std::optional<std::string> after,
                                         std::int64_t limit);
/// One of them, refunds too.
Task<std::optional<Payment>> find_payment(pg::Session& db, PaymentId id);
/// What the payments and refunds of a filter come to, in one currency: those that succeeded. Sums as decimal text: they may not fit 64 bits.
struct Total {
  std::string currency;
  std::int64_t count = 0;  // of any status
  std::string paid_cents;
  std::string refunded_cents;
};
/// By currency, of some more than `most` of a filter at the utmost.
Task<std::vector<Total>> find_totals(pg::Session& db, const PaymentFilter& filter, std::int64_t most);
/// Newest first, refunds among them.
Task<std::vector<Payment>> payments_of(pg::Session& db, InvoiceId invoice);
/// Of all of the invoices, newest first.
Task<std::vector<Payment>> payments_of(pg::Session& db, const std::vector<InvoiceId>& invoices);
/// Those of the ids that are payments or refunds, in no order.
Task<std::vector<Payment>> find_payments(pg::Session& db, const std::vector<PaymentId>& ids);

/// What an attempt must know of its invoice.
struct Payable {
  InvoiceId id;
  UserId user_id;
  Money amount;  // what is due
  InvoiceStatus status;
  Collection collection;
  std::optional<Instant> next_attempt_at;
  std::int64_t declined_count = 0;  // scheduled attempts that were declined
  std::int64_t unreachable_count = 0;  // calls in a row that could not reach the provider
  std::int64_t schedule_from = 0;  // the declined_count at which the schedule began
  std::optional<std::string> payment_method;
  std::optional<std::string> provider_customer{};  // how the provider that was named calls the user
  bool by_invoice = false;  // never charged by itself
  Instant looked_at;  // in real time, by PostgreSQL's clock: claims go by no other, for processes' clocks differ
  std::vector<Payment> attempts;  // so far, newest first
};
/// The user has another one than the attempt is made with.
bool has_other_method(const Payment& attempt, const Payable& invoice);
/// Locks the invoices that are open, or of which an attempt has not ended, after their users, each in one order, until the transaction ends; with their attempts so far.
/// `provider`: whose name of the users is asked for.
Task<std::vector<Payable>> lock_payables(pg::Transaction& tx, const std::vector<InvoiceId>& ids, std::string_view provider = {});

void insert_pending(pg::Transaction& tx, const Context& context, const std::vector<Payment>& payments);
/// Pending attempts are made again, each with its own key.
void claim_again(pg::Transaction& tx, const Context& context, const std::vector<PaymentId>& ids, Instant claimed_until);

/// A payment of kind `recorded`: it has succeeded.
void insert_recorded(pg::Transaction& tx, const Context& context, const Payment& payment);

struct Finished {
  PaymentId id;
  PaymentStatus status;  // pending: left open, with nobody at it
  std::optional<std::string> failure_code;
  std::optional<std::string> provider_reference;
  std::optional<Decline> decline;
  std::optional<std::string> next_action_url;
  std::optional<std::string> resolution;
  std::optional<Instant> claimed_until;  // the claim under which the provider was asked: an attempt is left open by its holder only
};
struct Ended {
  std::vector<Payable> invoices;  // as they are now, locked; without their attempts
  std::set<PaymentId> payments;  // those that were ours to end: the others another process has ended, or taken over
};
/// Ends pending attempts of these invoices, under the users' locks.
Task<Ended> finish_payments(pg::Transaction& tx, const std::vector<InvoiceId>& invoices, const std::vector<Finished>& finished,
                            Instant now);

/// Open invoices whose payment is due, or whose attempt died with its process, and that nobody is attempting; and those that were paid in some other
/// way while nobody knew what had become of an attempt.
extern const pg::DueRows due_invoices;
/// Attempts and refunds whose claim, which is in real time, ran out ten minutes ago, and for whose outcome nobody has asked since.
Task<std::int64_t> count_stuck(pg::Session& db);

}  // namespace billing::payments
