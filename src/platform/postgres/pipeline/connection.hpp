#pragma once

#include <deque>
#include <functional>
#include <unordered_map>

#include "platform/postgres/pipeline/link.hpp"
#include "platform/postgres/pipeline/waiter.hpp"
#include "platform/postgres/session.hpp"

namespace billing::pg {

/// One statement on its way, and what became of it.
struct Item : Waiter {
  Item(const Statement& s, Params p, const Caller* of = nullptr) : statement(&s), params(std::move(p)), caller(of) {}
  void forget_outcome();

  enum class Limit : std::uint8_t { time, lock };  // statement_timeout, lock_timeout

  const Statement* statement;
  Params params;
  const Caller* caller;  // or nobody's
  SteadyTime queued_at{};
  Result result;
  std::exception_ptr error;   // this statement's own; empty when it was only skipped for a neighbour's
  bool rolled_back = false;   // its command tag was ROLLBACK
  bool stale = false;         // its prepared form is no longer good: the same thing works when sent again
  bool resubmitted = false;
  std::optional<Limit> limited;  // which limit it ran into
};

/// The statements of one sync. They fail or succeed together, unless an explicit transaction is open.
struct Group {
  std::vector<std::shared_ptr<Item>> items;
  std::function<void(Group&)> done;  // called once, from the event loop
  bool failed = false;
  bool sent = false;
  std::optional<std::string> lost;  // why there is no answer; when it was sent, its outcome is unknown

  /// The first error of a member, or the loss as Unavailable; empty when all went well.
  std::exception_ptr error() const;
};

/// What a pool counts.
struct Counters {
  std::uint64_t syncs = 0;
  std::uint64_t statements = 0;
  std::uint64_t resubmitted = 0;
  std::uint64_t reconnects = 0;
};

/// A connection in pipeline mode, with its prepared statements.
class Connection final : public Link {
 public:
  struct Owner {
    std::function<void(const std::shared_ptr<Connection>&)> opened;
    std::function<void(const std::string& reason, bool was_open)> lost;
  };
  Connection(boost::asio::io_context& io, Counters& counters, std::chrono::milliseconds answer_within);

  void own(Owner owner) { owner_ = std::move(owner); }
  /// Sends the group and one sync in one flush. `done` is never called from inside. On a connection that is lost the group is too.
  void submit(std::shared_ptr<Group> group);
  /// No transaction is open and nothing is in flight.
  bool clean() const;
  /// The server has refused a change because it is read-only: whoever connects anew may find another one.
  bool read_only() const { return read_only_; }
  /// As `lose`, from the event loop.
  void lose_soon(const std::string& reason) { lose_later(reason); }

 private:
  enum class What { prepare, execute, sync };
  struct Expected {
    What what;
    std::shared_ptr<Item> item;  // none for a sync
  };
  struct Prepared {
    std::string name;
    const char* sql;     // tells a Statement apart from another that came to lie at its address
    std::uint64_t sync;  // the sync it was prepared under
    bool sure;           // the server has said so
  };

  void on_open() override;
  void take_results() override;
  void tell() override;
  void on_lost(const std::string& reason) override;

  bool send(const std::shared_ptr<Item>& item);
  bool prepare(const std::shared_ptr<Item>& item);
  void take(pg_result* owned);
  void take_outcome(const Expected& expected, Result result, pg_result* raw);
  void finish_front();

  Owner owner_;
  Counters& counters_;
  std::chrono::milliseconds answer_within_;
  std::unordered_map<const Statement*, Prepared> prepared_;
  std::deque<Expected> expected_;
  std::deque<std::shared_ptr<Group>> in_flight_;
  std::vector<std::shared_ptr<Group>> finished_;  // taken, and not yet told
  std::uint64_t names_ = 0;
  std::uint64_t sync_ = 0;
  bool answered_ = false;  // the first of `expected_` has had its result
  bool was_open_ = false;
  bool read_only_ = false;
};

/// What a result with an error says: StatementError, Timeout, or Unavailable for a change that a read-only server refused.
std::exception_ptr error_of(const pg_result* result);

}  // namespace billing::pg
