#pragma once

#include "platform/postgres/pipeline/lender.hpp"

namespace billing::pg {

/// What a transaction and its nested parts share.
struct Transaction::State {
  State(std::shared_ptr<Lender> l, std::shared_ptr<Connection> c, const Caller* of)
      : lender(std::move(l)), connection(std::move(c)), caller(of) {}

  /// Sends BEGIN where that is still due, what was sent before, and `last`, in one flush; returns when all of it is answered.
  /// Throws the first failure, after which the transaction cannot commit.
  Task<void> run(std::shared_ptr<Item> last, bool commits = false);
  /// Gives the connection back, rolled back unless it has committed.
  void finish();
  /// Throws when it has ended or failed, or when nobody waits for it any more.
  void check_usable();

  std::shared_ptr<Lender> lender;
  std::shared_ptr<Connection> connection;  // none once finished
  const Caller* caller;                    // or none
  std::vector<std::shared_ptr<Item>> unsent;
  std::vector<std::function<void()>> hooks;
  std::exception_ptr failure;
  std::size_t open_parts = 0;
  bool part_dropped = false;
  bool begun = false;
};

}  // namespace billing::pg
