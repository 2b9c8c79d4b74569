#include "rooms/verify/verify_provider.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <stdexcept>

#include "core/collecting/dispute.hpp"
#include "platform/runtime/clock.hpp"

namespace billing::verify {
namespace {

using providers::Answer;
using providers::BookedCharge;
using providers::BookedDispute;
using providers::BookedRefund;

/// One of our rows, as far as a provider's books can say the same.
struct Ours {
  std::string id;
  PaymentStatus status;
  std::optional<std::string> reference;
  Money amount;
};

struct Comparison {
  pg::Session& db;
  providers::PaymentProvider& provider;
  Instant since;
  std::vector<std::string> differences{};

  template <class... Parts>
  void differs(fmt::format_string<Parts...> text, Parts&&... parts) {
    differences.push_back(fmt::format(text, std::forward<Parts>(parts)...));
  }
};

template <class Thing>
Thing require(Answer<Thing> answer) {
  if (auto* thing = std::get_if<Thing>(&answer)) return std::move(*thing);
  const auto* refused = std::get_if<providers::Refused>(&answer);
  throw std::runtime_error("the payment provider cannot be asked" + (refused ? " (" + refused->code + ")" : std::string{}) + ": try again");
}

std::string text_of(const Money& amount) { return major_text(amount) + " " + std::string{amount.currency().code()}; }
std::string text_of(const std::optional<Money>& amount) { return amount ? text_of(*amount) : "an amount that cannot be ours"; }

std::map<std::string, Ours> ours_of(const pg::Result& rows) {
  std::map<std::string, Ours> ours;
  for (const auto row : rows) {
    Ours one{std::string{row.text(0)}, row.as(1, parse_payment_status), row.optional_text(2), Money{row.integer(3), row.as<Currency>(4)}};
    ours.emplace(one.id, std::move(one));
  }
  return ours;
}

// Those of the days, and whichever the provider names.
constexpr pg::Statement select_payments{R"(
  SELECT id, status, provider_reference, amount_cents, currency FROM payments
  WHERE provider = $1 AND (created_at >= $2 OR id = ANY ((SELECT $3::uuid[])::uuid[])))",
                                        pg::Planned::once, pg::Lane::scan};
constexpr pg::Statement select_refunds{R"(
  SELECT id, status, provider_reference, amount_cents, currency FROM refunds
  WHERE provider = $1 AND (created_at >= $2 OR id = ANY ((SELECT $3::uuid[])::uuid[])))",
                                       pg::Planned::once, pg::Lane::scan};

void compare_charge(Comparison& all, const BookedCharge& theirs, const Ours* ours) {
  if (theirs.status != PaymentStatus::succeeded) return;  // what was tried in vain says nothing
  if (!ours) return all.differs("charge {}: {} were charged for a payment that is not here", theirs.reference, text_of(theirs.amount));
  if (ours->status != PaymentStatus::succeeded) {
    all.differs("payment {}: {} here, and charge {} has succeeded there", ours->id, to_text(ours->status), theirs.reference);
  } else if (ours->reference != theirs.reference) {
    all.differs("payment {}: charged as {}, and charge {} has succeeded there as well", ours->id, ours->reference.value_or("nothing"),
                theirs.reference);
  }
  if (theirs.amount != ours->amount) {
    all.differs("payment {}: {} here, and charge {} is of {}", ours->id, text_of(ours->amount), theirs.reference, text_of(theirs.amount));
  }
}

Task<void> compare_charges(Comparison& all) {
  const auto theirs = require(co_await all.provider.books()->charges_since(all.since));
  std::vector<std::string> named;
  std::set<std::string> succeeded;
  for (const auto& charge : theirs) {
    if (charge.payment) named.push_back(charge.payment->text());
    if (charge.status == PaymentStatus::succeeded) succeeded.insert(charge.reference);
  }
  const auto ours = ours_of(co_await all.db.query(select_payments, pg::Params{}.add(all.provider.name()).add(all.since).add_array(named)));
  for (const auto& charge : theirs) {
    if (!charge.payment) continue;  // of another application
    const auto found = ours.find(charge.payment->text());
    compare_charge(all, charge, found == ours.end() ? nullptr : &found->second);
  }
  for (const auto& [id, payment] : ours) {
    if (payment.status != PaymentStatus::succeeded || succeeded.contains(payment.reference.value_or(""))) continue;
    const auto answer = co_await all.provider.books()->charge(payment.reference.value_or("none"));
    if (std::holds_alternative<providers::Unreachable>(answer)) require(answer);
    const auto* charge = std::get_if<BookedCharge>(&answer);
    if (!charge || charge->status != PaymentStatus::succeeded) {
      all.differs("payment {}: succeeded here as {}, and there is no such charge that did", id, payment.reference.value_or("nothing"));
    } else {
      compare_charge(all, *charge, &payment);
    }
  }
}

