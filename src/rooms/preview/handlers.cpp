#include "rooms/preview/handlers.hpp"

#include <boost/json.hpp>
#include <set>

#include "base/int128.hpp"
#include "platform/http/answer.hpp"
#include "rooms/credit_notes/credit_note_json.hpp"
#include "rooms/invoices/invoice_json.hpp"
#include "rooms/preview/preview.hpp"

namespace billing::preview {
namespace {

constexpr std::size_t most_changes = 10;
constexpr auto farthest_ahead = std::chrono::days{366};

std::variant<When, Date> parse_at(json::Object& body, Date today) {
  const auto text = body.optional_text("at", 64).value_or("now");
  if (text == "now") return When::now;
  if (text == "period_end") return When::period_end;
  const auto day = parse_date(text);
  if (!day) {
    body.fail("at", R"(must be "now", "period_end" or a day, such as 2026-02-28)");
  } else if (*day < today || *day > today + farthest_ahead) {
    body.fail("at", "must be a day from today (" + to_text(today) + ") to 366 days ahead");
  }
  return day.value_or(today);
}

/// A subscribe body; it need not say whose it is once more.
subscriptions::SubscribeWish parse_subscribe(json::Object& item, UserId user) {
  auto wish = subscriptions::parse_subscribe_terms(item);
  wish.user_id = user;
  if (item.has("user_id") && http::body_id<UserId>(item, "user_id") != user) item.fail("user_id", "must be the user of the preview");
  return wish;
}

Change parse_change(json::Object& item, UserId user) {
  const auto errors = item.error_count();
  const auto action = item.text("action");
  if (action == "subscribe") return parse_subscribe(item, user);
  const auto id = http::body_id<SubscriptionId>(item, "subscription_id");
  if (action == "change") return CallOf{id, subscriptions::parse_change(item)};
  if (action == "pause") return CallOf{id, subscriptions::parse_pause(item)};
  if (action == "cancel") return CallOf{id, subscriptions::parse_cancel(item)};
  if (action != "resume" && item.error_count() == errors) item.fail("action", "must be one of subscribe, change, pause, resume, cancel");
  return CallOf{id, subscriptions::resume_call()};
}

Question parse_question(const http::Request& request, Date today) {
  auto body = http::json_body(request);
  Question question;
  question.user_id = http::body_id<UserId>(body, "user_id");
  question.at = parse_at(body, today);
  if (body.has("changes")) {
    body.array("changes", 0, most_changes,
               [&question](json::Object& item, std::size_t) { question.changes.push_back(parse_change(item, question.user_id)); });
  }
  body.finish();
  return question;
}

/// What has no name and no time yet.
void blank(boost::json::object& document) {
  for (const auto* member : {"id", "number", "created_at", "updated_at"}) {
    if (document.contains(member)) document[member] = nullptr;
  }
}

boost::json::array invoices_json(const Preview& preview) {
  boost::json::array out;
  for (const auto& [invoice, lines] : preview.invoices) {
    auto document = invoices::to_json(invoice, invoice.created_at);
    blank(document);
    document["lines"] = invoices::to_json(lines);
    document["payments"] = boost::json::array{};
    out.push_back(std::move(document));
  }
  return out;
}

/// A note on an invoice of the same preview cannot name it.
boost::json::array notes_json(const Preview& preview) {
  std::set<InvoiceId> previewed;
  for (const auto& [invoice, lines] : preview.invoices) previewed.insert(invoice.id);
  boost::json::array out;
  for (const auto& [note, lines] : preview.notes) {
    auto document = credit_notes::to_json(note, lines);
    blank(document);
    if (previewed.contains(note.invoice_id)) document["invoice_id"] = nullptr;
    if (auto* refund = document["refund"].if_object()) (*refund)["id"] = nullptr;
    out.push_back(std::move(document));
  }
  return out;
}

/// What the invoices come to less the credit notes, by currency.
boost::json::object totals_json(const Preview& preview) {
  std::map<std::string, Int128, std::less<>> totals;
  for (const auto& [invoice, lines] : preview.invoices) totals[std::string{invoice.amount.currency().code()}] += invoice.amount.minor();
  for (const auto& [note, lines] : preview.notes) totals[std::string{note.amount.currency().code()}] -= note.amount.minor();
  boost::json::object out;
  for (const auto& [currency, total] : totals) out[currency] = narrowed(total, "the total of the preview");
  return out;
}

}  // namespace

Task<http::Response> preview_invoices(Context& context, const http::Request& request) {
  auto question = parse_question(request, context.clock.today());
  const auto preview = co_await billing::preview::preview(context, std::move(question));
  co_return http::answer(
      200, boost::json::object{
               {"invoices", invoices_json(preview)}, {"credit_notes", notes_json(preview)}, {"total_cents", totals_json(preview)}});
}

}  // namespace billing::preview
