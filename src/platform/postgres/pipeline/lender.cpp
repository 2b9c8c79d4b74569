#include "platform/postgres/pipeline/lender.hpp"

namespace billing::pg {
namespace {

constexpr Statement roll_back_all{"ROLLBACK"};

}  // namespace

Task<std::shared_ptr<Connection>> Lender::borrow(const Caller* caller) {
  const auto self = shared_from_this();
  const auto began = std::chrono::steady_clock::now();
  if (waiting_.size() >= core_->options.max_waiting) throw Unavailable("too many transactions wait for PostgreSQL");
  for (bool again = false;; again = true) {
    if (core_->closing) throw Unavailable("the pool is closed");
    const auto request = std::make_shared<Request>();
    request->queued_at = began;
    request->caller = caller;
    // One that was lent a connection and lost it before its first use goes before those who came later.
    waiting_.insert(again ? waiting_.begin() : waiting_.end(), request);
    pump();
    co_await request->wait();
    if (request->error) std::rethrow_exception(request->error);
    if (request->connection->ready()) co_return std::move(request->connection);
  }
}

void Lender::pump() {
  while (!waiting_.empty() && !idle_.empty()) {
    auto request = std::move(waiting_.front());
    waiting_.pop_front();
    if (dropped(*request)) continue;
    request->connection = std::move(idle_.back());
    idle_.pop_back();
    request->wake(core_->io);
  }
  while (opening_ < waiting_.size() && open_ + opening_ < core_->options.transaction_connections && !core_->closing &&
         core_->health.may_try()) {
    connect();
  }
}

bool Lender::dropped(Request& request) {
  if (!request.caller || std::chrono::steady_clock::now() - request.queued_at < worth_a_look) return false;
  request.error = request.caller->over();
  if (request.error) request.wake(core_->io);
  return request.error != nullptr;
}

void Lender::connect() {
  ++opening_;
  const auto self = shared_from_this();
  const auto opened = [self](const std::shared_ptr<Connection>& connection) {
    --self->opening_;
    ++self->open_;
    self->core_->note_opened();
    self->release(connection);
  };
  const auto lost = [self](const std::string& reason, bool was_open) {
    --(was_open ? self->open_ : self->opening_);
    std::erase_if(self->idle_, [](const auto& idle) { return !idle->ready(); });
    self->core_->note_lost(reason, was_open);
    self->pump();
  };
  core_->connect(limits_, {.opened = opened, .lost = lost});
}

void Lender::release(std::shared_ptr<Connection> connection) {
  idle_.push_back(std::move(connection));
  pump();
}

void Lender::give_back(std::shared_ptr<Connection> connection, bool roll_back) {
  if (!connection->ready()) return;
  if (connection->read_only()) return connection->lose_soon("the server is read-only");
  if (!roll_back && connection->clean()) return release(std::move(connection));
  auto group = std::make_shared<Group>();
  group->items.push_back(std::make_shared<Item>(roll_back_all, Params{}));
  group->done = [self = shared_from_this(), connection](Group& done) {
    if (done.lost) return;
    if (done.failed || !connection->clean()) return connection->lose("its transaction could not be rolled back");
    if (connection->ready()) self->release(connection);
  };
  connection->submit(std::move(group));
}

void Lender::sweep(SteadyTime now) {
  while (!waiting_.empty() && core_->waited_enough(now, waiting_.front()->queued_at, open_ > 0)) {
    const auto request = std::move(waiting_.front());
    waiting_.pop_front();
    request->error = core_->gave_up("the transaction did not begin");
    request->wake(core_->io);
  }
  pump();
}

void Lender::abandon(const std::string& reason) {
  for (const auto& request : std::exchange(waiting_, {})) {
    request->error = std::make_exception_ptr(Unavailable{reason});
    request->wake(core_->io);
  }
}

}  // namespace billing::pg
