#include "rooms/provider_events/act.hpp"

#include "platform/runtime/log.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/disputes/store.hpp"
#include "rooms/payment_methods/setups.hpp"
#include "rooms/payments/refund_came_back.hpp"
#include "rooms/payments/send_refunds.hpp"
#include "rooms/provider_events/store.hpp"
#include "rooms/users/store.hpp"

namespace billing::provider_events {
namespace {

using providers::Answer;
using providers::PaymentProvider;

/// Whether that is all there is to do; else it is tried again.
enum class Acted : bool { no, yes };

/// The provider asked of `books()`, for an event of it; nullptr where this process has no such one.
providers::Books* books_of(PaymentProvider* provider) { return provider ? provider->books() : nullptr; }

/// The customer was charged for what has failed here: an operator ended it so, or a row was changed by hand. No rule says whose money it is.
Task<Acted> compare(PaymentProvider* provider, const Kept& kept, PaymentId payment) {
  auto* books = books_of(provider);
  if (!books || kept.event.type != "payment_intent.succeeded") co_return Acted::yes;
  const auto answer = co_await books->charge(kept.event.object);
  if (std::holds_alternative<providers::Unreachable>(answer)) co_return Acted::no;
  const auto* charge = std::get_if<providers::BookedCharge>(&answer);
  if (charge && charge->status == PaymentStatus::succeeded) {
    log::error("charged_though_failed_here", {{"payment_id", payment.text()}, {"charge", charge->reference}});
  }
  co_return Acted::yes;
}

Task<Acted> act_on_charge(Context& context, const payments::Collecting& collecting, const Kept& kept) {
  if (!kept.event.payment) co_return Acted::yes;  // of another application
  auto payment = co_await find_payment(context.db, *kept.event.payment);
  if (!payment || payment->provider != kept.provider) co_return Acted::yes;
  if (payment->status == PaymentStatus::failed) co_return co_await compare(collecting.providers.find(kept.provider), kept, payment->id);
  if (payment->status == PaymentStatus::succeeded) co_return Acted::yes;
  co_await payments::ask_about_attempts(context, collecting, {payment->invoice});
  payment = co_await find_payment(context.db, *kept.event.payment);
  // Who was at it may have asked before this came about.
  co_return payment && payment->status == PaymentStatus::pending && payment->being_asked ? Acted::no : Acted::yes;
}

Task<Acted> act_on_refund(Context& context, const payments::Collecting& collecting, const Kept& kept) {
  if (!kept.event.refund) co_return Acted::yes;  // made elsewhere: `billing verify --provider` tells
  auto refund = co_await find_refund(context.db, *kept.event.refund);
  if (!refund) co_return Acted::yes;
  if (refund->status == PaymentStatus::pending) {
    co_await payments::ask_about_refunds(context, collecting.providers, {refund->id});
    refund = co_await find_refund(context.db, *kept.event.refund);
    co_return refund && refund->status == PaymentStatus::pending && refund->being_asked ? Acted::no : Acted::yes;
  }
  auto* books = books_of(collecting.providers.find(kept.provider));
  if (!books || refund->status == PaymentStatus::failed) co_return Acted::yes;
  const auto answer = co_await books->refund(kept.event.object);
  if (std::holds_alternative<providers::Unreachable>(answer)) co_return Acted::no;
  if (const auto* booked = std::get_if<providers::BookedRefund>(&answer)) co_await take_refund(context, *booked);
  co_return Acted::yes;
}

Task<Acted> act_on_dispute(Context& context, const payments::Collecting& collecting, const Kept& kept) {
  auto* provider = collecting.providers.find(kept.provider);
  auto* books = books_of(provider);
  if (!books) co_return Acted::no;
  const auto answer = co_await books->dispute(kept.event.object);
  if (std::holds_alternative<providers::Unreachable>(answer)) co_return Acted::no;
  const auto* booked = std::get_if<providers::BookedDispute>(&answer);
  co_return !booked || co_await take_dispute(context, *provider, *booked) ? Acted::yes : Acted::no;
}

/// A link that is not known yet is one whose maker is about to keep it, or another application's.
Task<Acted> act_on_setup(Context& context, const payments::Collecting& collecting, const Kept& kept) {
  const auto setup = co_await payment_methods::find_setup(context.db, kept.provider, kept.event.object);
  if (!setup) co_return kept.failures < 3 ? Acted::no : Acted::yes;
  co_await payment_methods::look_up_setups(context, collecting.providers, {*setup});
  co_return Acted::yes;
}

Task<Acted> act(Context& context, const payments::Collecting& collecting, const Kept& kept) {
  switch (kept.event.about) {
    case About::charge: co_return co_await act_on_charge(context, collecting, kept);
    case About::refund: co_return co_await act_on_refund(context, collecting, kept);
    case About::dispute: co_return co_await act_on_dispute(context, collecting, kept);
    case About::setup: co_return co_await act_on_setup(context, collecting, kept);
  }
  co_return Acted::yes;
}

/// Soon at first: mostly somebody else was at it.
std::chrono::seconds wait_after(std::int64_t failures) {
  if (failures < 3) return std::chrono::seconds{2 << failures};
  return unreachable_backoff(failures - 2);
}

Task<void> act_alone(Context& context, const payments::Collecting& collecting, const Kept& kept) {
  try {
    if (co_await act(context, collecting, kept) == Acted::yes) {
      co_await note_done(context.db, context, kept.id);
    } else {
      co_await put_off(context.db, kept.id, wait_after(kept.failures));
    }
  } catch (const pg::StatementError& error) {
    log::error("provider_event_not_acted_on", {{"event", kept.event.reference}, {"sqlstate", error.sqlstate}, {"error", error.what()}});
  }
}

}  // namespace

Task<void> act_on_events(Context& context, const payments::Collecting& collecting, std::vector<std::string> ids) {
  for (const auto& kept : co_await find_still_due(context.db, ids)) co_await act_alone(context, collecting, kept);
}

Task<bool> take_dispute(Context& context, providers::PaymentProvider& provider, const providers::BookedDispute& booked) {
  const auto answer = co_await provider.books()->charge(booked.charge_reference);
  if (std::holds_alternative<providers::Unreachable>(answer)) co_return false;
  const auto* charge = std::get_if<providers::BookedCharge>(&answer);
  const auto payment = charge && charge->payment ? co_await find_payment(context.db, *charge->payment) : std::nullopt;
  if (!payment || !booked.amount) co_return true;  // of another application
  auto tx = co_await context.db.begin();
  users::lock_users(tx, {payment->user});
  const bool changed = co_await disputes::keep(tx, context,
                                               {.id = disputes::DisputeId{new_uuid7()},
                                                .payment = payment->id,
                                                .invoice = payment->invoice,
                                                .user_id = payment->user,
                                                .provider = std::string{provider.name()},
                                                .reference = booked.reference,
                                                .amount = *booked.amount,
                                                .status = booked.status,
                                                .reason = booked.reason,
                                                .respond_by = booked.respond_by,
                                                .opened_at = booked.opened_at,
                                                .created_at = {},
                                                .updated_at = {}});
  if (changed) {
    co_await tx.commit();
    log::warn("payment_disputed", {{"payment_id", payment->id.text()}, {"status", to_text(booked.status)}, {"reason", booked.reason}});
  } else {
    co_await tx.end_unchanged();
  }
  co_return true;
}

Task<void> take_refund(Context& context, const providers::BookedRefund& booked) {
  if (!booked.refund || booked.status != PaymentStatus::failed) co_return;
  co_await payments::refund_came_back(context, *booked.refund, booked.failure_code.value_or("unknown"));
}

Task<void> look_through_books(Context& context, providers::PaymentProvider& provider) {
  auto* books = provider.books();
  if (!books || !co_await take_sweep(context.db, provider.name())) co_return;
  const auto now = SystemClock{}.now();
  const auto disputes = co_await books->disputes_since(now - std::chrono::days{7});
  if (const auto* all = std::get_if<std::vector<providers::BookedDispute>>(&disputes)) {
    for (const auto& booked : *all) co_await take_dispute(context, provider, booked);
  }
  for (const auto& reference : co_await disputes::open_references(context.db, provider.name())) {
    const auto answer = co_await books->dispute(reference);
    if (const auto* booked = std::get_if<providers::BookedDispute>(&answer)) co_await take_dispute(context, provider, *booked);
  }
  const auto refunds = co_await books->refunds_since(now - std::chrono::days{30});
  if (const auto* all = std::get_if<std::vector<providers::BookedRefund>>(&refunds)) {
    for (const auto& booked : *all) co_await take_refund(context, booked);
  }
  co_await prune(context.db);
}

}  // namespace billing::provider_events
