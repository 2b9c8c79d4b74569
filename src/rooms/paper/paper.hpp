#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "core/money/money.hpp"
#include "core/time/period.hpp"

namespace billing::paper {

/// No document is longer: beyond it whoever asks is told so.
inline constexpr std::size_t most_lines = 5'000;

enum class Kind : std::uint8_t { invoice, credit_note };
/// What has become of it.
enum class State : std::uint8_t { draft, open, paid, voided, issued };

struct Party {
  std::string name;
  std::vector<std::string> address;  // a line each
  std::string tax_id;
  std::string email;
};

struct Line {
  std::string description;
  std::vector<std::string> explanation;  // beneath it, in small
  std::optional<std::int64_t> quantity;
  std::int64_t amount_cents;
};

struct Tax {
  std::string name;
  std::string percent;  // "19"
  bool inclusive;       // in the lines' amounts already
  std::int64_t net_cents;
  std::int64_t tax_cents;
};

/// An amount that comes off the total, or what became of a credit: "Paid on June 1, 2026".
struct Settlement {
  std::string label;
  std::int64_t amount_cents;
};

/// All that is on an invoice or a credit note. Empty texts and absent values leave their places out.
struct Paper {
  Kind kind;
  State state;
  std::string language = "en";
  std::string number;  // empty: a draft
  Instant created;     // also the file's time
  Currency currency;
  std::optional<Date> due_on{};
  std::optional<Date> paid_on{};
  std::optional<Period> period{};
  std::string invoice_number{};  // of a credit note: what it credits

  Party seller{};
  std::string logo{};  // a PNG
  Party buyer{};

  std::vector<Line> lines{};
  std::int64_t discount_cents = 0;            // taken off inside the lines: for information
  std::optional<std::int64_t> subtotal_cents{};  // before all tax
  std::vector<Tax> taxes{};
  std::int64_t total_cents;
  std::vector<Settlement> settled{};  // what came off it, in the order in which it did
  std::int64_t due_cents = 0;       // of an invoice

  std::vector<std::string> notes{};  // how it was or is to be paid, why there is no tax, a memo
  std::string footer{};              // the seller's words
};

/// The PDF. Pure: no clock, no I/O but the fonts that are installed. Throws std::invalid_argument beyond most_lines.
std::string print(const Paper& paper);

}  // namespace billing::paper
