#include "rooms/emails/handlers.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "platform/http/list.hpp"
#include "rooms/emails/store.hpp"

namespace billing::emails {
namespace {

boost::json::object to_json(const Email& email) {
  return {{"id", email.id.text()},
          {"kind", email.kind},
          {"user_id", email.user_id.text()},
          {"invoice_id", http::nullable(email.invoice_id)},
          {"payment_id", http::nullable(email.payment_id)},
          {"subscription_id", http::nullable(email.subscription_id)},
          {"status", email.status},
          {"to", http::nullable(email.to_address)},
          {"subject", http::nullable(email.subject)},
          {"attempts", email.attempts},
          {"next_attempt_at", http::nullable(email.due_at)},
          {"attempted_at", http::nullable(email.attempted_at)},
          {"code", http::nullable(email.code)},
          {"reply", http::nullable(email.reply)},
          {"sent_at", http::nullable(email.sent_at)},
          {"created_at", to_text(email.created_at)}};
}

http::Response answer(const Settings& settings, bool sends) {
  boost::json::object kinds;
  for (const auto& [kind, on] : settings.kinds) kinds[kind] = on;
  return http::answer(
      200, boost::json::object{{"sends", sends}, {"kinds", std::move(kinds)}, {"payment_url", http::nullable(settings.payment_url)}});
}

bool is_url(const std::string& text) {
  const bool plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '<' && c != '>'; });
  return plain && (text.starts_with("https://") || text.starts_with("http://")) && text.size() > 8;
}

}  // namespace

Task<http::Response> list_emails(Context& context, const http::Request& request) {
  const auto page = http::Page::of(request, {"user_id", "status"});
  const EmailFilter filter{http::query_id<UserId>(request, "user_id"), request.query_param("status")};
  if (filter.status && std::ranges::find(statuses, *filter.status) == std::end(statuses)) {
    throw unacceptable("?status", "must be one of pending, sent, refused, given_up, unknown, canceled");
  }
  co_return co_await http::list_page(request, page, find_emails(context.db, filter, page.after, page.fetch()), to_json);
}

Task<http::Response> get_email_settings(Context& context, const http::Request& request, bool sends) {
  request.allow_query_params({});
  co_return answer(co_await find_settings(context.db), sends);
}

Task<http::Response> patch_email_settings(Context& context, const http::Request& request, bool sends) {
  auto body = http::json_body(request);
  auto tx = co_await context.db.begin();
  auto settings = co_await find_settings(tx);
  body.optional_object("kinds", [&settings](json::Object& kinds) {
    for (auto& [kind, on] : settings.kinds) on = kinds.optional_boolean(kind).value_or(on);
  });
  if (body.has("payment_url")) {
    settings.payment_url = body.nullable_text("payment_url", 500);
    if (settings.payment_url && !is_url(*settings.payment_url)) {
      body.fail("payment_url", "must be a URL, such as https://app.example.com/billing?user={external_id}");
    }
  }
  body.finish();
  save_settings(tx, context, settings);
  const auto saved = co_await find_settings(tx);
  co_await tx.commit();
  co_return answer(saved, sends);
}

}  // namespace billing::emails
