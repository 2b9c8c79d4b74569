#include "core/catalog/plan_version.hpp"

#include <stdexcept>

namespace billing {

std::string_view to_text(BillIn bill_in) {
  switch (bill_in) {
    case BillIn::arrears: return "arrears";
    case BillIn::advance: return "advance";
  }
  throw std::logic_error("no such bill_in");
}

std::optional<BillIn> parse_bill_in(std::string_view text) {
  for (const auto bill_in : {BillIn::arrears, BillIn::advance}) {
    if (text == to_text(bill_in)) return bill_in;
  }
  return std::nullopt;
}

}  // namespace billing
