#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace billing::providers::stripe {

/// Whether `header` (Stripe-Signature) has been made for this body, as it came, by one who knows one of the secrets, and not more than five minutes before or
/// after `now` (in real time).
bool is_signed(std::string_view header, std::string_view body, const std::vector<std::string>& secrets, Instant now);

}  // namespace billing::providers::stripe
