#pragma once

#include "app/app.hpp"

namespace billing::app {

/// Ends sessions of ours in which a message stopped half-way (the network cut it, and both sides of the connection live on) while others
/// wait for what they have locked. No timeout of PostgreSQL's runs there. Looks every second until `stopping`.
Task<void> end_torn_sessions(App& app, const bool& stopping);

}  // namespace billing::app
