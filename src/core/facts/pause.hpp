#pragma once

#include "core/facts/denied.hpp"
#include "core/facts/life.hpp"

namespace billing {

/// Paused from tomorrow until a day (at least the day after tomorrow), or until it is resumed.
OrDenied<Life> pause(const Life& life, std::optional<Date> until, Date today);
/// Today is no longer paused; a pause that has not begun never was.
OrDenied<Life> resume(const Life& life, Date today);

}  // namespace billing
