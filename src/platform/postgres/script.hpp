#pragma once

#include "platform/postgres/pipeline/link.hpp"
#include "platform/postgres/pipeline/waiter.hpp"
#include "platform/postgres/session.hpp"

namespace billing::pg {

/// SQL text of many statements over a connection of its own: BEGIN, the text, COMMIT. Any failure rolls all of it back.
class Script final : public Link {
 public:
  Script(boost::asio::io_context& io, std::string sql, std::chrono::milliseconds timeout);

  /// Resumes once it has committed; throws StatementError, whose message names the line, or Unavailable.
  Task<void> outcome();

 private:
  enum class Stage { begin, text, commit, over };

  void on_open() override;
  void take_results() override;
  void tell() override;
  void on_lost(const std::string& reason) override;
  void take(pg_result* result);
  void next(Stage stage);
  void fail(std::exception_ptr error);

  std::string sql_;
  std::chrono::milliseconds timeout_;
  std::shared_ptr<Waiter> waiter_ = std::make_shared<Waiter>();
  std::exception_ptr error_;
  Stage stage_ = Stage::begin;
};

}  // namespace billing::pg
