#include <boost/json.hpp>

#include "core/facts/cancel.hpp"
#include "core/facts/change.hpp"
#include "core/facts/pause.hpp"
#include "platform/http/answer.hpp"
#include "rooms/plans/plan_json.hpp"
#include "rooms/plans/store.hpp"
#include "rooms/subscriptions/change_facts.hpp"
#include "rooms/subscriptions/handlers.hpp"
#include "rooms/subscriptions/subscription_json.hpp"

namespace billing::subscriptions {
namespace {

SubscriptionId path_subscription(const http::Request& request) { return http::path_id<SubscriptionId>(request, 0, "subscription"); }

/// The body; none is as good as an empty object.
json::Object body_or_none(const http::Request& request) { return request.body.empty() ? json::Object{"{}"} : http::json_body(request); }

http::Response answer_with(const Context& context, const ChangedSubscription& changed) {
  return http::answer(200, to_json(changed.subscription, changed.made, context.clock.today()));
}

OrDenied<Decision> decision_of(OrDenied<Life> life, RunKind bill) {
  if (!life) return std::unexpected(std::move(life).error());
  return Decision{*std::move(life), bill};
}

/// A decision that bills nothing by itself.
OrDenied<Decision> without_bill(OrDenied<Life> life) { return decision_of(std::move(life), RunKind::none); }

/// What a change names, before the plan and version it means are found.
struct ChangeWish {
  std::optional<std::string> plan_code;
  std::optional<std::int64_t> version;
  TermChange change;
  bool bill_now = false;
};

ChangeDay parse_change_day(json::Object& body) {
  const auto text = body.optional_text("at", 64);
  if (!text || *text == "now") return ChangeAt::now;
  if (*text == "period_start") return ChangeAt::period_start;
  if (*text == "period_end") return ChangeAt::period_end;
  const auto day = parse_date(*text);
  if (!day) body.fail("at", R"(must be "now", "period_start", "period_end" or a day, such as 2026-02-28)");
  return day.value_or(Date{});
}

ChangeWish parse_change(json::Object& body) {
  ChangeWish wish;
  wish.plan_code = body.optional_text("plan_code", 64);
  wish.version = body.optional_integer("version", 1, INT32_MAX);
  wish.change.quantity = body.optional_integer("quantity", 1, 1'000'000);
  if (body.has("overrides")) wish.change.overrides = Overrides{};
  if (!body.is_null("overrides")) {  // null clears them
    body.optional_object("overrides", [&wish](json::Object& member) { wish.change.overrides = plans::parse_overrides(member); });
  }
  wish.change.at = parse_change_day(body);
  const auto invoice = body.optional_text("invoice").value_or("next");
  if (invoice != "next" && invoice != "now") body.fail("invoice", R"(must be "next" or "now")");
  wish.bill_now = invoice == "now";
  wish.change.reason = body.optional_text("reason", 500).value_or("");
  return wish;
}

/// The versions that a change means: of the plan that it names, or of the one that the subscription is on that day.
Task<TermChange> find_versions(pg::Session& db, const ChangeWish& wish, const Situation& situation) {
  auto change = wish.change;
  if (wish.plan_code) {
    const auto plan = co_await plans::require_plan(db, *wish.plan_code);
    change.plan_active = plan.active;
    change.version_named = wish.version.has_value();
    const auto number = wish.version.value_or(plan.newest.number);
    change.plan = std::make_shared<const PlanVersion>((co_await plans::require_version(db, {*wish.plan_code, number})).version);
  } else if (wish.version) {
    const auto& life = situation.subscription.life;
    const auto& term = term_on(life, day_of(life, change.at, situation.today));
    const auto found = co_await plans::require_version(db, {term.version->plan_code, *wish.version});
    change.version = std::make_shared<const PlanVersion>(found.version);
  }
  co_return change;
}

Task<OrDenied<Decision>> decide_change(pg::Session& db, const ChangeWish& wish, const Situation& situation) {
  const auto named = co_await find_versions(db, wish, situation);
  auto changed = change(situation.subscription.life, named, situation.others, situation.today);
  if (!changed) co_return std::unexpected(changed.error());
  const auto bill = changed->rolled_over ? RunKind::roll_over : wish.bill_now ? RunKind::change_now : RunKind::none;
  co_return Decision{std::move(changed->life), bill};
}

}  // namespace

Task<http::Response> change_subscription(Context& context, const http::Request& request) {
  const auto id = path_subscription(request);
  auto body = http::json_body(request);
  const auto wish = parse_change(body);
  body.finish();
  const auto decide = [&wish](pg::Session& db, const Situation& situation) { return decide_change(db, wish, situation); };
  co_return answer_with(context, co_await change_facts(context, id, {"subscription.changed", "/at"}, decide));
}

Task<http::Response> drop_pending_terms(Context& context, const http::Request& request) {
  const auto id = path_subscription(request);
  const auto decide = [](pg::Session&, const Situation& situation) -> Task<OrDenied<Decision>> {
    co_return without_bill(drop_pending(situation.subscription.life, situation.others, situation.today));
  };
  co_return answer_with(context, co_await change_facts(context, id, {"subscription.pending_dropped", ""}, decide));
}

Task<http::Response> pause_subscription(Context& context, const http::Request& request) {
  const auto id = path_subscription(request);
  auto body = body_or_none(request);
  const auto text = body.optional_text("until", 64);
  const auto until = text ? parse_date(*text) : std::nullopt;
  if (text && !until) body.fail("until", "must be a day, such as 2026-02-28");
  body.finish();
  const auto decide = [until](pg::Session&, const Situation& situation) -> Task<OrDenied<Decision>> {
    co_return without_bill(pause(situation.subscription.life, until, situation.today));
  };
  co_return answer_with(context, co_await change_facts(context, id, {"subscription.pause_scheduled", "/until"}, decide));
}

Task<http::Response> resume_subscription(Context& context, const http::Request& request) {
  const auto id = path_subscription(request);
  body_or_none(request).finish();
  const auto decide = [](pg::Session&, const Situation& situation) -> Task<OrDenied<Decision>> {
    co_return without_bill(resume(situation.subscription.life, situation.today));
  };
  co_return answer_with(context, co_await change_facts(context, id, {"subscription.resumed", ""}, decide));
}

namespace {

Refusal already_canceled(const Life& life) {
  const auto when = life.end ? ": it ends on " + to_text(life.end->on) : std::string{};
  return conflict("already_canceled", "The subscription " + life.id.text() + " is canceled already" + when + ".");
}

Task<OrDenied<Decision>> decide_cancel_now(bool prorate, const Situation& situation) {
  const auto& life = situation.subscription.life;
  auto canceled = cancel_now(life, prorate, situation.today);
  if (!canceled && canceled.error().code == DenialCode::canceled) throw already_canceled(life);
  const bool has_begun = life.started_on <= situation.today;
  co_return decision_of(std::move(canceled), has_begun ? RunKind::cancel_now : RunKind::none);
}

Task<OrDenied<Decision>> decide_cancel_at_period_end(const Situation& situation) {
  const auto& life = situation.subscription.life;
  if (life.end) throw already_canceled(life);
  co_return without_bill(cancel_at_period_end(life, situation.today));
}

}  // namespace

Task<http::Response> cancel_subscription(Context& context, const http::Request& request) {
  const auto id = path_subscription(request);
  auto body = http::json_body(request);
  const auto errors = body.error_count();
  const auto at = body.text("at");
  if (body.error_count() == errors && at != "now" && at != "period_end") body.fail("at", R"(must be "now" or "period_end")");
  const auto prorate = body.optional_boolean("prorate").value_or(true);
  const auto credit_to = body.optional_text("credit_to").value_or("balance");
  if (credit_to != "balance") body.fail("credit_to", R"(must be "balance": what is credited beyond what is due pays the next invoices)");
  body.finish();
  if (at == "period_end") {
    const auto decide = [](pg::Session&, const Situation& situation) { return decide_cancel_at_period_end(situation); };
    co_return answer_with(context, co_await change_facts(context, id, {"subscription.cancel_scheduled", "/at"}, decide));
  }
  const auto decide = [prorate](pg::Session&, const Situation& situation) { return decide_cancel_now(prorate, situation); };
  co_return answer_with(context, co_await change_facts(context, id, {"subscription.canceled", "/at"}, decide));
}

Task<http::Response> uncancel_subscription(Context& context, const http::Request& request) {
  const auto id = path_subscription(request);
  body_or_none(request).finish();
  const auto decide = [](pg::Session&, const Situation& situation) -> Task<OrDenied<Decision>> {
    co_return without_bill(uncancel(situation.subscription.life, situation.others, situation.today));
  };
  co_return answer_with(context, co_await change_facts(context, id, {"subscription.cancel_taken_back", ""}, decide));
}

}  // namespace billing::subscriptions
