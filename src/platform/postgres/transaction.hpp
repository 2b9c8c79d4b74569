#pragma once

#include "platform/postgres/pipeline/lender.hpp"

namespace billing::pg {

/// What a transaction and its nested parts share.
struct Transaction::State {
  State(std::shared_ptr<Lender> l, std::shared_ptr<Connection> c) : lender(std::move(l)), connection(std::move(c)) {}

  /// Sends BEGIN where that is still due, what was sent before, and `last`, in one flush; returns when all of it is answered.
  /// Throws the first failure, after which the transaction cannot commit.
  Task<void> run(std::shared_ptr<Item> last);
  /// Gives the connection back, rolled back unless it has committed.
  void finish();
  void check_usable() const;

  std::shared_ptr<Lender> lender;
  std::shared_ptr<Connection> connection;  // none once finished
  std::vector<std::shared_ptr<Item>> unsent;
  std::vector<std::function<void()>> hooks;
  std::exception_ptr failure;
  std::size_t open_parts = 0;
  bool part_dropped = false;
  bool begun = false;
};

}  // namespace billing::pg
