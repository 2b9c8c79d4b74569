#pragma once

#include <string>

#include "platform/postgres/pool.hpp"

namespace billing::app {

/// One process of an installation holds a name at a time: by a lock of PostgreSQL's that lives as long as this connection, which is nobody
/// else's. When the process dies, PostgreSQL closes its session, and the next one that asks has it.
class Leadership {
 public:
  Leadership(Reactor& reactor, pg::PoolOptions options, std::string name);

  /// Whether it is ours: was already, or is from now on. Throws as pg::Session does while nobody can tell.
  Task<bool> held();
  /// Lets the next one have it.
  Task<void> give_up();
  /// At once, without PostgreSQL: whoever waits for an answer gets Unavailable, and the lock ends with the session.
  void shut() { session_.shut(); }

 private:
  pg::Pool session_;
  std::string name_;
  bool asked_ = false;
};

}  // namespace billing::app
