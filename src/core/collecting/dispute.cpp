#include "core/collecting/dispute.hpp"

#include <stdexcept>

namespace billing {

std::string_view to_text(DisputeStatus status) {
  switch (status) {
    case DisputeStatus::needs_response: return "needs_response";
    case DisputeStatus::under_review: return "under_review";
    case DisputeStatus::won: return "won";
    case DisputeStatus::lost: return "lost";
    case DisputeStatus::closed: return "closed";
  }
  throw std::logic_error("no such status of a dispute");
}

std::optional<DisputeStatus> parse_dispute_status(std::string_view text) {
  using enum DisputeStatus;
  for (const auto status : {needs_response, under_review, won, lost, closed}) {
    if (text == to_text(status)) return status;
  }
  return std::nullopt;
}

bool is_over(DisputeStatus status) { return status != DisputeStatus::needs_response && status != DisputeStatus::under_review; }

}  // namespace billing
