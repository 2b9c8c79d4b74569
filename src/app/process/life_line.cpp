#include "app/process/life_line.hpp"

#include "platform/runtime/log.hpp"

namespace billing::app {

LifeLine::LifeLine(App& app) : app_(app), line_(app.reactor, app.pg_options("billing life line"), "process:" + app.shared.process) {}

Task<void> LifeLine::hold(const bool& stopping) {
  constexpr auto between_looks = std::chrono::milliseconds{250};
  while (!stopping) {
    bool held = false;
    try {
      held = co_await line_.held();
    } catch (const std::exception& error) {
      log::debug("life_line_not_held", {{"error", error.what()}});
    }
    app_.shared.on_a_life_line = held;
    co_await app_.reactor.sleep(between_looks);
  }
}

}  // namespace billing::app
