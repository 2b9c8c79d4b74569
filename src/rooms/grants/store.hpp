#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/balance/grants.hpp"
#include "core/ids.hpp"
#include "rooms/context.hpp"

namespace billing::grants {

enum class GrantSource : std::uint8_t { credit_note, credit, overpayment, failed_refund };
using billing::to_text;  // beside the one below
std::string_view to_text(GrantSource source);

/// An amount that stands to a user's credit.
struct Grant {
  GrantId id;
  UserId user_id;
  Money amount;  // > 0
  std::optional<Date> expires_on;  // usable until the day before
  GrantSource source;
  std::optional<CreditNoteId> credit_note;  // of sources credit_note and failed_refund
  std::optional<PaymentId> payment = {};    // of source overpayment: what brought it
  std::optional<RefundId> refund = {};      // of source failed_refund: of that note, the one that failed
  std::optional<std::string> reason;
  std::int64_t used = 0;   // minor units
  std::int64_t ended = 0;  // taken back by hand
  std::optional<Instant> ended_at;
  Instant created_at;

  std::int64_t left() const { return amount.minor() - used - ended; }
};

/// What a grant pays of an invoice.
struct Use {
  GrantId grant;
  InvoiceId invoice;
  std::int64_t amount;  // minor units, > 0
};

void insert_grants(pg::Transaction& tx, const Context& context, const std::vector<Grant>& grants);
/// After the invoices that they pay; the invoices' own sums are the caller's to write.
void insert_uses(pg::Transaction& tx, const std::vector<Use>& uses, Instant now);
/// What grants paid of an invoice goes back to them.
void give_back(pg::Transaction& tx, InvoiceId invoice);

/// Grants of the users with something left, expired ones too: by user, oldest first.
Task<std::map<UserId, std::vector<Grant>>> find_usable(pg::Session& db, const std::vector<UserId>& user_ids);
/// The same in two halves, for whoever asks for more in the same round trip.
pg::Query usable_query(const std::vector<UserId>& user_ids);
std::map<UserId, std::vector<Grant>> read_usable(const pg::Result& rows);
/// All grants of a user, newest first.
Task<std::vector<Grant>> find_grants(pg::Session& db, UserId user, std::optional<std::string> after, std::int64_t limit);
Task<std::optional<Grant>> find_grant(pg::Session& db, GrantId id);
/// What is left of it is ended.
void end_grant(pg::Transaction& tx, const Context& context, const Grant& grant);
/// Those of the grants that have something left, cannot be used any more and were not found so before. Under their users' locks.
Task<void> note_expired(pg::Transaction& tx, const Context& context, const std::vector<GrantId>& ids);
/// What the user can use today, by currency.
Task<std::vector<Money>> balances_of(pg::Session& db, UserId user, Date today);
/// Of each of the users who can use something.
Task<std::map<UserId, std::vector<Money>>> balances_of(pg::Session& db, const std::vector<UserId>& users, Date today);

/// Which grants pay `due`, today, as far as they reach; their `used` rises. Pure.
std::vector<Use> take(std::vector<Grant>& grants, InvoiceId invoice, Money due, Date today);

}  // namespace billing::grants
