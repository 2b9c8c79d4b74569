#include "platform/postgres/pipeline/batcher.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "platform/runtime/log.hpp"

namespace billing::pg {

Batcher::Batcher(std::shared_ptr<Core> core, BatcherOptions options)
    : core_(std::move(core)), options_(std::move(options)), lanes_(std::max<std::size_t>(options_.connections, 1)) {}

void Batcher::queue(std::shared_ptr<Item> item) {
  if (waiting_.size() >= options_.max_waiting) throw Unavailable("too many statements wait for PostgreSQL");
  item->queued_at = std::chrono::steady_clock::now();
  waiting_.push_back(std::move(item));
  pump_soon();
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
  const auto opened = [self = shared_from_this()](const auto&) {
    self->core_->note_opened();
    self->pump();
  };
  const auto lost = [self = shared_from_this(), &lane](const std::string& reason, bool was_open) {
    lane.connection.reset();
    self->core_->note_lost(reason, was_open);
    self->pump();
  };
  lane.connection = core_->connect(options_.limits, {.opened = opened, .lost = lost});
}

void Batcher::send_batch(Lane& lane) {
  const auto now = std::chrono::steady_clock::now();
  std::vector<std::shared_ptr<Item>> items;
  while (!waiting_.empty() && items.size() < std::max<std::size_t>(options_.max_batch, 1)) {
    auto item = std::move(waiting_.front());
    waiting_.pop_front();
    if (!dropped(*item, now)) items.push_back(std::move(item));
  }
  if (!items.empty()) submit(lane, std::move(items));
}

/// For one that has waited long enough for its caller to have left.
bool Batcher::dropped(Item& item, SteadyTime now) {
  if (!item.caller || now - item.queued_at < worth_a_look) return false;
  item.error = item.caller->over();
  if (item.error) item.wake(core_->io);
  return item.error != nullptr;
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
  const bool alone = group.items.size() == 1;
  if (group.failed && !group.lost) set_aside(group);
  if (!group.failed || group.lost || !resubmit(lane, group, alone)) settle(group);
  if (lane.in_flight == 0 && lane.connection && lane.connection->ready() && !lane.connection->clean()) {
    const auto* statement = group.items.empty() ? "" : group.items.front()->statement->sql;
    log::error("postgres_transaction_left_open", {{"statement", statement}});
    lane.connection->lose("a single statement left a transaction open");
  }
  if (lane.in_flight == 0 && lane.connection && lane.connection->read_only()) lane.connection->lose("the server is read-only");
  pump();
}

void Batcher::settle(const Group& group) {
  const bool own_fault = group.failed && !group.lost && group.items.size() == 1;
  const auto shared = group.lost && group.sent ? std::make_exception_ptr(OutcomeUnknown{*group.lost})
                      : group.lost             ? std::make_exception_ptr(Unavailable{*group.lost})
                                   : std::make_exception_ptr(Unavailable{"PostgreSQL went away before the statement could be repeated"});
  for (const auto& item : group.items) {
    if ((group.lost || group.failed) && !(own_fault && item->error)) item->error = shared;
    item->wake(core_->io);
  }
}

/// The member that ran into a limit would do so again, and hold up its neighbours again.
void Batcher::set_aside(Group& group) {
  std::erase_if(group.items, [this](const std::shared_ptr<Item>& item) {
    if (!item->limited) return false;
    if (*item->limited == Item::Limit::lock && item->statement->lane != pg::Lane::together && options_.blocked) {
      options_.blocked(item);
    } else {
      item->wake(core_->io);
    }
    return true;
  });
}

bool Batcher::resubmit(Lane& lane, const Group& group, bool alone) {
  if (group.items.empty()) return true;
  if (alone && (!group.items.front()->stale || group.items.front()->resubmitted)) return false;
  if (!lane.connection || !lane.connection->ready()) return false;
  // All of the batch was rolled back. Each goes again under a sync of its own, so that only what is wrong by itself fails.
  core_->counters.resubmitted += group.items.size();
  for (const auto& item : group.items) {
    item->forget_outcome();
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
