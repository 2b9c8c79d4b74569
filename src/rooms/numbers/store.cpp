#include "rooms/numbers/store.hpp"

#include "base/uuid.hpp"

namespace billing::numbers {
namespace {

constexpr std::string_view opening = "\"id\":\"";
constexpr std::string_view nothing = "\",\"number\":\"\"";
constexpr std::size_t uuid_length = 36;

/// Where the next empty number is to be written, and whose it is.
struct Gap {
  std::size_t at;
  std::string id;
};

std::optional<Gap> next_gap(std::string_view json, std::size_t from) {
  for (auto at = json.find(nothing, from); at != std::string_view::npos; at = json.find(nothing, at + 1)) {
    if (at < uuid_length + opening.size()) continue;
    const auto id = json.substr(at - uuid_length, uuid_length);
    if (json.substr(at - uuid_length - opening.size(), opening.size()) != opening || !parse_uuid(id)) continue;
    return Gap{at + nothing.size() - 1, std::string{id}};
  }
  return std::nullopt;
}

constexpr pg::Statement select_number{"SELECT number FROM document_numbers WHERE document_id = $1"};

}  // namespace

Task<std::string> fill_in(pg::Session& db, std::string json) {
  for (auto gap = next_gap(json, 0); gap; gap = next_gap(json, gap->at)) {
    const auto rows = co_await db.query(select_number, pg::Params{}.add(gap->id));
    if (!rows.empty()) json.insert(gap->at, rows[0].text(0));
  }
  co_return json;
}

}  // namespace billing::numbers
