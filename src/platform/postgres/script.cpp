#include "platform/postgres/script.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include "platform/postgres/pipeline/connection.hpp"

namespace billing::pg {
namespace {

/// The line of the `position`-th character (not byte), both counted from 1.
std::size_t line_of(std::string_view text, std::size_t position) {
  std::size_t line = 1;
  for (const char c : text) {
    const bool continues_a_character = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (continues_a_character) continue;
    if (position <= 1) break;
    --position;
    if (c == '\n') ++line;
  }
  return line;
}

std::exception_ptr error_with_line(const PGresult* result, std::string_view sql) {
  const auto error = error_of(result);
  const char* position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
  if (!position) return error;
  try {
    std::rethrow_exception(error);
  } catch (const StatementError& e) {
    const auto line = line_of(sql, std::strtoul(position, nullptr, 10));
    return std::make_exception_ptr(StatementError{e.sqlstate, e.constraint, fmt::format("line {}: {}", line, e.what())});
  } catch (...) {
    return error;
  }
}

}  // namespace

Script::Script(boost::asio::io_context& io, std::string sql, std::chrono::milliseconds timeout)
    : Link(io), sql_(std::move(sql)), timeout_(timeout) {}

Task<void> Script::outcome() {
  const auto waiter = waiter_;
  const auto self = shared_from_this();
  co_await waiter->wait();
  if (error_) std::rethrow_exception(error_);
}

void Script::on_open() {
  expect_within(timeout_);
  next(Stage::begin);
}

void Script::next(Stage stage) {
  stage_ = stage;
  const char* text = stage == Stage::begin ? "BEGIN" : stage == Stage::text ? sql_.c_str() : "COMMIT";
  if (PQsendQuery(raw_, text) != 1) return doom(PQerrorMessage(raw_));
  flush();
}

void Script::take_results() {
  while (ready() && stage_ != Stage::over && !PQisBusy(raw_)) {
    if (auto* result = PQgetResult(raw_)) {
      take(result);
      PQclear(result);
    } else if (stage_ == Stage::commit) {
      stage_ = Stage::over;
      doom("done");
    } else {
      next(stage_ == Stage::begin ? Stage::text : Stage::commit);
    }
  }
}

void Script::take(PGresult* result) {
  const auto status = PQresultStatus(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) {
    if (stage_ == Stage::commit && std::string_view{PQcmdStatus(result)} == "ROLLBACK") {
      fail(std::make_exception_ptr(StatementError{"25P02", "", "the script was rolled back"}));
    }
  } else if (status == PGRES_FATAL_ERROR && PQresultErrorField(result, PG_DIAG_SQLSTATE)) {
    fail(error_with_line(result, sql_));
  } else {
    fail(std::make_exception_ptr(Unavailable{fmt::format("the script was cut off: {}", PQresStatus(status))}));
  }
}

void Script::fail(std::exception_ptr error) {
  error_ = std::move(error);
  stage_ = Stage::over;
  doom("the script failed");  // closing rolls it back
}

void Script::tell() {}

void Script::on_lost(const std::string& reason) {
  if (stage_ != Stage::over) error_ = std::make_exception_ptr(Unavailable{"the script was cut off: " + reason});
  waiter_->wake(io_);
}

}  // namespace billing::pg
