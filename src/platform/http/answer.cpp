#include "platform/http/answer.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cctype>
#include <charconv>

#include "base/uuid.hpp"

namespace billing::http {
namespace {

bool is_json_type(std::string_view content_type) {
  const auto end = content_type.find_first_of("; \t");
  const auto type = content_type.substr(0, end);
  constexpr std::string_view expected = "application/json";
  return std::ranges::equal(type, expected, [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) || std::string_view{"-._~"}.contains(c)) {
      out += c;
    } else {
      constexpr auto digits = "0123456789ABCDEF";
      out += {'%', digits[static_cast<unsigned char>(c) >> 4], digits[static_cast<unsigned char>(c) & 15]};
    }
  }
  return out;
}

void require_json_type(const Request& request) {
  if (!is_json_type(request.header("Content-Type"))) {
    throw Refusal(415, "unsupported_media_type", "Send the body as JSON, with the header Content-Type: application/json.");
  }
}

}  // namespace

boost::json::value nullable(const std::optional<std::string>& text) { return text ? boost::json::value(*text) : boost::json::value(); }

boost::json::value nullable(const std::optional<Instant>& at) { return at ? boost::json::value(to_text(*at)) : boost::json::value(); }

boost::json::value nullable(const std::optional<Date>& day) { return day ? boost::json::value(to_text(*day)) : boost::json::value(); }

boost::json::value nullable(const std::optional<std::int64_t>& number) {
  return number ? boost::json::value(*number) : boost::json::value();
}

Response answer(int status, const boost::json::value& value) {
  Response response;
  response.status = status;
  response.body = json::serialize(value);
  return response;
}

json::Object json_body(const Request& request) {
  require_json_type(request);
  return json::Object{request.body};
}

json::Object json_body_with_elements(const Request& request, std::string_view name, std::size_t min, std::size_t max,
                                     const json::Object::ReadElement& read) {
  require_json_type(request);
  return json::Object::with_elements(request.body, name, min, max, read);
}

void require_no_members(const Request& request) {
  if (request.body.empty()) return;
  require_json_type(request);
  if (!json::parse(request.body).is_null()) json::Object{request.body}.finish();
}

std::optional<std::string> query_text(const Request& request, std::string_view name, std::size_t max_characters) {
  auto text = request.query_param(name);
  if (!text) return std::nullopt;
  const auto characters = std::ranges::count_if(*text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  if (characters == 0 || std::cmp_greater(characters, max_characters)) {
    throw unacceptable("?" + std::string{name}, "must be 1 to " + std::to_string(max_characters) + " characters long");
  }
  return text;
}

std::optional<Date> query_date(const Request& request, std::string_view name) {
  const auto text = request.query_param(name);
  if (!text) return std::nullopt;
  if (auto day = parse_date(*text)) return day;
  throw unacceptable("?" + std::string{name}, "must be a date from 1970-01-01 on, such as 2026-01-31");
}

std::optional<bool> query_flag(const Request& request, std::string_view name) {
  const auto text = request.query_param(name);
  if (!text) return std::nullopt;
  if (*text != "true" && *text != "false") throw unacceptable("?" + std::string{name}, "must be true or false");
  return *text == "true";
}

std::optional<std::int64_t> query_integer(const Request& request, std::string_view name, std::int64_t min, std::int64_t max) {
  const auto text = request.query_param(name);
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto* last = text->data() + text->size();
  const auto [end, error] = std::from_chars(text->data(), last, value);
  if (error == std::errc{} && end == last && value >= min && value <= max) return value;
  throw unacceptable("?" + std::string{name}, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
}

Page Page::of(const Request& request) {
  Page page;
  if (const auto limit = query_integer(request, "limit", 1, 100)) {
    page.limited = true;
    page.limit = *limit;
  }
  page.after = request.query_param("after");
  if (page.after && !parse_uuid(*page.after)) throw unacceptable("?after", "must be the id of the last thing on the page before");
  return page;
}

Page Page::of(const Request& request, std::vector<std::string_view> filters) {
  filters.insert(filters.end(), {"limit", "after"});
  request.allow_query_params(filters);
  return of(request);
}

bool has_already(const Request& request, std::string_view etag) {
  const auto known = request.header("If-None-Match");
  return known == "*" || known.find(etag) != std::string_view::npos;
}

std::string next_page(const Request& request, std::string_view last_id) {
  std::string query;
  for (const auto& [name, value] : request.query_params()) {
    if (name != "after") query += percent_encode(name) + "=" + percent_encode(value) + "&";
  }
  return "<" + std::string{request.path} + "?" + query + "after=" + std::string{last_id} + R"(>; rel="next")";
}

Response list_answer(const Request& request, const Page& page, boost::json::array items) {
  const bool more = std::cmp_greater(items.size(), page.limit);
  if (more) items.resize(static_cast<std::size_t>(page.limit));
  auto response = answer(200, items);
  if (more) response.set("Link", next_page(request, items.back().at("id").as_string()));
  return response;
}

}  // namespace billing::http
