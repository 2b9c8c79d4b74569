#include "platform/postgres/pipeline/solo.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

namespace billing::pg {
namespace {

constexpr Statement begin_transaction{"BEGIN"};
constexpr Statement set_lock_timeout{"SELECT set_config('lock_timeout', $1, true)"};
constexpr Statement commit_transaction{"COMMIT"};

}  // namespace

void Solo::queue(std::shared_ptr<Item> item) {
  if (waiting_.size() >= core_->options.max_waiting) throw Unavailable("too many statements wait for PostgreSQL");
  const auto& values = item->params.values();
  Key key{item->statement, values.empty() ? std::string{} : values.front().bytes};
  add(std::move(item), std::move(key));
}

/// Which row it waits for nobody knows: those of one statement take turns.
void Solo::take_over(const std::shared_ptr<Item>& item) {
  item->forget_outcome();
  add(item, {item->statement, ""});
}

void Solo::add(std::shared_ptr<Item> item, Key key) {
  item->queued_at = std::chrono::steady_clock::now();
  waiting_.push_back({std::move(item), std::move(key)});
  pump();
}

void Solo::pump() {
  const auto most = std::max<std::size_t>(core_->options.transaction_connections / 2, 1);
  for (auto next = waiting_.begin(); next != waiting_.end() && running_.size() < most;) {
    if (!running_.insert(next->key).second) {
      ++next;
      continue;
    }
    auto [item, key] = std::move(*next);
    next = waiting_.erase(next);
    tasks_.spawn(run(std::move(item), std::move(key)));
  }
}

Task<void> Solo::run(std::shared_ptr<Item> item, Key key) {
  const auto self = shared_from_this();
  try {
    if (item->caller) item->error = item->caller->over();
    if (!item->error) co_await run_on_lent(item);
  } catch (...) {
    item->error = std::current_exception();
  }
  item->wake(core_->io);
  running_.erase(key);
  pump();
  boost::asio::post(core_->io, [self] {});  // the group of tasks outlives this one
}

/// All of it in one round trip.
Task<void> Solo::run_on_lent(const std::shared_ptr<Item>& item) {
  const auto connection = co_await lender_->borrow(item->caller);
  const auto group = std::make_shared<Group>();
  const auto commit = std::make_shared<Item>(commit_transaction, Params{});
  group->items = {std::make_shared<Item>(begin_transaction, Params{}),
                  std::make_shared<Item>(set_lock_timeout, Params{}.add(core_->options.alone_lock_timeout.count())), item, commit};
  group->done = [commit, &io = core_->io](Group&) { commit->wake(io); };
  connection->submit(group);
  co_await commit->wait();
  const auto failure = group->lost && group->sent ? std::make_exception_ptr(OutcomeUnknown{*group->lost}) : group->error();
  lender_->give_back(connection, failure != nullptr);
  item->error = failure;
}

void Solo::sweep(SteadyTime now) {
  while (!waiting_.empty() && core_->waited_enough(now, waiting_.front().item->queued_at, lender_->open() > 0)) {
    const auto item = std::move(waiting_.front().item);
    waiting_.pop_front();
    item->error = std::make_exception_ptr(Unavailable{"the statement was not sent: others wait for the same lock"});
    item->wake(core_->io);
  }
}

void Solo::abandon(const std::string& reason) {
  for (const auto& waiting : std::exchange(waiting_, {})) {
    waiting.item->error = std::make_exception_ptr(Unavailable{reason});
    waiting.item->wake(core_->io);
  }
}

}  // namespace billing::pg
