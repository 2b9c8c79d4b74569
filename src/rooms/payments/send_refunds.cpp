#include "rooms/payments/send_refunds.hpp"

#include <algorithm>

#include "core/collecting/collection.hpp"
#include "platform/observe/metrics.hpp"
#include "platform/runtime/log.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/invoices/apply_grant.hpp"
#include "rooms/users/store.hpp"

namespace billing::payments {
namespace {

using providers::Processing;
using providers::Refunded;
using providers::RefundFailed;
using providers::RefundOutcome;
using providers::RefundRequest;
using providers::Unreachable;
using refunds::Refund;

struct Sent {
  Refund refund;
  std::optional<RefundOutcome> outcome{};  // once the provider has answered
  std::optional<std::string> resolution{};  // why an operator says what came of it
};

/// Only the provider that charged can give back.
Task<void> send(const providers::Providers& all, Sent& sent) {
  const auto& refund = sent.refund;
  auto* provider = all.find(refund.provider);
  if (!provider) {
    log::warn("refund_of_unknown_provider", {{"refund_id", refund.id.text()}, {"provider", refund.provider}});
    sent.outcome = Unreachable{};
    co_return;
  }
  RefundRequest request{.refund_key = refund.key,
                        .refund = refund.id,
                        .amount = refund.amount,
                        .charge_key = refund.charge_key,
                        .charge_reference = refund.charge_reference,
                        .payment_method = refund.payment_method,
                        .reference = refund.reference,
                        .begun_at = refund.created_at,
                        .unreachable_before = refund.unreachable_count};
  // Of one that was begun before: whoever began it may have sent it.
  if (refund.calls > 0) sent.outcome = providers::known<RefundOutcome>(co_await provider->lookup_refund(request));
  if (!sent.outcome) sent.outcome = co_await provider->refund(std::move(request));
}

Task<std::vector<Sent>> send_all(const providers::Providers& providers, std::vector<Refund> claimed) {
  std::vector<Sent> all;
  for (auto& refund : claimed) all.push_back({std::move(refund)});
  TaskGroup calls;
  for (auto& sent : all) calls.spawn(send(providers, sent));
  co_await calls.join();
  std::erase_if(all, [](const Sent& sent) { return !sent.outcome; });  // the provider threw: its claim will run out
  co_return all;
}

refunds::Finished finished(const Sent& sent, Instant now) {
  const auto& refund = sent.refund;
  refunds::Finished finished{.id = refund.id,
                             .status = PaymentStatus::succeeded,
                             .failure_code = {},
                             .provider_reference = {},
                             .resolution = sent.resolution,
                             .next_attempt_at = {},
                             .claimed_until = refund.claimed_until};
  if (const auto* refunded = std::get_if<Refunded>(&*sent.outcome)) {
    finished.provider_reference = refunded->reference;
  } else if (const auto* failed = std::get_if<RefundFailed>(&*sent.outcome)) {
    finished.status = PaymentStatus::failed;
    finished.failure_code = failed->code;
    finished.provider_reference = failed->reference;
  } else if (const auto* processing = std::get_if<Processing>(&*sent.outcome)) {
    finished.status = PaymentStatus::pending;
    finished.failure_code = "processing";
    finished.provider_reference = processing->reference;
    finished.next_attempt_at = now + unreachable_backoff(refund.calls + 1);
  } else {
    finished.status = PaymentStatus::pending;
    finished.failure_code = "unreachable";
    finished.unreachable_count = refund.unreachable_count + 1;
    finished.next_attempt_at = now + unreachable_backoff(finished.unreachable_count);
  }
  return finished;
}

/// What could not go back to the card stands to the user's credit.
grants::Grant grant_of(const Refund& refund, Instant now) {
  return {.id = GrantId{new_uuid7()},
          .user_id = refund.user_id,
          .amount = refund.amount,
          .expires_on = {},
          .source = grants::GrantSource::failed_refund,
          .credit_note = refund.credit_note,
          .refund = refund.id,
          .reason = {},
          .ended_at = {},
          .created_at = now};
}

std::string_view outcome_name(const RefundOutcome& outcome) {
  constexpr std::string_view names[] = {"succeeded", "failed", "processing", "unreachable"};
  return names[outcome.index()];
}

/// Commits what the provider said. Whoever comes second, after a claim ran out, finds the row ended and changes nothing.
Task<void> finish_refunds(Context& context, const std::vector<Sent>& all) {
  if (all.empty()) co_return;
  auto tx = co_await context.db.begin();
  const auto now = context.clock.now();
  std::vector<UserId> users;
  std::vector<refunds::Finished> outcomes;
  for (const auto& sent : all) {
    users.push_back(sent.refund.user_id);
    outcomes.push_back(finished(sent, now));
  }
  users::lock_users(tx, users);
  const auto ended = co_await refunds::finish(tx, outcomes, now);
  std::vector<audit::Entry> entries;
  std::vector<std::string_view> counted;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& refund = all[i].refund;
    if (!ended.contains(refund.id)) continue;
    counted.push_back(outcome_name(*all[i].outcome));
    const auto status = outcomes[i].status;
    if (status == PaymentStatus::pending) continue;
    if (all[i].resolution) {
      entries.push_back({"payment.resolved", "payment", refund.id.text(), refund.user_id.text(), "pending", std::string{to_text(status)}});
    }
    const auto* action = status == PaymentStatus::succeeded ? "payment.refunded" : "payment.refund_failed";
    entries.push_back({action, "payment", refund.id.text(), refund.user_id.text(), "pending", std::string{to_text(status)}});
    if (status == PaymentStatus::failed) co_await invoices::apply_grant(tx, context, grant_of(refund, now));
  }
  audit::record(tx, context, entries);
  tx.after_commit([&metrics = context.metrics, counted = std::move(counted)] {
    for (const auto name : counted) metrics.count("refunds", {{"outcome", name}});
  });
  co_await tx.commit();
}

/// All in one transaction; if the database refuses that, one by one: what the provider said of one is not lost for another's sake.
Task<void> finish_whatever_can_be(Context& context, const std::vector<Sent>& all) {
  try {
    co_await finish_refunds(context, all);
    co_return;
  } catch (const pg::StatementError& error) {
    log::warn("batch_not_finished", {{"refunds", all.size()}, {"sqlstate", error.sqlstate}, {"error", error.what()}});
  }
  for (const auto& sent : all) {
    try {
      co_await finish_refunds(context, {sent});
    } catch (const pg::StatementError& error) {  // the row stays pending: when its claim has run out, it is asked about
      log::error("refund_not_finished", {{"refund_id", sent.refund.id.text()}, {"sqlstate", error.sqlstate}, {"error", error.what()}});
    }
  }
}

Task<void> send_claimed(Context& context, const providers::Providers& providers, const std::vector<RefundId>& ids, refunds::When when) {
  std::vector<Refund> claimed;
  {
    auto tx = co_await context.db.begin();
    claimed = co_await refunds::claim(tx, context, ids, when);
    if (claimed.empty()) {
      co_await tx.end_unchanged();
      co_return;
    }
    co_await tx.commit();
  }
  co_await finish_whatever_can_be(context, co_await send_all(providers, std::move(claimed)));
}

}  // namespace

Task<void> end_refund(Context& context, const Refund& refund, RefundOutcome outcome, std::string resolution) {
  co_await finish_refunds(context, {{refund, std::move(outcome), std::move(resolution)}});
}

Task<void> send_refunds(Context& context, const providers::Providers& providers, std::vector<RefundId> ids) {
  co_await send_claimed(context, providers, ids, refunds::When::due);
}

Task<void> ask_about_refunds(Context& context, const providers::Providers& providers, std::vector<RefundId> ids) {
  co_await send_claimed(context, providers, ids, refunds::When::now);
}

}  // namespace billing::payments
