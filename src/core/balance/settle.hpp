#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/balance/grants.hpp"
#include "core/ids.hpp"

namespace billing {

/// An invoice that money can go to.
struct Payable {
  InvoiceId id;
  Money due;
  bool is_new = false;        // made by this run
  bool is_attempted = false;  // a payment attempt is under way: no grant pays it now
};

struct UsableGrant {
  GrantId id;
  Money left;
  std::optional<Date> expires_on;
};

/// A credit note of this run; what of its total is not off what is due becomes the grant.
struct NoteTotal {
  CreditNoteId id;
  InvoiceId invoice;
  Money total;
  GrantId grant;
  std::int64_t refundable = 0;  // minor units: what of it may go back to the card
};

struct GrantPays {
  GrantId grant;
  InvoiceId invoice;
  std::int64_t amount;  // minor units, > 0
  bool operator==(const GrantPays&) const = default;
};

struct Settlement {
  std::map<CreditNoteId, NoteSplit> notes;
  std::vector<GrantPays> uses;          // in order
  std::map<InvoiceId, Money> due;  // what is left to be paid of each payable
};

/// Where the money of a run goes: notes come first off what is due on their invoices; the rest of each is a grant, and when one was made grants pay
/// the open invoices, oldest first, none with an attempt under way; then grants pay the invoices that the run makes. `payables` are
/// oldest first, new ones last; a note's invoice need not be among them (then nothing is due on it). Different currencies never meet.
Settlement settle(const std::vector<Payable>& payables, std::vector<UsableGrant> grants, const std::vector<NoteTotal>& notes, Date today);

}  // namespace billing
