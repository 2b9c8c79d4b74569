#include "rooms/payment_methods/handlers.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "platform/runtime/digest.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/invoices/collecting.hpp"
#include "rooms/payment_methods/choose.hpp"
#include "rooms/payment_methods/setups.hpp"
#include "rooms/users/patch_user.hpp"

namespace billing::payment_methods {
namespace {

boost::json::object to_json(const providers::Method& method, bool is_default) {
  return {{"payment_method", method.id},
          {"type", method.type},
          {"brand", http::nullable(method.brand)},
          {"last4", http::nullable(method.last4)},
          {"expiry_month", http::nullable(method.expiry_month)},
          {"expiry_year", http::nullable(method.expiry_year)},
          {"default", is_default}};
}

}  // namespace

Task<http::Response> list_methods(Context& context, const http::Request& request, const Providers& providers) {
  const auto user = co_await users::require_user(context.db, http::path_id<UserId>(request, 0, "user"));
  auto& provider = providers.current();
  const auto customer = co_await known_customer(context.db, provider, user);
  boost::json::array out;
  if (provider.keeps_customers() && !customer.reference) co_return http::answer(200, out);  // it does not know the user yet
  for (const auto& method : require(co_await provider.methods(customer), provider)) {
    out.push_back(to_json(method, method.id == user.payment_method));
  }
  co_return http::answer(200, out);
}

Task<http::Response> add_method(Context& context, const http::Request& request, const Providers& providers) {
  const auto id = http::path_id<UserId>(request, 0, "user");
  auto body = http::json_body(request);
  const auto wish = body.text("payment_method", 255);
  body.finish();
  const auto user = co_await users::require_user(context.db, id);
  auto& provider = providers.current();
  const auto method = require(co_await provider.attach(co_await customer_of(context, provider, user), wish), provider, "/payment_method");
  auto tx = co_await context.db.begin();
  co_await choose(tx, context, id, method.id);
  co_await tx.commit();
  co_return http::answer(201, to_json(method, true));
}

namespace {

/// The user is charged by it no longer, before the provider forgets it.
Task<void> let_go(Context& context, UserId id, const std::string& method) {
  auto tx = co_await context.db.begin();
  users::lock_users(tx, {id});
  const auto before = co_await users::require_version(tx, id);
  if (before.user.payment_method == method) {
    auto after = before.user;
    after.payment_method.reset();
    auto here = context.with(tx);
    co_await users::save_user(here, before, after);
  }
  audit::record(tx, context, {{"user.payment_method_removed", "user", id.text(), id.text(), {}, {}}});
  co_await tx.commit();
}

}  // namespace

Task<http::Response> remove_method(Context& context, const http::Request& request, const Providers& providers) {
  const auto user = co_await users::require_user(context.db, http::path_id<UserId>(request, 0, "user"));
  const auto& method = request.path_params.at(1);
  auto& provider = providers.current();
  const auto customer = co_await known_customer(context.db, provider, user);
  const auto methods = require(co_await provider.methods(customer), provider);
  if (std::ranges::find(methods, method, &providers::Method::id) == methods.end()) {
    throw not_found("The user has no payment method " + method + ".");
  }
  co_await let_go(context, user.id, method);
  require(co_await provider.detach(customer, method), provider);
  http::Response response;
  response.status = 204;
  co_return response;
}

namespace {

/// An absolute http(s) URL, without blanks or controls.
bool is_url(std::string_view text) {
  const auto rest = text.starts_with("https://") ? text.substr(8) : text.starts_with("http://") ? text.substr(7) : std::string_view{};
  return !rest.empty() && rest.front() != '/' && std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

Task<http::Response> set_up(Context& context, const http::Request& request, const Providers& providers,
                            std::optional<std::string> request_key) {
  const auto id = http::path_id<UserId>(request, 0, "user");
  auto body = http::json_body(request);
  const auto errors = body.error_count();
  const auto return_url = body.text("return_url", 2000);
  if (body.error_count() == errors && !is_url(return_url)) body.fail("return_url", "must be a URL, such as https://example.com/account");
  body.finish();
  const auto user = co_await users::require_user(context.db, id);
  auto& provider = providers.current();
  const auto customer = co_await customer_of(context, provider, user);
  const auto key = "setup-" + (request_key ? sha256_hex(id.text() + '\n' + *request_key).substr(0, 32) : SetupId{new_uuid7()}.text());
  const auto link = require(co_await provider.set_up(customer, return_url, key), provider);
  co_await keep_setup(context, id, provider.name(), link.reference);
  co_return http::answer(201, boost::json::object{{"url", link.url}});
}

namespace {
// Whoever bills the user has it locked. That is waited for by itself, and by one at a time: no connection that others need is held meanwhile.
constexpr pg::Statement wait_for_user{"SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE", pg::Planned::once, pg::Lane::alone};
constexpr pg::Statement be_impatient{"SELECT set_config('lock_timeout', '500', true)"};
}  // namespace

Task<http::Response> patch_user(Context& context, const http::Request& request) {
  if (!request.body.contains("payment_method")) co_return co_await users::patch_user(context, request);
  const auto id = http::path_id<UserId>(request, 0, "user");
  co_await context.db.query(wait_for_user, pg::Params{}.add(id.text()));
  auto tx = co_await context.db.begin();
  tx.send(be_impatient, {});
  users::lock_users(tx, {id});
  const auto before = co_await users::require_user(tx, id);
  auto here = context.with(tx);
  auto response = co_await users::patch_user(here, request);
  const auto after = co_await users::require_user(tx, id);
  if (after.payment_method && after.payment_method != before.payment_method) co_await invoices::collect_anew(tx, context, id);
  co_await tx.commit();
  co_return response;
}

}  // namespace billing::payment_methods
