#pragma once

#include "platform/http/list.hpp"
#include "rooms/context.hpp"

namespace billing {

/// What reads a file has no one waiting in milliseconds: where PostgreSQL is away or busy it asks again, as long as a reader may well wait.
template <class Find>
auto with_patience(pg::Session& db, Find find) {
  return [&db, find = std::move(find)](std::optional<std::string> after, std::int64_t limit) -> decltype(find(db, after, limit)) {
    constexpr int tries = 3;
    for (int i = 1; i < tries; ++i) {
      try {
        co_return co_await find(db, after, limit);
      } catch (const pg::Unavailable&) {
      }
    }
    co_return co_await find(db, std::move(after), limit);
  };
}

/// A list as a file, which is called `name` and the day. `find(db, after, limit)` finds what follows, and outlives its caller.
template <class Item, class Find>
Task<http::Response> file(Context& context, const http::Request& request, const http::Page& page, Find find,
                          http::csv::Columns<Item> columns, std::string_view name) {
  const auto file_name = std::string{name} + "-" + to_text(context.clock.today());
  auto lines = http::csv_lines(columns, with_patience(context.db.unhurried(), std::move(find)));
  auto response = co_await http::csv_answer(request, page, file_name, http::csv::head(columns), std::move(lines));
  response.set("Vary", "Accept");
  co_return response;
}

/// A list that is also a file, as JSON or as CSV, whichever was asked for.
template <class Item, class Find, class ToJson>
Task<http::Response> list_or_file(Context& context, const http::Request& request, const http::Page& page, Find find, ToJson to_json,
                                  http::csv::Columns<Item> columns, std::string_view name) {
  if (http::wants_csv(request)) co_return co_await file(context, request, page, std::move(find), columns, name);
  auto response = co_await http::list_page(request, page, find(context.db, page.after, page.fetch()), std::move(to_json));
  response.set("Vary", "Accept");
  co_return response;
}

}  // namespace billing
