#include <algorithm>
#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "rooms/credit_notes/credit_note_json.hpp"
#include "rooms/invoices/give_credit.hpp"
#include "rooms/invoices/handlers.hpp"

namespace billing::invoices {
namespace {

constexpr std::size_t most_lines = 1000;

CreditWish parse_credit(json::Object& body) {
  CreditWish wish;
  wish.user_id = http::body_id<UserId>(body, "user_id");
  wish.invoice_id = http::body_id<InvoiceId>(body, "invoice_id");
  wish.amount = body.optional_integer("amount_cents", 1);
  if (body.has("lines")) {
    body.array("lines", 1, most_lines, [&wish](json::Object& line, std::size_t) {
      const auto id = http::body_id<InvoiceLineId>(line, "line_id");
      wish.lines.emplace_back(id, line.integer("amount_cents", 1));
    });
    if (wish.amount) body.fail("lines", "cannot be given together with `amount_cents`");
  }
  const auto errors = body.error_count();
  wish.reason = body.text("reason", 64);
  if (body.error_count() == errors &&
      std::ranges::find(credit_notes::goodwill_reasons, wish.reason) == std::end(credit_notes::goodwill_reasons)) {
    body.fail("reason", "must be one of goodwill, duplicate, product_unsatisfactory, uncollectible, other");
  }
  wish.memo = body.optional_text("memo", 1000);
  const auto credit_to = body.optional_text("credit_to").value_or("balance");
  if (credit_to != "balance" && credit_to != "refund") body.fail("credit_to", R"(must be "balance" or "refund")");
  wish.refund = credit_to == "refund";
  return wish;
}

}  // namespace

Task<http::Response> create_credit_note(Context& context, const http::Request& request) {
  auto body = http::json_body(request);
  auto wish = parse_credit(body);
  body.finish();
  const auto id = co_await give_credit(context, std::move(wish));
  const auto note = co_await credit_notes::find_note(context.db, id);
  auto response = http::answer(201, credit_notes::to_json(note.value(), co_await credit_notes::find_lines(context.db, id)));
  response.set("Location", "/credit_notes/" + id.text());
  co_return response;
}

}  // namespace billing::invoices
