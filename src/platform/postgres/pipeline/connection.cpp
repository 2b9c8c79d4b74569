#include "platform/postgres/pipeline/connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <boost/asio/post.hpp>

namespace billing::pg {
namespace {

constexpr std::string_view read_only_transaction = "25006";

std::string field(const PGresult* result, int code) {
  const char* value = PQresultErrorField(result, code);
  return value ? value : "";
}

/// The server ends the connection, or it ended by itself: not this statement's doing.
bool ends_connection(const PGresult* result) {
  const auto severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  return severity == "FATAL" || severity == "PANIC" || field(result, PG_DIAG_SQLSTATE).empty();
}

/// The values as libpq takes them; valid as long as the params.
struct Sent {
  explicit Sent(const Params& params) {
    for (const auto& value : params.values()) {
      values.push_back(value.is_null ? nullptr : value.bytes.c_str());
      lengths.push_back(static_cast<int>(value.bytes.size()));
      formats.push_back(value.is_text ? 0 : 1);
    }
  }
  int count() const { return static_cast<int>(values.size()); }

  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
};

}  // namespace

std::exception_ptr error_of(const pg_result* result) {
  auto sqlstate = field(result, PG_DIAG_SQLSTATE);
  const auto message = fmt::format("{} ({})", field(result, PG_DIAG_MESSAGE_PRIMARY), sqlstate);
  if (sqlstate == "57014") return std::make_exception_ptr(Timeout{message});
  if (sqlstate == read_only_transaction) return std::make_exception_ptr(Unavailable{"PostgreSQL takes no changes right now: " + message});
  return std::make_exception_ptr(StatementError{std::move(sqlstate), field(result, PG_DIAG_CONSTRAINT_NAME), message});
}

void Item::forget_outcome() {
  result = {};
  error = nullptr;
  rolled_back = false;
  stale = false;
  limited.reset();
}

std::exception_ptr Group::error() const {
  for (const auto& item : items) {
    if (item->error) return item->error;
  }
  if (lost) return std::make_exception_ptr(Unavailable{*lost});
  return failed ? std::make_exception_ptr(Unavailable{"the statements were not executed"}) : nullptr;
}

Connection::Connection(boost::asio::io_context& io, Counters& counters, std::chrono::milliseconds answer_within)
    : Link(io), counters_(counters), answer_within_(answer_within) {}

void Connection::on_open() {
  if (PQenterPipelineMode(raw_) != 1) return lose("pipeline mode is not available");
  was_open_ = true;
  if (owner_.opened) owner_.opened(std::static_pointer_cast<Connection>(shared_from_this()));
}

void Connection::submit(std::shared_ptr<Group> group) {
  if (closed()) {
    group->lost = "the connection was lost before";
    return boost::asio::post(io_, [group] { group->done(*group); });
  }
  group->sent = true;
  ++sync_;
  ++counters_.syncs;
  counters_.statements += group->items.size();
  if (in_flight_.empty()) expect_within(answer_within_);
  in_flight_.push_back(group);
  bool sent = ready();
  for (const auto& item : group->items) sent = sent && send(item);
  sent = sent && PQpipelineSync(raw_) == 1;
  if (!sent) return lose_later(PQerrorMessage(raw_));
  expected_.push_back({What::sync, nullptr});
  flush();
}

bool Connection::send(const std::shared_ptr<Item>& item) {
  const Sent sent{item->params};
  const auto unprepared = [&] {
    expected_.push_back({What::execute, item});
    return PQsendQueryParams(raw_, item->statement->sql, sent.count(), nullptr, sent.values.data(), sent.lengths.data(),
                             sent.formats.data(), 0) == 1;
  };
  if (item->statement->planned == Planned::for_its_values) return unprepared();
  const auto found = prepared_.find(item->statement);
  const bool prepared = found != prepared_.end() && found->second.sql == item->statement->sql;
  if (!prepared && !prepare(item)) return false;
  const auto& known = prepared_.at(item->statement);
  // Under a later sync it is not certain that an unanswered prepare came to pass: that statement goes unprepared.
  if (!known.sure && known.sync != sync_) return unprepared();
  expected_.push_back({What::execute, item});
  return PQsendQueryPrepared(raw_, known.name.c_str(), sent.count(), sent.values.data(), sent.lengths.data(), sent.formats.data(), 0) == 1;
}

bool Connection::prepare(const std::shared_ptr<Item>& item) {
  const auto name = fmt::format("s{}", ++names_);
  prepared_[item->statement] = {name, item->statement->sql, sync_, false};
  expected_.push_back({What::prepare, item});
  return PQsendPrepare(raw_, name.c_str(), item->statement->sql, 0, nullptr) == 1;
}

void Connection::take_results() {
  // Not busy: PQgetResult answers without waiting. NULL ends a statement; a sync has no NULL after it.
  for (int nothing = 0; nothing < 2 && !expected_.empty() && ready() && !PQisBusy(raw_);) {
    auto* result = PQgetResult(raw_);
    nothing = result ? 0 : nothing + 1;
    if (result) {
      take(result);
    } else if (std::exchange(answered_, false)) {
      expected_.pop_front();
    }
  }
}

void Connection::take(PGresult* owned) {
  Result result{owned};
  if (PQresultStatus(owned) == PGRES_PIPELINE_SYNC) {
    expected_.pop_front();
    finish_front();
  } else if (PQresultStatus(owned) == PGRES_FATAL_ERROR && ends_connection(owned)) {
    const auto message = field(owned, PG_DIAG_MESSAGE_PRIMARY);
    doom(message.empty() ? "the connection was lost" : message);
  } else {
    answered_ = true;
    take_outcome(Expected{expected_.front()}, std::move(result), owned);
  }
}

void Connection::take_outcome(const Expected& expected, Result result, PGresult* raw) {
  const auto status = PQresultStatus(raw);
  auto& item = *expected.item;
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) {
    if (expected.what == What::prepare) {
      if (const auto found = prepared_.find(item.statement); found != prepared_.end()) found->second.sure = true;
      return;
    }
    item.rolled_back = std::string_view{PQcmdStatus(raw)} == "ROLLBACK";
    item.result = std::move(result);
    return;
  }
  in_flight_.front()->failed = true;
  if (expected.what == What::prepare) prepared_.erase(item.statement);
  if (status == PGRES_PIPELINE_ABORTED) return;  // a neighbour's fault
  if (status != PGRES_FATAL_ERROR) {
    item.error = std::make_exception_ptr(StatementError{"0A000", "", "COPY is not possible here"});
    return doom("COPY is not possible in pipeline mode");
  }
  item.error = error_of(raw);
  const auto sqlstate = field(raw, PG_DIAG_SQLSTATE);
  if (sqlstate == "57014") item.limited = Item::Limit::time;
  if (sqlstate == "55P03") item.limited = Item::Limit::lock;
  read_only_ = read_only_ || sqlstate == read_only_transaction;
  item.stale = expected.what == What::execute && (sqlstate == "0A000" || sqlstate == "26000");
  if (item.stale) prepared_.erase(item.statement);  // the next use makes a new one, of another name
}

void Connection::finish_front() {
  finished_.push_back(std::move(in_flight_.front()));
  in_flight_.pop_front();
  if (in_flight_.empty()) {
    expect_nothing();
  } else {
    expect_within(answer_within_);
  }
}

void Connection::tell() {
  for (const auto& group : std::exchange(finished_, {})) group->done(*group);
}

void Connection::on_lost(const std::string& reason) {
  expected_.clear();
  for (const auto& group : std::exchange(in_flight_, {})) {
    group->lost = "PostgreSQL went away before it answered: " + reason;
    group->done(*group);
  }
  if (const auto owner = std::exchange(owner_, {}); owner.lost) owner.lost(reason, was_open_);
}

bool Connection::clean() const { return ready() && in_flight_.empty() && PQtransactionStatus(raw_) == PQTRANS_IDLE; }

}  // namespace billing::pg
