#pragma once

#include <chrono>

namespace billing {

/// Stragglers of a subscription's last minutes have come by then: it is billed once more this long after its end.
constexpr std::chrono::hours settle_grace{2};
/// A subscription whose billing failed is tried again after this.
constexpr std::chrono::hours retry_billing_after{1};

}  // namespace billing
