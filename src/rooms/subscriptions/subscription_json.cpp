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

namespace {

const Term& term_of(const Listed& row) { return facts::shown_term(row.subscription.life, row.today); }

http::csv::Cell overrides_cell(const Listed& row) {
  const auto overrides = plans::to_json(term_of(row).overrides);
  return overrides.is_null() ? http::csv::Cell{} : http::csv::words(boost::json::serialize(overrides));
}

std::optional<Pause> pause_of(const Listed& row) { return pause_from(row.subscription.life, row.today); }

/// The coupons of the discounts that hold, or will.
std::string coupons_of(const Listed& row) {
  std::string codes;
  for (const auto& discount : discounts_json(row.subscription.life, row.today)) {
    codes += (codes.empty() ? "" : " ") + std::string{discount.at("coupon").as_string()};
  }
  return codes;
}

}  // namespace

http::csv::Columns<Listed> csv_columns() {
  using namespace http::csv;
  static constexpr Column<Listed> columns[] = {
      {"id", [](const Listed& row) { return exact(row.subscription.life.id.text()); }},
      {"user_id", [](const Listed& row) { return exact(row.subscription.user_id.text()); }},
      {"plan_code", [](const Listed& row) { return words(term_of(row).version->plan_code); }},
      {"version", [](const Listed& row) { return number(term_of(row).version->number); }},
      {"quantity", [](const Listed& row) { return number(term_of(row).quantity); }},
      {"overrides", overrides_cell},
      {"status", [](const Listed& row) { return exact(to_text(row.subscription.status)); }},
      {"started_on", [](const Listed& row) { return day(row.subscription.life.started_on); }},
      {"anchor_day", [](const Listed& row) { return number(row.subscription.life.anchor_day); }},
      {"current_period_start", [](const Listed& row) { return day(row.subscription.life.current().days.start); }},
      {"current_period_end", [](const Listed& row) { return day(row.subscription.life.current().days.end); }},
      {"cancel_at_period_end",
       [](const Listed& row) { return truth(row.subscription.life.end && row.subscription.life.end->at_period_end); }},
      {"canceled_at", [](const Listed& row) { return time(row.subscription.canceled_at); }},
      {"paused_from", [](const Listed& row) { return day(pause_of(row).transform([](const Pause& one) { return one.from; })); }},
      {"paused_until", [](const Listed& row) { return day(pause_of(row).and_then([](const Pause& one) { return one.until; })); }},
      {"currency", [](const Listed& row) { return exact(term_of(row).version->currency().code()); }},
      {"waiting", [](const Listed& row) { return exact(major_text({row.subscription.waiting_cents, term_of(row).version->currency()})); }},
      {"coupons", [](const Listed& row) { return words(coupons_of(row)); }},
      {"metadata", [](const Listed& row) { return words(row.subscription.metadata_json); }},
      {"billing_error", [](const Listed& row) { return words(row.subscription.billing_error); }},
      {"created_at", [](const Listed& row) { return time(row.subscription.created_at); }},
      {"updated_at", [](const Listed& row) { return time(row.subscription.updated_at); }},
  };
  return columns;
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
