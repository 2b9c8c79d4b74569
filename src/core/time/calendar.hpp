#pragma once

#include <chrono>

#include "base/time.hpp"

namespace billing {

/// No clock of billing's goes beyond it, and nothing is due later: a year has four digits, in PostgreSQL's answers too.
constexpr Instant last_instant = Instant{std::chrono::sys_days{std::chrono::year{9999} / std::chrono::December / 31}};

}  // namespace billing
