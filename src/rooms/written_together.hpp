#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "rooms/context.hpp"
#include "rooms/gathering.hpp"

namespace billing {

/// Requests that each write a row, in one statement and one commit with those that come at the same time: while some are written, others gather and
/// are next. Nobody fails for a neighbour: where one of several spoils it, or meets a lock, each goes by itself. Alone inside a transaction of the
/// caller's. Declare it thread_local.
template <class Wish, class Outcome>
class WrittenTogether {
 public:
  /// `write(context, wishes)` writes all in one statement, and gives the outcomes in the order of the wishes.
  template <class Write>
  Task<Outcome> write_one(Context& context, Wish wish, Write write) {
    if (context.db.in_transaction()) co_return co_await alone(context, std::move(wish), write);
    auto for_all = context.with(context.db.root());  // whoever leads does so for others too, and stays when its own client leaves
    auto mine = std::make_shared<Writer>(std::move(wish));
    co_await gatherings_[&for_all.db].join(mine, take_some, [&](Writers& writers) { return together(for_all, writers, write); });
    if (mine->error) std::rethrow_exception(mine->error);
    if (mine->goes_alone) co_return co_await alone(context, std::move(mine->wish), write);
    co_return std::move(mine->outcome).value();
  }

 private:
  struct Writer : Gathered {
    static constexpr std::size_t most_together = 200;
    explicit Writer(Wish one) : wish(std::move(one)) {}
    Wish wish;
    std::optional<Outcome> outcome;
    bool goes_alone = false;
  };
  using Writers = Gathering<Writer>::Askers;

  static Writers take_some(Gathering<Writer>::Waiting& waiting) {
    return Gathering<Writer>::take_first(waiting, [](const Writer&) { return true; });
  }

  template <class Write>
  static Task<void> together(const Context& context, Writers& writers, Write& write) {
    std::vector<Wish> wishes;
    for (const auto& writer : writers) wishes.push_back(writer->wish);
    try {
      auto outcomes = co_await write(context, std::move(wishes));
      for (std::size_t i = 0; i < writers.size(); ++i) writers[i]->outcome = std::move(outcomes[i]);
    } catch (const pg::StatementError&) {
      if (writers.size() == 1) throw;
      for (const auto& writer : writers) writer->goes_alone = true;
    }
  }

  template <class Write>
  static Task<Outcome> alone(Context& context, Wish wish, Write& write) {
    co_return std::move((co_await write(context, std::vector{std::move(wish)})).front());
  }

  std::map<const pg::Session*, Gathering<Writer>> gatherings_;
};

}  // namespace billing
