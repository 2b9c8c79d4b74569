#include "platform/postgres/transaction.hpp"

#include <stdexcept>

#include "platform/runtime/log.hpp"

namespace billing::pg {
namespace {

constexpr Statement begin_transaction{"BEGIN"};
constexpr Statement commit_transaction{"COMMIT"};
constexpr Statement rollback_transaction{"ROLLBACK"};
constexpr std::size_t max_unsent = 65'536;

}  // namespace

void Transaction::State::check_usable() {
  if (!connection) throw std::logic_error("the transaction has ended");
  if (!failure && caller) failure = caller->over();
  if (failure) std::rethrow_exception(failure);
}

Task<void> Transaction::State::run(std::shared_ptr<Item> last, bool commits) {
  auto group = std::make_shared<Group>();
  if (!std::exchange(begun, true)) group->items.push_back(std::make_shared<Item>(begin_transaction, Params{}));
  for (auto& item : std::exchange(unsent, {})) group->items.push_back(std::move(item));
  group->items.push_back(last);
  group->done = [last, &io = lender->io()](Group&) { last->wake(io); };
  connection->submit(group);
  co_await last->wait();
  if (!group->lost && !group->failed) co_return;
  failure = commits && group->lost && group->sent ? std::make_exception_ptr(OutcomeUnknown{*group->lost}) : group->error();
  std::rethrow_exception(failure);
}

void Transaction::State::finish() {
  if (!connection) return;
  lender->give_back(std::exchange(connection, {}), begun);
  unsent.clear();
  hooks.clear();
}

Transaction::Transaction(std::shared_ptr<State> state, bool outermost) : state_(std::move(state)), outermost_(outermost) {
  if (!outermost_) ++state_->open_parts;
}

Transaction::Transaction(Transaction&& other) noexcept
    : state_(std::move(other.state_)), outermost_(other.outermost_), committed_(other.committed_) {}

Transaction::~Transaction() {
  if (!state_ || committed_) return;
  if (outermost_) {
    state_->finish();
    return;
  }
  --state_->open_parts;
  state_->part_dropped = true;
}

Task<Result> Transaction::query(const Statement& statement, Params params) {
  const auto state = state_;
  state->check_usable();
  const auto item = std::make_shared<Item>(statement, std::move(params));
  co_await state->run(item);
  co_return std::move(item->result);
}

Task<std::vector<Result>> Session::query_all(std::vector<Query> queries) {
  std::vector<Result> results;
  for (auto& one : queries) results.push_back(co_await query(one.statement, std::move(one.params)));
  co_return results;
}

Task<std::vector<Result>> Transaction::query_all(std::vector<Query> queries) {
  const auto state = state_;
  state->check_usable();
  std::vector<std::shared_ptr<Item>> items;
  for (auto& query : queries) items.push_back(std::make_shared<Item>(query.statement, std::move(query.params)));
  std::vector<Result> results;
  if (items.empty()) co_return results;
  state->unsent.insert(state->unsent.end(), items.begin(), items.end() - 1);
  co_await state->run(items.back());
  for (const auto& item : items) results.push_back(std::move(item->result));
  co_return results;
}

Task<Transaction> Transaction::begin() {
  state_->check_usable();
  co_return Transaction{state_, false};
}

void Transaction::send(const Statement& statement, Params params) {
  state_->check_usable();
  if (state_->unsent.size() >= max_unsent) throw std::length_error("too many statements were sent without a query between them");
  state_->unsent.push_back(std::make_shared<Item>(statement, std::move(params)));
}

Task<void> Transaction::commit() {
  const auto state = state_;
  if (committed_ || !state->connection) throw std::logic_error("the transaction has ended");
  if (!outermost_) {
    if (state->failure) std::rethrow_exception(state->failure);
    if (!state->unsent.empty()) {
      const auto last = std::move(state->unsent.back());
      state->unsent.pop_back();
      co_await state->run(last);
    }
    committed_ = true;
    --state->open_parts;
    co_return;
  }
  // Whatever happens from here on, the transaction is over.
  const std::unique_ptr<State, void (*)(State*)> finished{state.get(), [](State* ended) { ended->finish(); }};
  if (state->failure) std::rethrow_exception(state->failure);
  if (state->part_dropped || state->open_parts > 0)
    throw std::logic_error("a part of the transaction was not committed: it was rolled back");
  if (state->begun || !state->unsent.empty()) {
    const auto last = std::make_shared<Item>(commit_transaction, Params{});
    co_await state->run(last, true);
    state->begun = false;
    if (last->rolled_back) throw StatementError("25P02", "", "the transaction had failed and was rolled back");
  }
  committed_ = true;
  const auto hooks = std::exchange(state->hooks, {});
  state->finish();  // before the hooks: they may want a connection
  for (const auto& hook : hooks) {
    try {
      hook();
    } catch (const std::exception& error) {
      log::error("after_commit_failed", {{"error", error.what()}});
    }
  }
}

Task<void> Transaction::rollback() {
  const auto state = state_;
  if (committed_ || !outermost_ || !state->connection) co_return;
  const std::unique_ptr<State, void (*)(State*)> finished{state.get(), [](State* ended) { ended->finish(); }};
  state->unsent.clear();
  if (!state->begun) co_return;
  try {
    co_await state->run(std::make_shared<Item>(rollback_transaction, Params{}));
    state->begun = false;
  } catch (const std::exception&) {  // a lost connection has rolled back by itself
  }
}

Task<void> Transaction::end_unchanged() { return outermost_ ? rollback() : commit(); }

void Transaction::after_commit(std::function<void()> f) {
  if (!state_->connection) throw std::logic_error("the transaction has ended");
  state_->hooks.push_back(std::move(f));
}

}  // namespace billing::pg
