#pragma once

#include <map>
#include <vector>

#include "core/documents/documents.hpp"

namespace billing {

/// Gathers the correction notes of one run: one an invoice.
class NoteMaker {
 public:
  enum class Which : std::uint8_t { due, all };  // invoices with something due, or all that are not void

  /// `books` must outlive it.
  explicit NoteMaker(const Books& books) : books_(books) {}

  /// Credits what `rest` (of the difference; ≥ 0: nothing) is below zero on the lines of its key, newest first, as far as each has something left.
  /// Returns what it credited (≥ 0). Of all invoices that is everything, or std::logic_error.
  Money credit(const Difference& difference, Money rest, Which which);

  std::vector<NoteToMake> take();

 private:
  struct Credit {
    Int128 amount = 0;
    OwedItem owed;
  };
  using Place = std::pair<std::size_t, std::size_t>;  // invoice and line, by their indexes

  const Books& books_;
  std::map<Place, Credit> credits_;
};

}  // namespace billing
