#include "app/http/routes.hpp"

#include "app/http/admin_ui.hpp"
#include "app/http/session_handlers.hpp"
#include "app/http/system_handlers.hpp"
#include "app/work/simulated_time.hpp"
#include "rooms/audit/handlers.hpp"
#include "rooms/balance/handlers.hpp"
#include "rooms/coupons/handlers.hpp"
#include "rooms/credit_notes/handlers.hpp"
#include "rooms/disputes/handlers.hpp"
#include "rooms/emails/handlers.hpp"
#include "rooms/events/handlers.hpp"
#include "rooms/invoices/handlers.hpp"
#include "rooms/items/handlers.hpp"
#include "rooms/migrations/handlers.hpp"
#include "rooms/paper/handlers.hpp"
#include "rooms/payment_methods/handlers.hpp"
#include "rooms/payments/handlers.hpp"
#include "rooms/plans/handlers.hpp"
#include "rooms/preview/handlers.hpp"
#include "rooms/provider_events/handlers.hpp"
#include "rooms/settings/handlers.hpp"
#include "rooms/stats/handlers.hpp"
#include "rooms/subscriptions/handlers.hpp"
#include "rooms/tax_rates/handlers.hpp"
#include "rooms/usage/handlers.hpp"
#include "rooms/users/handlers.hpp"
#include "rooms/webhooks/handlers.hpp"

