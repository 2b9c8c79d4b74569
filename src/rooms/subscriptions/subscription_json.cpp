#include "rooms/subscriptions/subscription_json.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "rooms/plans/plan_json.hpp"

namespace billing::subscriptions {
namespace {

boost::json::value pending_json(const Life& life, Date today) {
  const auto* pending = pending_term(life, today);
  if (!pending) return nullptr;
  return boost::json::object{{"at", to_text(pending->from)},
                             {"plan_code", pending->version->plan_code},
                             {"version", pending->version->number},
                             {"quantity", pending->quantity},
                             {"overrides", plans::to_json(pending->overrides)}};
}

}  // namespace

namespace {

/// Those that hold, or will.
boost::json::array discounts_json(const Life& life, Date today) {
  boost::json::array out;
  for (const auto& discount : life.discounts) {
    const auto end = ends_on(discount, life);
    if (!end || *end > today) out.push_back(to_json(discount, life));
  }
  return out;
}

}  // namespace

boost::json::object to_json(const Discount& discount, const Life& life) {
  const auto* percent = std::get_if<Percent>(&discount.off);
  return {{"id", discount.id.text()},
          {"coupon", discount.coupon},
          {"percent", percent ? boost::json::value(percent->text()) : boost::json::value()},
          {"amount_cents", percent ? boost::json::value() : boost::json::value(std::get<std::int64_t>(discount.off))},
          {"added_on", to_text(discount.added_on)},
          {"periods", http::nullable(discount.periods)},
          {"ends_on", http::nullable(ends_on(discount, life))}};
}

boost::json::object to_json(const facts::Subscription& subscription, Date today) {
  const auto& life = subscription.life;
  const auto& term = facts::shown_term(life, today);
  const auto pause = pause_from(life, today);
  return {{"id", life.id.text()},
          {"user_id", subscription.user_id.text()},
          {"plan_code", term.version->plan_code},
          {"version", term.version->number},
          {"quantity", term.quantity},
          {"overrides", plans::to_json(term.overrides)},
          {"status", to_text(subscription.status)},
          {"started_on", to_text(life.started_on)},
          {"anchor_day", http::nullable(life.anchor_day)},
          {"current_period_start", to_text(life.current().days.start)},
          {"current_period_end", to_text(life.current().days.end)},
          {"cancel_at_period_end", life.end && life.end->at_period_end},
          {"canceled_at", http::nullable(subscription.canceled_at)},
          {"paused_from", http::nullable(pause.transform([](const Pause& one) { return one.from; }))},
          {"paused_until", http::nullable(pause.and_then([](const Pause& one) { return one.until; }))},
          {"pending", pending_json(life, today)},
          {"waiting_cents", subscription.waiting_cents},
          {"discounts", discounts_json(life, today)},
          {"metadata", boost::json::parse(subscription.metadata_json)},
          {"billing_error", http::nullable(subscription.billing_error)},
          {"created_at", to_text(subscription.created_at)},
          {"updated_at", to_text(subscription.updated_at)}};
}

boost::json::object to_json(const facts::Subscription& subscription, const invoices::Made& made, Date today) {
  auto out = to_json(subscription, today);
  boost::json::array invoices;
  for (const auto& id : made.invoices) invoices.emplace_back(id.text());
  out["invoices"] = std::move(invoices);
  boost::json::array notes;
  for (const auto& id : made.credit_notes) notes.emplace_back(id.text());
  out["credit_notes"] = std::move(notes);
  return out;
}

boost::json::array terms_json(const Life& life) {
  boost::json::array out;
  for (const auto& term : life.terms) {
    out.push_back(boost::json::object{{"from", to_text(term.from)},
                                      {"until", http::nullable(until_of(life, term))},
                                      {"plan_code", term.version->plan_code},
                                      {"version", term.version->number},
                                      {"quantity", term.quantity},
                                      {"overrides", plans::to_json(term.overrides)},
                                      {"reason", term.reason.empty() ? boost::json::value() : boost::json::value(term.reason)}});
  }
  return out;
}

boost::json::array periods_json(const Life& life) {
  boost::json::array out;
  for (const auto& [days, full_days, trial] : life.periods) {
    out.push_back(
        boost::json::object{{"from", to_text(days.start)}, {"until", to_text(days.end)}, {"full_days", full_days}, {"trial", trial}});
  }
  return out;
}

boost::json::array pauses_json(const Life& life) {
  boost::json::array out;
  for (const auto& [from, until] : life.pauses) {
    out.push_back(boost::json::object{{"from", to_text(from)}, {"until", http::nullable(until)}});
  }
  return out;
}

}  // namespace billing::subscriptions
