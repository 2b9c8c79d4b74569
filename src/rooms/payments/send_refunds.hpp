#pragma once

#include <vector>

#include "rooms/providers/providers.hpp"
#include "rooms/refunds/store.hpp"

namespace billing::payments {

/// Gives back what is due of these refunds: the claims are committed, then the provider is called with their keys, for all at the same time, then the
/// outcomes are committed. A crash in between leaves pending rows: whoever takes one up asks the provider what became of it before anything is sent again
/// with its key. What failed becomes balance, and pays what is open.
Task<void> send_refunds(Context& context, const providers::Providers& providers, std::vector<RefundId> ids);
/// An operator says what came of one, and why.
Task<void> end_refund(Context& context, const refunds::Refund& refund, providers::RefundOutcome outcome, std::string resolution);
/// The same now, whenever they would be due: for whoever has heard that something became of them.
Task<void> ask_about_refunds(Context& context, const providers::Providers& providers, std::vector<RefundId> ids);

}  // namespace billing::payments
