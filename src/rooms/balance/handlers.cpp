#include "rooms/balance/handlers.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "platform/http/list.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/grants/store.hpp"
#include "rooms/invoices/apply_grant.hpp"
#include "rooms/users/store.hpp"

namespace billing::balance {
namespace {

using grants::Grant;

boost::json::object to_json(const Grant& grant) {
  return {{"id", grant.id.text()},
          {"user_id", grant.user_id.text()},
          {"amount_cents", grant.amount.minor()},
          {"currency", grant.amount.currency().code()},
          {"left_cents", grant.left()},
          {"used_cents", grant.used},
          {"expires_on", http::nullable(grant.expires_on)},
          {"source", grants::to_text(grant.source)},
          {"credit_note_id", grant.credit_note ? boost::json::value(grant.credit_note->text()) : boost::json::value()},
          {"payment_id", grant.payment ? boost::json::value(grant.payment->text()) : boost::json::value()},
          {"refund_id", grant.refund ? boost::json::value(grant.refund->text()) : boost::json::value()},
          {"reason", http::nullable(grant.reason)},
          {"ended_at", http::nullable(grant.ended_at)},
          {"created_at", to_text(grant.created_at)}};
}

std::optional<Date> parse_expiry(json::Object& body, Date today) {
  const auto text = body.optional_text("expires_on", 10);
  if (!text) return std::nullopt;
  const auto day = parse_date(*text);
  if (!day) {
    body.fail("expires_on", "must be a date, such as 2026-12-31");
  } else if (*day <= today) {
    body.fail("expires_on", "must be after today: it can be used until the day before");
  }
  return day;
}

Grant parse_credit(const http::Request& request, UserId user, Instant now) {
  auto body = http::json_body(request);
  const auto amount = body.integer("amount_cents", 1);
  const auto errors = body.error_count();
  const auto code = body.text("currency", 3);
  const auto currency = Currency::parse(code);
  if (body.error_count() == errors && !currency) body.fail("currency", "must be an ISO 4217 code in upper case, such as USD");
  const auto expires_on = parse_expiry(body, date_of(now));
  auto reason = body.text("reason", 500);
  body.finish();
  return {.id = GrantId{new_uuid7()},
          .user_id = user,
          .amount = {amount, currency.value()},
          .expires_on = expires_on,
          .source = grants::GrantSource::credit,
          .credit_note = {},
          .reason = std::move(reason),
          .ended_at = {},
          .created_at = now};
}

}  // namespace

Task<http::Response> get_balance(Context& context, const http::Request& request) {
  const auto user = http::path_id<UserId>(request, 0, "user");
  co_await users::require_user(context.db, user);
  boost::json::array out;
  for (const auto& balance : co_await grants::balances_of(context.db, user, context.clock.today())) {
    out.push_back(boost::json::object{{"currency", balance.currency().code()}, {"balance_cents", balance.minor()}});
  }
  co_return http::answer(200, out);
}

Task<http::Response> list_credits(Context& context, const http::Request& request) {
  const auto user = http::path_id<UserId>(request, 0, "user");
  const auto page = http::Page::of(request, {});
  co_await users::require_user(context.db, user);
  co_return co_await http::list_page(request, page, grants::find_grants(context.db, user, page.after, page.fetch()), to_json);
}

Task<http::Response> create_credit(Context& context, const http::Request& request) {
  const auto user = http::path_id<UserId>(request, 0, "user");
  const auto grant = parse_credit(request, user, context.clock.now());
  co_await users::require_user(context.db, user);
  co_await invoices::apply_grant(context, grant);
  const auto made = co_await grants::find_grant(context.db, grant.id);
  co_return http::answer(201, to_json(made.value()));
}

Task<http::Response> end_credit(Context& context, const http::Request& request) {
  const auto user = http::path_id<UserId>(request, 0, "user");
  const auto id = http::path_id<GrantId>(request, 1, "credit");
  auto tx = co_await context.db.begin();
  users::lock_users(tx, {user});
  const auto grant = co_await grants::find_grant(tx, id);
  if (!grant || grant->user_id != user) throw not_found("The user has no credit " + id.text() + ".");
  grants::end_grant(tx, context, *grant);
  co_await tx.commit();
  http::Response response;
  response.status = 204;
  co_return response;
}

}  // namespace billing::balance