void compare_refund(Comparison& all, const BookedRefund& theirs, const Ours& ours) {
  if (theirs.status != ours.status) {
    all.differs("refund {}: {} here, and {} is {} there", ours.id, to_text(ours.status), theirs.reference, to_text(theirs.status));
  }
  if (theirs.amount != ours.amount) {
    all.differs("refund {}: {} here, and {} is of {}", ours.id, text_of(ours.amount), theirs.reference, text_of(theirs.amount));
  }
}

// What was given back of a charge of ours without us.
constexpr pg::Statement select_charged{R"(
  SELECT provider_reference, id FROM payments WHERE provider = $1 AND provider_reference = ANY ($2::text[]))",
                                       pg::Planned::once, pg::Lane::scan};

Task<void> compare_refunds(Comparison& all) {
  const auto theirs = require(co_await all.provider.books()->refunds_since(all.since));
  std::vector<std::string> named, charges;
  std::set<std::string> seen;
  for (const auto& refund : theirs) {
    if (refund.refund) named.push_back(refund.refund->text());
    if (!refund.refund && refund.charge_reference) charges.push_back(*refund.charge_reference);
    seen.insert(refund.reference);
  }
  const auto ours = ours_of(co_await all.db.query(select_refunds, pg::Params{}.add(all.provider.name()).add(all.since).add_array(named)));
  std::map<std::string, std::string> payments;
  for (const auto row : co_await all.db.query(select_charged, pg::Params{}.add(all.provider.name()).add_array(charges))) {
    payments.emplace(row.text(0), row.text(1));
  }
  for (const auto& refund : theirs) {
    const auto found = refund.refund ? ours.find(refund.refund->text()) : ours.end();
    if (found != ours.end()) {
      compare_refund(all, refund, found->second);
    } else if (payments.contains(refund.charge_reference.value_or("")) && refund.status != PaymentStatus::failed) {
      all.differs("payment {}: {} of it were given back there as {}, and not here", payments.at(*refund.charge_reference),
                  text_of(refund.amount), refund.reference);
    }
  }
  for (const auto& [id, refund] : ours) {
    if (refund.status != PaymentStatus::succeeded || seen.contains(refund.reference.value_or(""))) continue;
    const auto answer = co_await all.provider.books()->refund(refund.reference.value_or("none"));
    if (std::holds_alternative<providers::Unreachable>(answer)) require(answer);
    const auto* booked = std::get_if<BookedRefund>(&answer);
    if (!booked) all.differs("refund {}: succeeded here as {}, and is not there", id, refund.reference.value_or("nothing"));
    if (booked) compare_refund(all, *booked, refund);
  }
}

constexpr pg::Statement select_disputes{R"(
  SELECT reference, status, opened_at >= $2 FROM disputes WHERE provider = $1)",
                                        pg::Planned::once, pg::Lane::scan};

Task<void> compare_disputes(Comparison& all) {
  const auto theirs = require(co_await all.provider.books()->disputes_since(all.since));
  std::map<std::string, DisputeStatus> here;
  std::map<std::string, DisputeStatus> of_the_days;
  for (const auto row : co_await all.db.query(select_disputes, pg::Params{}.add(all.provider.name()).add(all.since))) {
    here.emplace(row.text(0), row.as(1, parse_dispute_status));
    if (row.boolean(2)) of_the_days.emplace(row.text(0), row.as(1, parse_dispute_status));
  }
  for (const auto& dispute : theirs) {
    of_the_days.erase(dispute.reference);
    const auto found = here.find(dispute.reference);
    if (found != here.end() && found->second != dispute.status) {
      all.differs("dispute {}: {} here, and {} there", dispute.reference, to_text(found->second), to_text(dispute.status));
    }
    if (found != here.end()) continue;
    const auto answer = co_await all.provider.books()->charge(dispute.charge_reference);
    const auto* charge = std::get_if<BookedCharge>(&answer);
    if (charge && charge->payment) all.differs("dispute {}: of payment {}, and not known here", dispute.reference, charge->payment->text());
  }
  for (const auto& [reference, status] : of_the_days) all.differs("dispute {}: {} here, and not there", reference, to_text(status));
}

}  // namespace

Task<std::vector<std::string>> compare_with_provider(pg::Session& db, providers::PaymentProvider& provider, Instant since) {
  if (!provider.books())
    throw std::runtime_error("the payment provider " + std::string{provider.name()} + " keeps no books to compare with");
  Comparison all{db, provider, since};
  co_await compare_charges(all);
  co_await compare_refunds(all);
  co_await compare_disputes(all);
  co_return std::move(all.differences);
}

Task<int> run_with_provider(pg::Session& db, providers::PaymentProvider& provider, std::int64_t days, std::FILE* out) {
  const auto differences = co_await compare_with_provider(db, provider, SystemClock{}.now() - std::chrono::days{days});
  for (const auto& difference : differences) fmt::print(out, "differs  {}\n", difference);
  if (differences.empty()) {
    fmt::print(out, "Attempts, refunds and disputes of {} days are as {} has them.\n", days, provider.name());
  } else {
    fmt::print(out, "\n{} of {} days are not as {} has them\n", differences.size(), days, provider.name());
  }
  co_return differences.empty() ? 0 : 1;
}

}  // namespace billing::verify
