#include "rooms/settings/handlers.hpp"

#include <boost/json.hpp>

#include "base/base64.hpp"
#include "platform/http/answer.hpp"
#include "platform/pdf/canvas.hpp"
#include "rooms/settings/store.hpp"
#include "rooms/users/address.hpp"
#include "rooms/users/email.hpp"

namespace billing::settings {
namespace {

constexpr std::size_t most_logo_bytes = 100'000;

void parse_logo(json::Object& body, std::optional<std::string>& logo) {
  if (!body.has("logo")) return;
  const auto errors = body.error_count();
  logo = body.nullable_text("logo", 200'000);
  if (!logo || body.error_count() > errors) return;
  const auto png = decode_base64(*logo);
  if (!png) {
    body.fail("logo", "must be a PNG in base64 with its padding, on one line");
  } else if (png->size() > most_logo_bytes) {
    body.fail("logo", "must be at most 100 kB");
  } else if (const auto problem = pdf::picture_problem(*png)) {
    body.fail("logo", *problem + ": a PNG of at most 100 kB, in base64, is needed");
  }
}

Seller parse_seller(json::Object& body, Seller seller) {
  const auto read = [&body](std::string_view name, std::size_t most, std::optional<std::string>& into) {
    if (body.has(name)) into = body.nullable_text(name, most);
  };
  read("name", 200, seller.name);
  if (body.has("address")) seller.address_json = users::parse_address(body, "address");
  read("tax_id", 100, seller.tax_id);
  read("email", 254, seller.email);
  if (body.has("email") && seller.email && !users::is_email(*seller.email)) {
    body.fail("email", "must be an e-mail address, such as billing@example.com");
  }
  read("footer", 1000, seller.footer);
  parse_logo(body, seller.logo);
  return seller;
}

boost::json::object to_json(const Seller& seller) {
  return {{"version", seller.version},
          {"name", http::nullable(seller.name)},
          {"address", users::address_json(seller.address_json)},
          {"tax_id", http::nullable(seller.tax_id)},
          {"email", http::nullable(seller.email)},
          {"footer", http::nullable(seller.footer)},
          {"logo", http::nullable(seller.logo)},
          {"updated_at", to_text(seller.created_at)}};
}

}  // namespace

Task<http::Response> get_settings(Context& context, const http::Request& request) {
  request.allow_query_params({});
  co_return http::answer(200, to_json(co_await find_seller(context.db)));
}

Task<http::Response> patch_settings(Context& context, const http::Request& request) {
  auto body = http::json_body(request);
  auto tx = co_await context.db.begin();
  lock_seller(tx);
  const auto after = parse_seller(body, co_await find_seller(tx));
  body.finish();
  insert_seller(tx, context, after);
  const auto saved = co_await find_seller(tx);
  co_await tx.commit();
  co_return http::answer(200, to_json(saved));
}

}  // namespace billing::settings
