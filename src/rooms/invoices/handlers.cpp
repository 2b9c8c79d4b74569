#include "rooms/invoices/handlers.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "rooms/invoices/invoice_json.hpp"
#include "rooms/invoices/run/bill_together.hpp"
#include "rooms/invoices/store.hpp"
#include "rooms/invoices/void_invoice.hpp"
#include "rooms/list.hpp"
#include "rooms/totals.hpp"
#include "rooms/users/store.hpp"

namespace billing::invoices {
namespace {

/// As insert_invoices.cpp writes them: four digits of the year, and six or more within it.
bool is_invoice_number(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() >= 11 && text[4] == '-' && std::ranges::all_of(text.substr(0, 4), digit) && std::ranges::all_of(text.substr(5), digit);
}

InvoiceFilter parse_filter(const http::Request& request, Date today) {
  InvoiceFilter filter{};
  filter.number = request.query_param("number");
  if (filter.number && !is_invoice_number(*filter.number)) throw unacceptable("?number", "must be an invoice number, such as 2026-000001");
  filter.user = http::query_id<UserId>(request, "user_id");
  if (const auto text = request.query_param("status")) {
    filter.status = parse_invoice_status(*text);
    if (!filter.status) throw unacceptable("?status", "must be one of open, paid, void");
  }
  if (const auto text = request.query_param("collection")) {
    filter.collection = parse_collection(*text);
    if (!filter.collection) throw unacceptable("?collection", "must be one of pending, retrying, uncollected, done");
  }
  filter.from = http::query_date(request, "from");
  filter.to = http::query_date(request, "to");
  filter.overdue = http::query_flag(request, "overdue");
  filter.today = today;
  return filter;
}

}  // namespace

Task<http::Response> list_invoices(Context& context, const http::Request& request) {
  const auto page = http::Page::of(request, {"number", "status", "collection", "user_id", "from", "to", "overdue", "format"});
  auto find = [filter = parse_filter(request, context.clock.today())](pg::Session& db, auto after, auto limit) {
    return find_invoices(db, filter, std::move(after), limit);
  };
  const auto json = [now = context.clock.now()](const Invoice& invoice) { return to_json(invoice, now); };
  co_return co_await list_or_file(context, request, page, std::move(find), json, csv_columns(), "invoices");
}

Task<http::Response> list_invoice_lines(Context& context, const http::Request& request) {
  const auto page = http::Page::of(request, {"number", "status", "collection", "user_id", "from", "to", "overdue", "format"});
  auto find = [filter = parse_filter(request, context.clock.today())](pg::Session& db, auto after, auto limit) {
    return find_lines(db, filter, std::move(after), limit);
  };
  const auto json = [](const ListedLine& line) { return to_json(line); };
  co_return co_await list_or_file(context, request, page, std::move(find), json, csv_columns_of_lines(), "invoice_lines");
}

Task<http::Response> sum_up_invoices(Context& context, const http::Request& request) {
  request.allow_query_params({"number", "status", "collection", "user_id", "from", "to", "overdue"});
  boost::json::array amounts;
  const auto filter = parse_filter(request, context.clock.today());
  for (const auto& total : co_await find_totals(context.db, filter, most_summed_up + 1)) {
    amounts.push_back(boost::json::object{{"currency", total.currency},
                                          {"count", total.count},
                                          {"amount_cents", fitting(total.amount_cents)},
                                          {"due_cents", fitting(total.due_cents)}});
  }
  co_return totals_answer(std::move(amounts));
}

Task<http::Response> list_user_invoices(Context& context, const http::Request& request) {
  const auto user_id = http::path_id<UserId>(request, 0, "user");
  const auto page = http::Page::of(request, {});
  boost::json::array items;
  InvoiceFilter filter{};
  filter.user = user_id;
  const auto now = context.clock.now();
  for (const auto& invoice : co_await find_invoices(context.db, filter, page.after, page.fetch())) items.push_back(to_json(invoice, now));
  if (items.empty()) co_await users::require_user(context.db, user_id);
  co_return http::list_answer(request, page, std::move(items));
}

Task<http::Response> void_invoice(Context& context, const http::Request& request) {
  const auto user_id = http::path_id<UserId>(request, 0, "user");
  const auto invoice_id = http::path_id<InvoiceId>(request, 1, "invoice");
  http::require_no_members(request);
  co_return http::answer(200, to_json(co_await void_invoice(context, user_id, invoice_id), context.clock.now()));
}

}  // namespace billing::invoices
