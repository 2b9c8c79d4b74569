#include "rooms/emails/send_emails.hpp"

#include <algorithm>

#include "platform/runtime/log.hpp"
#include "rooms/emails/compose.hpp"
#include "rooms/paper/load.hpp"

namespace billing::emails {
namespace {

using outbound::Handed;

constexpr std::int64_t at_once = 4;
constexpr auto after_nobody_answered = std::chrono::seconds{5};
constexpr auto writes_down_for = std::chrono::hours{1};

/// The invoice as its customer gets it; nothing where it is longer than a PDF may be.
Task<std::optional<Attachment>> pdf_of(Context& context, const Post& post, InvoiceId id) {
  auto paper = co_await paper::load_invoice(context.db, id);
  if (!paper || paper->lines.size() > paper::most_lines) co_return std::nullopt;
  const auto name = paper->number + ".pdf";
  auto pdf = co_await post.press.run(post.home, [paper = *std::move(paper)] { return paper::print(paper); });
  co_return Attachment{name, "application/pdf", std::move(pdf)};
}

Ended ended(const Claimed& email, const outbound::HandedOver& handed) {
  Ended ended{.status = "pending", .code = handed.code, .reply = handed.reply};
  switch (handed.handed) {
    case Handed::accepted: ended.status = "sent"; break;
    case Handed::refused: ended.status = "refused"; break;
    case Handed::unknown: ended.status = "unknown"; break;
    case Handed::put_off:
    case Handed::unreachable:
      ended.again_after = again_after(email.attempts);
      if (!ended.again_after) ended.status = "given_up";
  }
  return ended;
}

Task<Ended> hand_over(Context& context, const Post& post, const Claimed& email) {
  const auto facts = co_await facts_of(context.db, email.id);
  if (const auto why = pointless(email.kind, facts); !why.empty()) co_return Ended{.status = "canceled", .reply = std::string{why}};
  // Real time: also under a simulated clock the mail goes out now.
  auto message = compose(email.id, email.kind, facts, post.from, SystemClock{}.now());
  if (email.kind == "invoice_issued" && email.invoice) message.attachment = co_await pdf_of(context, post, *email.invoice);
  const auto handed = co_await post.smtp.send({.from = post.from.address, .to = facts.email, .text = to_text(message)},
                                              [&]() -> Task<bool> { return note_ending(context.db, email); });
  auto result = ended(email, handed);
  result.to_address = facts.email;
  result.subject = message.subject;
  co_return result;
}

/// What became of the mail is known here alone: while PostgreSQL is away, it waits to be told.
Task<void> write_down(Context& context, Reactor& home, const Claimed& email, const Ended& result, const Sending& sending) {
  const auto until = std::chrono::steady_clock::now() + writes_down_for;
  std::chrono::milliseconds wait{250};
  while (true) {
    try {
      co_await finish(context.db, email, result);
      co_return;
    } catch (const std::exception& error) {
      if (sending.stopping || std::chrono::steady_clock::now() >= until) {
        log::error("email_not_finished", {{"email_id", email.id.text()}, {"status", result.status}, {"error", error.what()}});
        co_return;
      }
    }
    co_await home.sleep(wait);
    wait = std::min<std::chrono::milliseconds>(wait * 2, std::chrono::seconds{5});
  }
}

Task<void> send_one(Context context, Post post, Claimed email, Sending& sending) {
  Ended result{.status = "pending", .again_after = again_after(email.attempts)};
  try {
    result = co_await hand_over(context, post, email);
    const bool reached = result.status != "pending" || result.code != 0;
    if (!reached) sending.not_before = std::chrono::steady_clock::now() + after_nobody_answered;
  } catch (const std::exception& error) {
    log::warn("email_not_sent", {{"email_id", email.id.text()}, {"error", error.what()}});
    result.reply = "it could not be made: see the log";
    if (!result.again_after) result.status = "given_up";
  }
  if (result.status != "sent")
    log::info("email_not_taken", {{"email_id", email.id.text()}, {"status", result.status}, {"code", result.code}});
  co_await write_down(context, post.home, email, result, sending);
}

}  // namespace

Task<bool> send_due(Context context, Post post, Sending& sending) {
  co_await end_unknown(context.db);
  const auto room = at_once - static_cast<std::int64_t>(sending.mails.active());
  if (room <= 0 || std::chrono::steady_clock::now() < sending.not_before) co_return false;
  const auto claimed = co_await claim_due(context.db, context.process, room);
  for (const auto& email : claimed) sending.mails.spawn(send_one(context, post, email, sending));
  co_return !claimed.empty();
}

}  // namespace billing::emails
