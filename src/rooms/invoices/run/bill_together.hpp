#pragma once

#include "rooms/invoices/run/run.hpp"

namespace billing::invoices {

/// Bills one user on demand, like bill_on_demand, in one transaction with others who ask at the same time: while some are billed, those who
/// come gather and are next. Who shares a transaction shares its commit, and nobody fails for a neighbour. Alone inside a transaction of the
/// caller's. Throws Overflow when what is owed does not fit, having changed nothing of it.
Task<OnDemand> bill_together(Context& context, UserId user_id);

}  // namespace billing::invoices
