#pragma once

#include <string>
#include <vector>

namespace billing::providers::stripe {

/// How Stripe is asked, and by whom.
struct Settings {
  std::string api_key;
  std::vector<std::string> webhook_secrets;
  std::string api_base = "https://api.stripe.com";
  std::string return_url;                            // where customers land after they were at Stripe to authenticate a charge
  std::vector<std::string> method_types{"card"};     // what a customer may enter
};

}  // namespace billing::providers::stripe
