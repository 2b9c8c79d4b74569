#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace billing {

/// Where a dispute of a payment stands: the provider waits for what we have to say, the bank decides, it has decided, or it came to nothing.
enum class DisputeStatus : std::uint8_t { needs_response, under_review, won, lost, closed };
std::string_view to_text(DisputeStatus status);
std::optional<DisputeStatus> parse_dispute_status(std::string_view text);

/// Nothing more comes of it.
bool is_over(DisputeStatus status);

}  // namespace billing
