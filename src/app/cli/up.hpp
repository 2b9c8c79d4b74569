#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace billing::app {

struct UpOptions {
  std::optional<std::uint16_t> port;
  std::string data_dir = ".data";
  bool simulated_clock = false;
  bool seed = true;
  bool demo = false;  // fill an empty database with a company's year; implies the simulated clock
};

/// `billing up`: a private PostgreSQL and Redis in one directory, and all three roles on top of them. Returns the exit status.
int up(const UpOptions& options);

}  // namespace billing::app
