#include "core/facts/denied.hpp"

#include <stdexcept>

namespace billing {

std::string_view to_text(DenialCode code) {
  switch (code) {
    case DenialCode::no_change: return "no_change";
    case DenialCode::currency_differs: return "currency_differs";
    case DenialCode::canceled: return "canceled";
    case DenialCode::already_subscribed: return "already_subscribed";
    case DenialCode::plan_inactive: return "plan_inactive";
    case DenialCode::not_pending: return "not_pending";
    case DenialCode::already_paused: return "already_paused";
    case DenialCode::not_paused: return "not_paused";
    case DenialCode::day_not_allowed: return "day_not_allowed";
  }
  throw std::logic_error("no such denial");
}

}  // namespace billing
