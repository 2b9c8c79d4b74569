#include "rooms/credit_notes/handlers.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "rooms/credit_notes/credit_note_json.hpp"
#include "rooms/list.hpp"

namespace billing::credit_notes {

Task<http::Response> list_credit_notes(Context& context, const http::Request& request) {
  const auto page = http::Page::of(request, {"user_id", "invoice_id", "format"});
  const Filter filter{http::query_id<UserId>(request, "user_id"), http::query_id<InvoiceId>(request, "invoice_id")};
  auto find = [filter](pg::Session& db, auto after, auto limit) { return find_notes(db, filter, std::move(after), limit); };
  if (http::wants_csv(request)) co_return co_await file(context, request, page, std::move(find), csv_columns(), "credit_notes");
  boost::json::array items;
  for (const auto& note : co_await find(context.db, page.after, page.fetch())) {
    items.push_back(to_json(note, co_await find_lines(context.db, note.id)));
  }
  auto response = http::list_answer(request, page, std::move(items));
  response.set("Vary", "Accept");
  co_return response;
}

Task<http::Response> get_credit_note(Context& context, const http::Request& request) {
  const auto id = http::path_id<CreditNoteId>(request, 0, "credit note");
  const auto note = co_await find_note(context.db, id);
  if (!note) throw not_found("There is no credit note " + id.text() + ".");
  co_return http::answer(200, to_json(*note, co_await find_lines(context.db, id)));
}

}  // namespace billing::credit_notes
