#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "platform/postgres/params.hpp"
#include "platform/runtime/task.hpp"

struct pg_result;

namespace billing::pg {

/// Whether PostgreSQL may keep one plan for all values of a prepared statement. `for_its_values` plans each time, which costs some tenths of a
/// millisecond: for filters that may be absent (`$1::uuid IS NULL OR user_id = $1`), where one plan for all would use no index.
enum class Planned : std::uint8_t { once, for_its_values };

/// Which of a pool's connections carries a single statement. Inside a transaction it says nothing.
enum class Lane : std::uint8_t {
  quick,  // answers in a millisecond: goes together with its neighbours. Must neither scan nor wait for a lock
  together,  // the same for several callers at once: where it meets a lock it fails, and they go each by itself
  scan,  // reads the more, the more there is: connections of its own, each statement by itself, with a limit of seconds
  alone,  // may meet a lock that billing holds: a lent connection and a short wait, one at a time for each $1
};

/// A statement prepared once per connection. Declare it `constexpr` at namespace scope, directly above the function that runs it:
/// its address is its identity. Parameters are $1, $2, …; give them types where PostgreSQL cannot infer them ($1::uuid[]). A list of ids is
/// `= ANY ((SELECT $1::uuid[])::uuid[])`: without the subquery it is planned each time (docs/decisions.md).
struct Statement {
  const char* sql;
  Planned planned = Planned::once;
  Lane lane = Lane::quick;
};

/// The database holds a value that this binary does not know: of a newer schema, or put there by hand. Its message names column and value.
class UnknownValue : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One row of a result; valid as long as its Result. Columns count from 0. Reading a NULL as anything but optional throws std::logic_error.
class Row {
 public:
  Row(const pg_result* result, int row) : result_(result), row_(row) {}

  bool is_null(int column) const;
  std::string_view text(int column) const;
  std::int64_t integer(int column) const;
  bool boolean(int column) const;
  Instant instant(int column) const;
  Date date(int column) const;
  std::optional<std::string> optional_text(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;
  std::optional<Instant> optional_instant(int column) const;
  std::optional<Date> optional_date(int column) const;

  /// What `parse` makes of the text; UnknownValue where that is nullopt.
  template <class Parse>
  auto as(int column, Parse parse) const {
    auto value = parse(text(column));
    if (!value) throw_unknown(column);
    return *std::move(value);
  }
  /// For types that have a `parse` of their own: as<UserId>(0).
  template <class T>
  T as(int column) const {
    return as(column, &T::parse);
  }

 private:
  [[noreturn]] void throw_unknown(int column) const;

  const pg_result* result_;
  int row_;
};

class Result {
 public:
  Result() = default;
  explicit Result(pg_result* owned);

  std::size_t size() const;
  bool empty() const { return size() == 0; }
  Row operator[](std::size_t i) const { return Row{raw_.get(), static_cast<int>(i)}; }
  /// Rows that an INSERT, UPDATE or DELETE touched.
  std::int64_t affected() const;

  class Iterator {
   public:
    Iterator(const Result* result, std::size_t i) : result_(result), i_(i) {}
    Row operator*() const { return (*result_)[i_]; }
    Iterator& operator++() {
      ++i_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return i_ == other.i_; }

   private:
    const Result* result_;
    std::size_t i_;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

 private:
  std::shared_ptr<const pg_result> raw_;
};

/// PostgreSQL refused the statement.
class StatementError : public std::runtime_error {
 public:
  StatementError(std::string sqlstate, std::string constraint, const std::string& message)
      : std::runtime_error(message), sqlstate(std::move(sqlstate)), constraint(std::move(constraint)) {}

  bool unique_violation() const { return sqlstate == "23505"; }
  bool foreign_key_violation() const { return sqlstate == "23503"; }
  /// Deadlock, serialization failure or lock timeout: the same thing may well work when tried again.
  bool transient() const { return sqlstate == "40P01" || sqlstate == "40001" || sqlstate == "55P03"; }

  std::string sqlstate;
  std::string constraint;  // the violated constraint's name, or empty
};

/// The statement took longer than its limit and was canceled. Not transient: by itself it would again.
class Timeout final : public StatementError {
 public:
  explicit Timeout(const std::string& message) : StatementError("57014", "", message) {}
};

/// PostgreSQL cannot be reached, takes no changes, or more wait for it than we are ready to queue: answered 503. What was asked was not done.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// PostgreSQL went away between what was asked of it and its answer: it may have been done, or not.
class OutcomeUnknown final : public Unavailable {
 public:
  using Unavailable::Unavailable;
};

/// On whose behalf statements run.
class Caller {
 public:
  virtual ~Caller() = default;
  /// Why nobody waits for the outcome any more; empty while somebody does. What has not been sent by then never is.
  virtual std::exception_ptr over() const = 0;
};

class Transaction;

/// A statement with its values.
struct Query {
  const Statement& statement;
  Params params;
};

/// Where statements go: the pool (each statement commits by itself) or a transaction.
class Session {
 public:
  virtual ~Session() = default;
  /// Throws StatementError (or Timeout, which is one) or Unavailable (or OutcomeUnknown).
  virtual Task<Result> query(const Statement& statement, Params params) = 0;
  Task<Result> query(const Statement& statement) { return query(statement, Params{}); }
  /// One after the other; throws the first failure. In a transaction all of them go in one round trip.
  virtual Task<std::vector<Result>> query_all(std::vector<Query> queries);
  /// On the pool: a transaction of its own. Inside a transaction: a part of it, whose `commit` leaves the committing to the outer one.
  virtual Task<Transaction> begin() = 0;
  /// Whether what is begun here becomes true only with something around it.
  virtual bool in_transaction() const = 0;
  /// The same, on nobody's behalf: for work that others wait for too.
  virtual Session& root() { return *this; }
  /// On the pool: where each statement goes by Lane::scan, whatever it says itself, on nobody's behalf: for long reads in many pieces, which are to hold
  /// up nobody. As long as the pool is.
  virtual Session& unhurried() { return *this; }
};

/// Statements that become true together at `commit`. Dropped without it, they never were. READ COMMITTED.
class Transaction final : public Session {
 public:
  Transaction(Transaction&&) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction() override;

  Task<Result> query(const Statement& statement, Params params) override;
  using Session::query;
  Task<Transaction> begin() override;
  bool in_transaction() const override { return true; }

  Task<std::vector<Result>> query_all(std::vector<Query> queries) override;
  /// Sends without waiting: it goes with the next `query` or `commit`, in one round trip, and its failure surfaces there.
  void send(const Statement& statement, Params params);
  /// Throws what a sent statement or the commit itself threw; the transaction is then rolled back. After OutcomeUnknown nobody knows.
  Task<void> commit();
  /// Ends the transaction without its changes and waits until its locks are gone, which dropping it does not. Never throws; only of the
  /// outermost.
  Task<void> rollback();
  /// For a transaction that took locks but changed nothing: like `commit`, but the outermost rolls back, which waits for no disk.
  Task<void> end_unchanged();
  /// `f` runs once the outermost transaction has committed, on this reactor; never after a rollback. It must not throw.
  void after_commit(std::function<void()> f);

 private:
  friend class Pool;
  struct State;
  Transaction(std::shared_ptr<State> state, bool outermost);

  std::shared_ptr<State> state_;
  bool outermost_;
  bool committed_ = false;
};

}  // namespace billing::pg
