#include "platform/http/list.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <ranges>

#include "platform/http/text.hpp"

namespace billing::http {
namespace {

constexpr std::int64_t lines_at_once = 250;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// The `q` of a media range, `;q=0.5` and the like: 1 where it says none.
double quality_of(std::string_view parameters) {
  for (const auto part : std::views::split(parameters, ';')) {
    const auto one = trimmed({part.begin(), part.end()});
    double quality = 0;
    const bool says = one.size() > 2 && same_token(one.substr(0, 2), "q=");
    if (says && std::from_chars(one.data() + 2, one.data() + one.size(), quality).ec == std::errc{}) return quality;
  }
  return 1;
}

/// How much `accept` wants a media type that it names; 0 where it does not.
double wanted(std::string_view accept, std::string_view type) {
  for (const auto part : std::views::split(accept, ',')) {
    const std::string_view range{part.begin(), part.end()};
    const auto end = range.find(';');
    if (same_token(trimmed(range.substr(0, end)), type)) return end == range.npos ? 1 : quality_of(range.substr(end + 1));
  }
  return 0;
}

/// What is still to come of a file.
struct Rest {
  NextCsvLines next;
  std::string after;
  bool more;
};

Task<std::string> next_piece(Rest& rest) {
  if (!rest.more) co_return "";
  auto lines = co_await rest.next(rest.after, lines_at_once);
  rest.after = std::move(lines.last_id);
  rest.more = lines.more;
  co_return std::move(lines.text);
}

}  // namespace

bool wants_csv(const Request& request) {
  if (const auto format = request.query_param("format")) {
    if (*format != "csv" && *format != "json") throw unacceptable("?format", "must be one of json, csv");
    return *format == "csv";
  }
  const auto accept = request.header("Accept");
  return wanted(accept, "text/csv") > wanted(accept, "application/json");
}

Task<Response> csv_answer(const Request& request, const Page& page, std::string file_name, std::string head, NextCsvLines next) {
  auto lines = co_await next(page.after, page.limited ? page.limit : lines_at_once);
  Response response;
  response.content_type = "text/csv; charset=utf-8; header=present";
  response.set("Content-Disposition", "attachment; filename=\"" + file_name + ".csv\"");
  response.set("Cache-Control", "private, no-cache");
  response.set("X-Content-Type-Options", "nosniff");
  // Whoever asks so opens it in a spreadsheet, and Excel takes it for UTF-8 only with the mark. Programs would take the mark for a part of the first name.
  if (request.query_param("format")) response.body = byte_order_mark;
  response.body += head;
  response.body += lines.text;
  if (!lines.more) co_return response;
  if (page.limited) {
    response.set("Link", next_page(request, lines.last_id));
  } else {
    response.more = [rest = std::make_shared<Rest>(std::move(next), std::move(lines.last_id), true)] { return next_piece(*rest); };
  }
  co_return response;
}

}  // namespace billing::http
