#pragma once

#include "app/app.hpp"
#include "app/work/leadership.hpp"

namespace billing::app {

/// Lets every other process of the installation tell at once when this one has died: a lock under its name, on a session that PostgreSQL
/// ends with it. What it was in the middle of is then taken over without waiting for a time limit. One a process.
class LifeLine {
 public:
  explicit LifeLine(App& app);

  /// Holds it, and takes it up again whenever PostgreSQL was away, until `stopping`; it ends with this object, so that what is finished last
  /// still has it.
  Task<void> hold(const bool& stopping);
  /// PostgreSQL is not waited for any longer.
  void shut() { line_.shut(); }

 private:
  App& app_;
  Leadership line_;
};

}  // namespace billing::app
