#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "platform/http/message.hpp"
#include "platform/json/json.hpp"
#include "platform/runtime/refusal.hpp"

namespace billing::http {

Response answer(int status, const boost::json::value& value);

/// Text, or null.
boost::json::value nullable(const std::optional<std::string>& text);
/// A time in RFC 3339, or null.
boost::json::value nullable(const std::optional<Instant>& at);
/// A day, or null.
boost::json::value nullable(const std::optional<Date>& day);
/// A whole number, or null.
boost::json::value nullable(const std::optional<std::int64_t>& number);

/// The JSON body of a request. Refusal 415 without `Content-Type: application/json`, then as json::Object.
json::Object json_body(const Request& request);
/// The same, as json::Object::with_elements.
json::Object json_body_with_elements(const Request& request, std::string_view name, std::size_t min, std::size_t max,
                                     const json::Object::ReadElement& read);

/// For what needs no body: none, an empty object and null (which some clients send for "none") are the same; anything else is refused.
void require_no_members(const Request& request);

/// The id in a path: one that is malformed names nothing, so it is 404.
template <class IdType>
IdType path_id(const Request& request, std::size_t index, std::string_view noun) {
  if (auto id = IdType::parse(request.path_params.at(index))) return *id;
  throw not_found("There is no " + std::string{noun} + " " + request.path_params.at(index) + ".");
}

/// An id in a body: one that is malformed is noted as an error of that member.
template <class IdType>
IdType body_id(json::Object& body, std::string_view name) {
  const auto errors = body.error_count();
  const auto text = body.text_view(name);
  if (auto id = IdType::parse(text)) return *id;
  if (body.error_count() == errors) body.fail(name, "must be a UUID, such as 0190a5c8-7f3e-7c21-9d5b-3f1f2a6b7c8d");
  return {};
}

/// An id in a query parameter: nullopt when it is not there, Refusal 422 when it is malformed.
template <class IdType>
std::optional<IdType> query_id(const Request& request, std::string_view name) {
  const auto text = request.query_param(name);
  if (!text) return std::nullopt;
  if (auto id = IdType::parse(*text)) return id;
  throw unacceptable("?" + std::string{name}, "must be a UUID");
}

/// A text in a query parameter, of 1 to `max_characters` characters; Refusal 422 otherwise.
std::optional<std::string> query_text(const Request& request, std::string_view name, std::size_t max_characters);

/// Ids in a query parameter, separated by commas: 1 to `most` of them; Refusal 422 otherwise, or when one is malformed.
template <class IdType>
std::optional<std::vector<IdType>> query_ids(const Request& request, std::string_view name, std::size_t most) {
  const auto lists = request.query_values(name);
  if (lists.empty()) return std::nullopt;
  std::vector<IdType> ids;
  for (const auto& list : lists) {
    if (list.empty()) throw unacceptable("?" + std::string{name}, "must be UUIDs, separated by commas");
    for (const auto part : std::views::split(list, ',')) {
      const auto id = IdType::parse(std::string_view{part.begin(), part.end()});
      if (!id) throw unacceptable("?" + std::string{name}, "must be UUIDs, separated by commas");
      ids.push_back(*id);
    }
  }
  if (ids.empty() || ids.size() > most) throw unacceptable("?" + std::string{name}, "must be 1 to " + std::to_string(most) + " UUIDs");
  return ids;
}

/// A date in a query parameter; Refusal 422 when it is malformed.
std::optional<Date> query_date(const Request& request, std::string_view name);
/// A whole number from `min` to `max` in a query parameter, if it is there; Refusal 422 for anything else.
std::optional<std::int64_t> query_integer(const Request& request, std::string_view name, std::int64_t min, std::int64_t max);
/// A query parameter that is true or false, if it is there. Refusal 422 for anything else.
std::optional<bool> query_flag(const Request& request, std::string_view name);

/// `?limit=` (1 to 100, default 50) and `?after=` (the id of the last thing seen). Refusal 422 when either is malformed.
struct Page {
  std::int64_t limit = 50;
  std::optional<std::string> after;
  bool limited = false;  // whether a limit was given

  static Page of(const Request& request);
  /// The same; besides, the list takes these parameters and no others (422).
  static Page of(const Request& request, std::vector<std::string_view> filters);
  /// One more than a page, so that it is seen whether another follows.
  std::int64_t fetch() const { return limit + 1; }
};

/// Whether the client says that it has the variant with this ETag (If-None-Match): 304 is enough then.
bool has_already(const Request& request, std::string_view etag);

/// The header Link's value where there is another page, after the thing with this id.
std::string next_page(const Request& request, std::string_view last_id);

/// A page of a list, newest first. `items` holds up to `page.fetch()` objects with a member `id`; the one too many is dropped and becomes
/// `Link: <…>; rel="next"`.
Response list_answer(const Request& request, const Page& page, boost::json::array items);

}  // namespace billing::http
