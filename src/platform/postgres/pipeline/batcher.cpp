#include "platform/postgres/pipeline/batcher.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "platform/runtime/log.hpp"

namespace billing::pg {

Batcher::Batcher(std::shared_ptr<Core> core) : core_(std::move(core)), lanes_(std::max<std::size_t>(core_->options.batch_connections, 1)) {}

std::shared_ptr<Item> Batcher::queue(const Statement& statement, Params params) {
  if (waiting_.size() >= core_->options.max_waiting) throw Unavailable("too many statements wait for PostgreSQL");
  auto item = std::make_shared<Item>(statement, std::move(params));
  item->queued_at = std::chrono::steady_clock::now();
  waiting_.push_back(item);
  pump_soon();
  return item;
}

void Batcher::pump_soon() {
  // Not at once: what else arrives in this turn of the event loop joins the batch.
  if (pump_posted_ || std::ranges::all_of(lanes_, [](const Lane& lane) { return lane.in_flight > 0; })) return;
  pump_posted_ = true;
  boost::asio::post(core_->io, [self = shared_from_this()] {
    self->pump_posted_ = false;
    self->pump();
  });
}

void Batcher::pump() {
  for (auto& lane : lanes_) {
    if (waiting_.empty()) return;
    if (lane.in_flight > 0) continue;
    if (!lane.connection) {
      if (!core_->closing && core_->health.may_try()) connect(lane);
    } else if (lane.connection->ready()) {
      send_batch(lane);
    }
  }
}

void Batcher::connect(Lane& lane) {
  lane.connection = core_->connect({.opened =
                                        [self = shared_from_this()](const auto&) {
                                          self->core_->note_opened();
                                          self->pump();
                                        },
                                    .lost =
                                        [self = shared_from_this(), &lane](const std::string& reason, bool was_open) {
                                          lane.connection.reset();
                                          self->core_->note_lost(reason, was_open);
                                          self->pump();
                                        }});
}

void Batcher::send_batch(Lane& lane) {
  const auto count = std::min(waiting_.size(), std::max<std::size_t>(core_->options.max_batch, 1));
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<std::shared_ptr<Item>> items{std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end)};
  waiting_.erase(waiting_.begin(), end);
  submit(lane, std::move(items));
}

void Batcher::submit(Lane& lane, std::vector<std::shared_ptr<Item>> items) {
  auto group = std::make_shared<Group>();
  group->items = std::move(items);
  group->done = [self = shared_from_this(), &lane](Group& done) { self->finished(lane, done); };
  ++lane.in_flight;
  lane.connection->submit(std::move(group));
}

void Batcher::finished(Lane& lane, Group& group) {
  --lane.in_flight;
  if (!group.failed || group.lost || !resubmit(lane, group)) settle(group);
  if (lane.in_flight == 0 && lane.connection && lane.connection->ready() && !lane.connection->clean()) {
    log::error("postgres_transaction_left_open", {{"statement", group.items.front()->statement->sql}});
    lane.connection->lose("a single statement left a transaction open");
  }
  pump();
}

void Batcher::settle(const Group& group) {
  const bool own_fault = group.failed && !group.lost && group.items.size() == 1;
  const auto shared = group.lost ? *group.lost : "PostgreSQL went away before the statement could be repeated";
  for (const auto& item : group.items) {
    if ((group.lost || group.failed) && !(own_fault && item->error)) item->error = std::make_exception_ptr(Unavailable{shared});
    item->wake(core_->io);
  }
}

bool Batcher::resubmit(Lane& lane, const Group& group) {
  const bool alone = group.items.size() == 1;
  if (alone && (!group.items.front()->stale || group.items.front()->resubmitted)) return false;
  if (!lane.connection || !lane.connection->ready()) return false;
  // All of the batch was rolled back. Each goes again under a sync of its own, so that only what is wrong by itself fails.
  core_->counters.resubmitted += group.items.size();
  for (const auto& item : group.items) {
    item->error = nullptr;
    item->result = {};
    item->stale = false;
    item->resubmitted = true;
    submit(lane, {item});
  }
  return true;
}

void Batcher::sweep(SteadyTime now) {
  const bool served = open() > 0;
  while (!waiting_.empty() && core_->waited_enough(now, waiting_.front()->queued_at, served)) {
    const auto item = std::move(waiting_.front());
    waiting_.pop_front();
    item->error = core_->gave_up("the statement was not sent");
    item->wake(core_->io);
  }
  pump();
}

void Batcher::abandon(const std::string& reason) {
  for (const auto& item : std::exchange(waiting_, {})) {
    item->error = std::make_exception_ptr(Unavailable{reason});
    item->wake(core_->io);
  }
}

std::size_t Batcher::open() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(lanes_, [](const Lane& lane) { return lane.connection && lane.connection->ready(); }));
}

std::size_t Batcher::busy() const {
  return static_cast<std::size_t>(std::ranges::count_if(lanes_, [](const Lane& lane) { return lane.in_flight > 0; }));
}

}  // namespace billing::pg
