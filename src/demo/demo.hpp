#pragma once

#include "app/config.hpp"

namespace billing::app {

/// Fills the database with a small company: a year of some hundred customers who sign up, use, outgrow their plan, pay or fail to pay,
/// and leave. It goes through the API as a client would, on the simulated clock, from a year ago until now; every invoice and payment in it
/// was made by billing itself. Prints how far it is. Returns false, and changes nothing, when there are users already.
/// Throws std::runtime_error when the clock is not simulated, when an API key exists, or when a store cannot be reached.
bool fill_with_demo(Config config);

}  // namespace billing::app
