#include "rooms/credit_notes/handlers.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "rooms/credit_notes/credit_note_json.hpp"

namespace billing::credit_notes {

Task<http::Response> list_credit_notes(Context& context, const http::Request& request) {
  request.allow_query_params({"user_id", "invoice_id", "limit", "after"});
  const auto page = http::Page::of(request);
  const Filter filter{http::query_id<UserId>(request, "user_id"), http::query_id<InvoiceId>(request, "invoice_id")};
  boost::json::array items;
  for (const auto& note : co_await find_notes(context.db, filter, page.after, page.fetch())) {
    items.push_back(to_json(note, co_await find_lines(context.db, note.id)));
  }
  co_return http::list_answer(request, page, std::move(items));
}

Task<http::Response> get_credit_note(Context& context, const http::Request& request) {
  const auto id = http::path_id<CreditNoteId>(request, 0, "credit note");
  const auto note = co_await find_note(context.db, id);
  if (!note) throw not_found("There is no credit note " + id.text() + ".");
  co_return http::answer(200, to_json(*note, co_await find_lines(context.db, id)));
}

}  // namespace billing::credit_notes
