#include "rooms/subscriptions/calls.hpp"

#include <boost/json.hpp>

#include "core/facts/cancel.hpp"
#include "core/facts/change.hpp"
#include "core/facts/pause.hpp"
#include "platform/http/answer.hpp"
#include "rooms/plans/plan_json.hpp"
#include "rooms/plans/store.hpp"

namespace billing::subscriptions {
namespace {

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

ChangeWish parse_change_wish(json::Object& body) {
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

Call parse_change(json::Object& body) {
  return {{"subscription.changed", "/at"},
          [wish = parse_change_wish(body)](pg::Session& db, const Situation& situation) { return decide_change(db, wish, situation); }};
}

Call parse_pause(json::Object& body) {
  const auto text = body.optional_text("until", 64);
  const auto until = text ? parse_date(*text) : std::nullopt;
  if (text && !until) body.fail("until", "must be a day, such as 2026-02-28");
  return {{"subscription.pause_scheduled", "/until"}, [until](pg::Session&, const Situation& situation) -> Task<OrDenied<Decision>> {
            co_return without_bill(pause(situation.subscription.life, until, situation.today));
          }};
}

Call resume_call() {
  return {{"subscription.resumed", ""}, [](pg::Session&, const Situation& situation) -> Task<OrDenied<Decision>> {
            co_return without_bill(resume(situation.subscription.life, situation.today));
          }};
}

namespace {

Refusal already_canceled(const Life& life) {
  const auto when = life.end ? ": it ends on " + to_text(life.end->on) : std::string{};
  return conflict("already_canceled", "The subscription " + life.id.text() + " is canceled already" + when + ".");
}

Task<OrDenied<Decision>> decide_cancel_now(bool prorate, bool refund, const Situation& situation) {
  const auto& life = situation.subscription.life;
  auto canceled = cancel_now(life, prorate, situation.today);
  if (!canceled && canceled.error().code == DenialCode::canceled) throw already_canceled(life);
  if (canceled) canceled->end->refund = refund;
  const bool has_begun = life.started_on <= situation.today;
  co_return decision_of(std::move(canceled), has_begun ? RunKind::cancel_now : RunKind::none);
}

Task<OrDenied<Decision>> decide_cancel_at_period_end(bool refund, const Situation& situation) {
  const auto& life = situation.subscription.life;
  if (life.end) throw already_canceled(life);
  auto canceled = cancel_at_period_end(life, situation.today);
  if (canceled) canceled->end->refund = refund;
  co_return without_bill(std::move(canceled));
}

}  // namespace

Call parse_cancel(json::Object& body) {
  const auto errors = body.error_count();
  const auto at = body.text("at");
  if (body.error_count() == errors && at != "now" && at != "period_end") body.fail("at", R"(must be "now" or "period_end")");
  const auto prorate = body.optional_boolean("prorate").value_or(true);
  const auto credit_to = body.optional_text("credit_to").value_or("balance");
  if (credit_to != "balance" && credit_to != "refund") body.fail("credit_to", R"(must be "balance" or "refund")");
  const bool refund = credit_to == "refund";
  if (at == "period_end") {
    return {{"subscription.cancel_scheduled", "/at"},
            [refund](pg::Session&, const Situation& situation) { return decide_cancel_at_period_end(refund, situation); }};
  }
  return {{"subscription.canceled", "/at"},
          [prorate, refund](pg::Session&, const Situation& situation) { return decide_cancel_now(prorate, refund, situation); }};
}

namespace {

std::string parse_metadata(json::Object& body) {
  boost::json::object metadata;
  for (const auto& [name, value] : body.optional_texts("metadata", 50, 500).value_or(std::map<std::string, std::string>{}))
    metadata[name] = value;
  return boost::json::serialize(metadata);
}

std::optional<Date> parse_day(json::Object& body, std::string_view name) {
  const auto text = body.optional_text(name, 64);
  if (!text) return std::nullopt;
  const auto day = parse_date(*text);
  if (!day) body.fail(name, "must be a day, such as 2026-02-28");
  return day;
}

}  // namespace

SubscribeWish parse_subscribe_terms(json::Object& body) {
  SubscribeWish wish;
  wish.plan_code = body.text("plan_code", 64);
  wish.version = body.optional_integer("version", 1, INT32_MAX);
  wish.terms.quantity = body.optional_integer("quantity", 1, 1'000'000).value_or(1);
  body.optional_object("overrides", [&wish](json::Object& member) { wish.terms.overrides = plans::parse_overrides(member); });
  wish.terms.starts_on = parse_day(body, "starts_on");
  wish.terms.anchor_day = body.optional_integer("anchor_day", 1, 31);
  wish.terms.trial_days = body.optional_integer("trial_days", 0, 730);
  wish.coupon = body.optional_text("coupon", 64);
  wish.metadata_json = parse_metadata(body);
  return wish;
}

SubscribeWish parse_subscribe(json::Object& body) {
  const auto user_id = http::body_id<UserId>(body, "user_id");
  auto wish = parse_subscribe_terms(body);
  wish.user_id = user_id;
  return wish;
}

}  // namespace billing::subscriptions
