#include "core/balance/settle.hpp"

namespace billing {
namespace {

/// Lets the grants pay what is due on one invoice, as far as they reach.
void pay(Settlement& settlement, InvoiceId invoice, std::vector<UsableGrant>& grants, Date today) {
  auto& due = settlement.due.at(invoice);
  std::vector<GrantLeft> left;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < grants.size(); ++i) {
    if (grants[i].left.currency() != due.currency()) continue;
    left.push_back({static_cast<std::int64_t>(i), grants[i].expires_on, grants[i].left.minor()});
    places.push_back(i);
  }
  for (const auto& use : use_grants(left, due.minor(), today)) {
    auto& grant = grants[places[use.grant]];
    const Money amount{use.amount, due.currency()};
    grant.left = grant.left - amount;
    due = due - amount;
    settlement.uses.push_back({grant.id, invoice, use.amount});
  }
}

}  // namespace

Settlement settle(const std::vector<Payable>& payables, std::vector<UsableGrant> grants, const std::vector<NoteTotal>& notes, Date today) {
  Settlement settlement;
  for (const auto& payable : payables) settlement.due.emplace(payable.id, payable.due);
  bool granted = false;
  for (const auto& note : notes) {
    const auto found = settlement.due.find(note.invoice);
    const Money due = found == settlement.due.end() ? Money{0, note.total.currency()} : found->second;
    const auto split = split_note(note.total, due, Money{note.refundable, note.total.currency()});
    if (found != settlement.due.end()) found->second = due - split.applied;
    if (!split.rest.is_zero()) {
      grants.push_back({note.grant, split.rest, {}});
      granted = true;
    }
    settlement.notes.emplace(note.id, split);
  }
  for (const auto& payable : payables) {
    const bool pays = payable.is_new || (granted && !payable.is_attempted);
    if (pays && !settlement.due.at(payable.id).is_zero()) pay(settlement, payable.id, grants, today);
  }
  return settlement;
}

}  // namespace billing
