#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace billing::events {

/// All types of events, as `event_types` gives them.
std::span<const std::string_view> all_types();

/// What a list such as `invoice.*`, `payment.failed` selects, each type once; nullopt when one of it selects nothing.
std::optional<std::vector<std::string>> expand(const std::vector<std::string>& patterns);

}  // namespace billing::events