namespace billing::app {
namespace {

using http::Method;
using keys::Scope;

/// A room's handler needs nothing of the App but its context.
template <Task<http::Response> (*Room)(Context&, const http::Request&)>
Task<http::Response> room(App&, Context& context, const http::Request& request) {
  return Room(context, request);
}

/// Another client's key that reads the same is another key: as in the table of stored answers, whoever sent it is a part of it.
Task<http::Response> pay_invoice(App& app, Context& context, const http::Request& request) {
  const auto collecting = app.collecting();
  auto key = idempotency::key_of(request);
  if (key) key = std::string{context.key_id} + '\n' + *key;
  co_return co_await payments::pay_invoice(context, request, collecting, std::move(key));
}

Task<http::Response> resolve_payment(App& app, Context& context, const http::Request& request) {
  const auto collecting = app.collecting();
  co_return co_await payments::resolve(context, request, collecting);
}

template <Task<http::Response> (*Handler)(Context&, const http::Request&, const providers::Providers&)>
Task<http::Response> at_provider(App& app, Context& context, const http::Request& request) {
  return Handler(context, request, app.providers);
}

Task<http::Response> set_up_method(App& app, Context& context, const http::Request& request) {
  auto key = idempotency::key_of(request);
  if (key) key = std::string{context.key_id} + '\n' + *key;
  co_return co_await payment_methods::set_up(context, request, app.providers, std::move(key));
}

Task<http::Response> record_usage(App& app, Context& context, const http::Request& request) {
  return usage::record_usage(context, request, app.shared.config.max_quantity);
}

Task<http::Response> record_usage_batch(App& app, Context& context, const http::Request& request) {
  return usage::record_usage_batch(context, request, app.shared.config.max_quantity);
}

Task<http::Response> receive_stripe_event(App& app, Context& context, const http::Request& request) {
  return provider_events::receive_stripe_event(context, request, app.stripe());
}

Task<http::Response> list_events(App& app, Context& context, const http::Request& request) {
  return events::list_events(context, request, {app.reactor, app.stopping});
}

/// What takes a URL to send to.
template <Task<http::Response> (*Room)(Context&, const http::Request&, bool)>
Task<http::Response> with_url(App& app, Context& context, const http::Request& request) {
  return Room(context, request, app.shared.config.webhooks_to_private);
}

template <Task<http::Response> (*Print)(Context&, const http::Request&, paper::Press)>
Task<http::Response> on_paper(App& app, Context& context, const http::Request& request) {
  return Print(context, request, {app.shared.press, app.reactor});
}

template <Task<http::Response> (*Handle)(Context&, const http::Request&, bool)>
Task<http::Response> on_mail(App& app, Context& context, const http::Request& request) {
  return Handle(context, request, app.shared.config.smtp.has_value());
}

constexpr std::size_t batch_body = 8 << 20;
constexpr std::size_t usual_body = 1 << 20;
constexpr auto joined = idempotency::Mode::one_transaction;
constexpr auto claimed = idempotency::Mode::claimed;
constexpr auto changes_nothing = idempotency::Mode::ignored;

constexpr Route table[] = {
    {Method::get, "/healthz", {}, healthz},
    {Method::get, "/readyz", {}, readyz},
    {Method::get, "/docs", {}, docs_page},
    {Method::get, "/openapi.yaml", {}, openapi_yaml},
    {Method::get, "/system", Scope::read, system_state},
    {Method::get, "/metrics", Scope::read, metrics_text},

    {Method::get, "/", {}, to_admin_ui},
    {Method::get, "/admin", {}, to_admin_ui},
    {Method::get, "/admin/{path...}", {}, admin_ui_file},

    {Method::get, "/me", Scope::read, get_me},
    {Method::post, "/session", {}, sign_in, usual_body, idempotency::Mode::ignored},
    {Method::delete_, "/session", {}, sign_out},

    {Method::get, "/plans", Scope::read, room<plans::list_plans>},
    {Method::post, "/plans", Scope::write, room<plans::create_plan>},
    {Method::post, "/plans/preview", Scope::read, room<preview::preview_plan>, usual_body, idempotency::Mode::ignored},
    {Method::get, "/plans/{code}", Scope::read, room<plans::get_plan>},
    {Method::patch, "/plans/{code}", Scope::write, room<plans::patch_plan>},
    {Method::get, "/plans/{code}/versions", Scope::read, room<plans::list_versions>},
    {Method::post, "/plans/{code}/versions", Scope::write, room<plans::create_version>},
    {Method::get, "/plans/{code}/versions/{version}", Scope::read, room<plans::get_version>},
    {Method::get, "/plans/{code}/migrations", Scope::read, room<migrations::list_migrations>},
    {Method::post, "/plans/{code}/migrations", Scope::write, room<migrations::create_migration>},
    {Method::get, "/plans/{code}/migrations/{id}", Scope::read, room<migrations::get_migration>},
    {Method::post, "/plans/{code}/migrations/{id}/stop", Scope::write, room<migrations::stop_migration>},

    {Method::get, "/users", Scope::read, room<users::list_users>},
    {Method::post, "/users", Scope::write, room<users::create_user>, usual_body, joined, Guard::user_rate},
    {Method::get, "/users/{id}", Scope::read, room<users::get_user>},
    {Method::patch, "/users/{id}", Scope::write, room<payment_methods::patch_user>},
    {Method::get, "/users/{id}/payment_methods", Scope::read, at_provider<payment_methods::list_methods>},
    {Method::post, "/users/{id}/payment_methods", Scope::write, at_provider<payment_methods::add_method>, usual_body, claimed},
    {Method::post, "/users/{id}/payment_methods/setup", Scope::write, set_up_method, usual_body, claimed},
    {Method::delete_, "/users/{id}/payment_methods/{method}", Scope::write, at_provider<payment_methods::remove_method>},
    {Method::post, "/users/{id}/anonymize", Scope::write, room<users::anonymize_user>},

    {Method::get, "/coupons", Scope::read, room<coupons::list_coupons>},
    {Method::post, "/coupons", Scope::write, room<coupons::create_coupon>},
    {Method::get, "/coupons/{code}", Scope::read, room<coupons::get_coupon>},
    {Method::patch, "/coupons/{code}", Scope::write, room<coupons::patch_coupon>},
    {Method::post, "/subscriptions/{id}/discounts", Scope::write, room<subscriptions::create_discount>},
    {Method::delete_, "/subscriptions/{id}/discounts/{discount_id}", Scope::write, room<subscriptions::delete_discount>},
    {Method::get, "/tax_rates", Scope::read, room<tax_rates::list_tax_rates>},
    {Method::post, "/tax_rates", Scope::write, room<tax_rates::create_tax_rate>},
    {Method::get, "/tax_rates/{code}", Scope::read, room<tax_rates::get_tax_rate>},
    {Method::patch, "/tax_rates/{code}", Scope::write, room<tax_rates::patch_tax_rate>},
    {Method::get, "/settings", Scope::admin, room<settings::get_settings>},
    {Method::patch, "/settings", Scope::admin, room<settings::patch_settings>},
    {Method::get, "/settings/emails", Scope::admin, on_mail<emails::get_email_settings>},
    {Method::patch, "/settings/emails", Scope::admin, on_mail<emails::patch_email_settings>},
    {Method::get, "/emails", Scope::read, room<emails::list_emails>},

    {Method::get, "/subscriptions", Scope::read, room<subscriptions::list_subscriptions>},
    {Method::post, "/subscriptions", Scope::write, room<subscriptions::create_subscription>},
    {Method::get, "/subscriptions/{id}", Scope::read, room<subscriptions::get_subscription>},
    {Method::get, "/subscriptions/{id}/terms", Scope::read, room<subscriptions::list_terms>},
    {Method::get, "/subscriptions/{id}/periods", Scope::read, room<subscriptions::list_periods>},
    {Method::get, "/subscriptions/{id}/pauses", Scope::read, room<subscriptions::list_pauses>},
    {Method::post, "/subscriptions/{id}/change", Scope::write, room<subscriptions::change_subscription>},
    {Method::delete_, "/subscriptions/{id}/pending", Scope::write, room<subscriptions::drop_pending_terms>},
    {Method::post, "/subscriptions/{id}/pause", Scope::write, room<subscriptions::pause_subscription>},
    {Method::post, "/subscriptions/{id}/resume", Scope::write, room<subscriptions::resume_subscription>},
    {Method::post, "/subscriptions/{id}/cancel", Scope::write, room<subscriptions::cancel_subscription>},
    {Method::post, "/subscriptions/{id}/uncancel", Scope::write, room<subscriptions::uncancel_subscription>},

    {Method::post, "/usage", Scope::ingest, record_usage},
    {Method::post, "/usage/batch", Scope::ingest, record_usage_batch, batch_body},
    {Method::post, "/usage/corrections", Scope::write, room<usage::correct_usage>},
    {Method::get, "/usage/{user_id}", Scope::read, room<usage::list_daily_usage>},
    {Method::get, "/usage/{user_id}/events", Scope::read, room<usage::list_usage_events>},

    {Method::get, "/invoices", Scope::read, room<invoices::list_invoices>},
    {Method::get, "/invoices/totals", Scope::read, room<invoices::sum_up_invoices>},
    {Method::get, "/invoice_lines", Scope::read, room<invoices::list_invoice_lines>},
    {Method::post, "/invoices/generate/{user_id}", Scope::write, room<invoices::generate_invoice>, usual_body, idempotency::Mode::shared},
    {Method::post, "/invoices/preview", Scope::read, room<preview::preview_invoices>, usual_body, changes_nothing},
    {Method::get, "/invoices/{user_id}", Scope::read, room<invoices::list_user_invoices>},
    {Method::get, "/invoices/{user_id}/{invoice_id}", Scope::read, room<payments::get_invoice>},
    {Method::get, "/invoices/{user_id}/{invoice_id}.pdf", Scope::read, on_paper<paper::get_invoice_pdf>},
    {Method::post, "/invoices/{user_id}/{invoice_id}/void", Scope::write, room<invoices::void_invoice>},
    {Method::post, "/invoices/{user_id}/{invoice_id}/pay", Scope::write, pay_invoice, usual_body, claimed},
    {Method::post, "/invoices/{user_id}/{invoice_id}/payments", Scope::write, room<payments::create_payment>},

    {Method::post, "/credit_notes", Scope::write, room<invoices::create_credit_note>},
    {Method::get, "/credit_notes", Scope::read, room<credit_notes::list_credit_notes>},
    {Method::get, "/credit_notes/{id}", Scope::read, room<credit_notes::get_credit_note>},
    {Method::get, "/credit_notes/{id}.pdf", Scope::read, on_paper<paper::get_credit_note_pdf>},
    {Method::get, "/users/{id}/items", Scope::read, room<items::list_items>},
    {Method::post, "/users/{id}/items", Scope::write, room<invoices::create_item>},
    {Method::get, "/users/{id}/items/{item_id}", Scope::read, room<items::get_item>},
    {Method::delete_, "/users/{id}/items/{item_id}", Scope::write, room<items::delete_item>},
    {Method::get, "/users/{id}/balance", Scope::read, room<balance::get_balance>},
    {Method::get, "/users/{id}/credits", Scope::read, room<balance::list_credits>},
    {Method::post, "/users/{id}/credits", Scope::write, room<balance::create_credit>},
    {Method::delete_, "/users/{id}/credits/{credit_id}", Scope::write, room<balance::end_credit>},

    {Method::post, "/payments/{id}/resolve", Scope::admin, resolve_payment, usual_body, claimed},
    {Method::get, "/payments", Scope::read, room<payments::list_payments>},
    {Method::get, "/disputes", Scope::read, room<disputes::list_disputes>},
    {Method::post, "/webhooks/stripe", {}, receive_stripe_event, usual_body, changes_nothing},
    {Method::get, "/payments/totals", Scope::read, room<payments::sum_up_payments>},
    {Method::get, "/events", Scope::read, list_events},
    {Method::get, "/webhook_endpoints", Scope::read, room<webhooks::list_endpoints>},
    {Method::post, "/webhook_endpoints", Scope::admin, with_url<webhooks::create_endpoint>},
    {Method::get, "/webhook_endpoints/{id}", Scope::read, room<webhooks::get_endpoint>},
    {Method::patch, "/webhook_endpoints/{id}", Scope::admin, with_url<webhooks::patch_endpoint>},
    {Method::delete_, "/webhook_endpoints/{id}", Scope::admin, room<webhooks::delete_endpoint>},
    {Method::post, "/webhook_endpoints/{id}/rotate_secret", Scope::admin, room<webhooks::rotate_secret>},
    {Method::post, "/webhook_endpoints/{id}/replay", Scope::write, room<webhooks::replay_events>},
    {Method::post, "/webhook_endpoints/{id}/test", Scope::write, room<webhooks::test_endpoint>},
    {Method::get, "/webhook_endpoints/{id}/deliveries", Scope::read, room<webhooks::list_deliveries>},
    {Method::get, "/deliveries/{id}", Scope::read, room<webhooks::get_delivery>},
    {Method::post, "/deliveries/{id}/retry", Scope::write, room<webhooks::retry_delivery>},
    {Method::get, "/audit", Scope::read, room<audit::list_events>},
    {Method::get, "/stats", Scope::read, room<stats::get_stats>},
    {Method::get, "/stats/revenue", Scope::read, room<stats::get_revenue>},
    {Method::get, "/stats/usage", Scope::read, room<stats::get_usage_totals>},
    {Method::get, "/clock", Scope::read, get_clock},
    {Method::post, "/clock/advance", Scope::admin, advance_clock, usual_body, claimed},
};

}  // namespace

std::span<const Route> routes() { return table; }

bool is_operational(const Route& route) { return route.pattern == "/metrics" || route.pattern == "/healthz" || route.pattern == "/readyz"; }

std::string_view method_name(http::Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::delete_: return "DELETE";
    case Method::options: return "OPTIONS";
    case Method::other: return "OTHER";
  }
  return "OTHER";
}

}  // namespace billing::app
