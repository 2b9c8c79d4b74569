#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace billing::webhooks {

/// What is wrong with a URL to send to; nullopt: nothing that can be seen from it alone.
std::optional<std::string> problem_of_url(std::string_view url);

/// Whether its host is an address, and not one of the public Internet. A name is looked at when it is connected to.
bool names_private_address(std::string_view url);

}  // namespace billing::webhooks
