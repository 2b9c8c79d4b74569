#pragma once

#include <string>

#include "core/ids.hpp"
#include "rooms/context.hpp"

namespace billing::payments {

/// A refund that had succeeded has come back from the customer's bank: it has failed after all, and its money stands to the user's credit. Does nothing to one
/// that has not succeeded.
Task<void> refund_came_back(Context& context, RefundId id, std::string code);

}  // namespace billing::payments
