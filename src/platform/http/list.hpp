#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/http/answer.hpp"
#include "platform/http/csv.hpp"
#include "platform/runtime/task.hpp"

namespace billing::http {

/// A page of a list as JSON, of what `items` finds, which is up to `page.fetch()`; `to_json` says what each looks like.
template <class Item, class ToJson>
Task<Response> list_page(const Request& request, const Page& page, Task<std::vector<Item>> items, ToJson to_json) {
  boost::json::array out;
  for (const auto& item : co_await std::move(items)) out.push_back(to_json(item));
  co_return list_answer(request, page, std::move(out));
}

/// Whether a list is asked for as a file: by `?format=csv`, or by an `Accept` that prefers text/csv to JSON. Refusal 422 for another format.
bool wants_csv(const Request& request);

/// Lines of a file, as many as were asked for or all that there are.
struct CsvLines {
  std::string text;
  std::string last_id;
  bool more = false;
};
using NextCsvLines = std::function<Task<CsvLines>(std::optional<std::string> after, std::int64_t limit)>;

/// What `find(after, limit)` finds, as lines of a file.
template <class Item, class Find>
NextCsvLines csv_lines(csv::Columns<Item> columns, Find find) {
  return [columns, find = std::move(find)](std::optional<std::string> after, std::int64_t limit) -> Task<CsvLines> {
    CsvLines lines;
    auto items = co_await find(std::move(after), limit + 1);
    lines.more = std::cmp_greater(items.size(), limit);
    if (lines.more) items.pop_back();
    for (const auto& item : items) lines.last_id = csv::append_line(lines.text, columns, item);
    co_return lines;
  };
}

/// A list as a file: all of it, read and sent some hundred lines at a time; with `?limit=` a page, as in JSON. Its first lines are made before it is
/// answered, so what is wrong from the start is refused as usual. `next` outlives the handler.
Task<Response> csv_answer(const Request& request, const Page& page, std::string file_name, std::string head, NextCsvLines next);

}  // namespace billing::http
