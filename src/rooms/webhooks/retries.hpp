#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace billing::webhooks {

/// How long after its `attempts`-th attempt, which failed, an event is sent again; nullopt: no more.
std::optional<std::chrono::seconds> retry_after(std::int64_t attempts);

/// What a Retry-After says, seconds or a date, from `now` on; at most a day, and nullopt where it says nothing.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, Instant now);

}  // namespace billing::webhooks
