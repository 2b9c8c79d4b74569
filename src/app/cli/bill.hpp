#pragma once

#include <optional>
#include <string>

#include "app/config.hpp"

namespace billing::app {

/// `billing bill`: does here, and shows, what workers else do by rings: bills all users of whom something is due, and attempts what is to be paid. As of an
/// RFC 3339 time or a date that is not later than now; nullopt: now. It may be stopped and started at any moment, beside any other process. The exit
/// status: 0 when nothing is due any more.
int bill(Config config, const std::optional<std::string>& as_of);

}  // namespace billing::app
