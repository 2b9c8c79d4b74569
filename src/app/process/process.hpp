#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/config.hpp"

namespace billing::app {

/// What one process does.
struct Roles {
  bool serve = false;     // answers HTTP
  bool work = false;      // consumes rings
  bool schedule = false;  // rings for what is due
};

struct StartOptions {
  Roles roles;
  bool seed = false;            // insert the seed plans that are missing
  bool exclusive_port = false;  // refuse a port that another process shares by SO_REUSEPORT
  std::vector<int> sockets{};     // listen on these (inherited_sockets) instead of HOST and PORT
};

/// A running installation's process: one reactor a thread, each with everything of its own.
class Process {
 public:
  /// Checks both stores and says which one it cannot reach, migrates, and binds the port. Throws ConfigError or std::runtime_error with a
  /// message for a person.
  Process(Config config, StartOptions options);
  ~Process();

  std::uint16_t port() const;

  /// Runs until SIGTERM or SIGINT, or until `trouble` (asked five times a second) names some; then finishes what is in flight. After
  /// SIGTERM, idle clients get a moment for one more request; after SIGINT somebody waits at a terminal. Returns the exit status.
  int run(const std::function<std::optional<std::string>()>& trouble = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace billing::app
