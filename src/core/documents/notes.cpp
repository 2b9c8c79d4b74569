#include "core/documents/notes.hpp"

#include <algorithm>
#include <stdexcept>

namespace billing {
namespace {

NoteToMake empty_note(const IssuedInvoice& invoice) {
  const Money none{0, invoice.currency};
  return {invoice.id, {}, none, {{}, {}, none, none, none}};
}

}  // namespace

Money NoteMaker::credit(const Difference& difference, Money rest, Which which) {
  const Int128 wanted = rest.is_negative() ? -Int128{rest.minor()} : 0;
  Int128 done = 0;
  for (std::size_t i = books_.size(); i-- > 0 && done < wanted;) {
    const auto& invoice = books_[i];
    if (invoice.is_void || (which == Which::due && invoice.due.is_zero())) continue;
    for (std::size_t l = invoice.lines.size(); l-- > 0 && done < wanted;) {
      const auto& line = invoice.lines[l];
      if (line.key != difference.key) continue;
      const auto before = credits_.find({i, l});
      const Int128 left =
          Int128{line.amount.minor()} - line.corrected - line.forgiven - (before == credits_.end() ? 0 : before->second.amount);
      const auto amount = std::min(left, wanted - done);
      if (amount <= 0) continue;
      auto& credit = before == credits_.end() ? credits_.emplace(Place{i, l}, Credit{0, difference.owed}).first->second : before->second;
      credit.amount += amount;
      done += amount;
    }
  }
  if (which == Which::all && done < wanted) throw std::logic_error("credit: more is to be taken back of a key than its lines have left");
  return {narrowed(done, "a credit"), rest.currency()};
}

std::vector<NoteToMake> NoteMaker::take() {
  std::vector<NoteToMake> notes;
  for (auto& [place, credit] : credits_) {
    const auto& invoice = books_[place.first];
    const auto& line = invoice.lines[place.second];
    if (notes.empty() || notes.back().invoice != invoice.id) notes.push_back(empty_note(invoice));
    const Money amount{narrowed(credit.amount, "a credit"), invoice.currency};
    notes.back().lines.push_back({line.id, line.key, amount, std::move(credit.owed)});
    notes.back().amount = notes.back().amount + amount;
  }
  credits_.clear();
  return notes;
}

}  // namespace billing
