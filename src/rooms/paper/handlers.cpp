#include "rooms/paper/handlers.hpp"

#include "platform/http/answer.hpp"
#include "platform/runtime/digest.hpp"
#include "rooms/paper/load.hpp"
#include "rooms/paper/logo.hpp"
#include "rooms/paper/words.hpp"

namespace billing::paper {
namespace {

Task<http::Response> printed(const http::Request& request, Paper paper, Press press) {
  if (paper.lines.size() > most_lines) {
    throw Refusal(422, "document_too_long",
                  "This has more than " + count_text(most_lines) + " lines, which is more than fits a PDF. Its JSON has them all.");
  }
  const auto name = paper.number.empty() ? std::string{"draft"} : paper.number;
  auto pdf = co_await press.thread.run(press.home, [paper = std::move(paper)] { return print(paper); });
  http::Response response;
  response.content_type = "application/pdf";
  const auto etag = '"' + sha256_hex(pdf).substr(0, 32) + '"';
  response.set("ETag", etag);
  response.set("Cache-Control", "private, no-cache");
  response.set("Content-Disposition", "inline; filename=\"" + name + ".pdf\"");
  response.set("X-Content-Type-Options", "nosniff");
  if (http::has_already(request, etag)) {
    response.status = 304;
  } else {
    response.body = std::move(pdf);
  }
  co_return response;
}

}  // namespace

Task<http::Response> get_invoice_pdf(Context& context, const http::Request& request, Press press) {
  const auto user_id = http::path_id<UserId>(request, 0, "user");
  const auto id = http::path_id<InvoiceId>(request, 1, "invoice");
  const auto invoice = co_await invoices::find_invoice(context.db, id);
  if (!invoice || invoice->user_id != user_id) throw not_found("The user has no invoice " + id.text() + ".");
  auto paper = (co_await load_invoice(context.db, id)).value();
  co_return co_await printed(request, std::move(paper), press);
}

Task<http::Response> get_credit_note_pdf(Context& context, const http::Request& request, Press press) {
  const auto id = http::path_id<CreditNoteId>(request, 0, "credit note");
  auto note = co_await credit_notes::find_note(context.db, id);
  if (!note) throw not_found("There is no credit note " + id.text() + ".");
  auto invoice = co_await invoices::find_invoice(context.db, note->invoice_id);
  auto user = co_await users::require_user(context.db, note->user_id);
  const CreditNoteParts parts{*std::move(note), co_await credit_notes::find_lines(context.db, id), std::move(invoice).value(),
                              std::move(user)};
  auto paper = paper_of(parts);
  paper.logo = co_await logo_of(context.db, id);
  co_return co_await printed(request, std::move(paper), press);
}

}  // namespace billing::paper
