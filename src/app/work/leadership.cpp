#include "app/work/leadership.hpp"

#include <utility>

#include "platform/runtime/log.hpp"

namespace billing::app {
namespace {

/// All single statements go over one connection.
pg::PoolOptions one_session(pg::PoolOptions options) {
  options.batch_connections = 1;
  options.max_batch = 1;
  return options;
}

// The session has no other lock of this kind; taken twice it would have to be given back twice.
constexpr pg::Statement try_to_hold{R"(
  SELECT CASE WHEN EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted) THEN true
              ELSE pg_try_advisory_lock(hashtextextended('billing.' || $1::text, 0)) END)"};
constexpr pg::Statement unlock{"SELECT pg_advisory_unlock_all()"};

}  // namespace

Leadership::Leadership(Reactor& reactor, pg::PoolOptions options, std::string name)
    : session_(reactor, one_session(std::move(options))), name_(std::move(name)) {}

Task<bool> Leadership::held() {
  asked_ = true;
  const auto rows = co_await session_.query(try_to_hold, pg::Params{}.add(name_));
  co_return rows[0].boolean(0);
}

Task<void> Leadership::give_up() {
  if (!std::exchange(asked_, false)) co_return;
  try {
    co_await session_.query(unlock);
  } catch (const std::exception& error) {  // it ends with the session
    log::debug("leadership_not_given_up", {{"name", name_}, {"error", error.what()}});
  }
}

}  // namespace billing::app
