#include "rooms/payments/refund_came_back.hpp"

#include "platform/observe/metrics.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/invoices/apply_grant.hpp"
#include "rooms/refunds/store.hpp"
#include "rooms/users/store.hpp"

namespace billing::payments {

Task<void> refund_came_back(Context& context, RefundId id, std::string code) {
  const auto user = co_await refunds::find_user_of(context.db, id);
  if (!user) co_return;
  auto tx = co_await context.db.begin();
  const auto now = context.clock.now();
  users::lock_users(tx, {*user});
  const auto back = co_await refunds::note_come_back(tx, id, code, now);
  if (!back) {
    co_await tx.end_unchanged();
    co_return;
  }
  co_await invoices::apply_grant(tx, context,
                                 {.id = GrantId{new_uuid7()},
                                  .user_id = back->user_id,
                                  .amount = back->amount,
                                  .expires_on = {},
                                  .source = grants::GrantSource::failed_refund,
                                  .credit_note = back->credit_note,
                                  .refund = id,
                                  .reason = {},
                                  .ended_at = {},
                                  .created_at = now});
  audit::record(tx, context, {{"payment.refund_failed", "payment", id.text(), user->text(), "succeeded", "failed"}});
  tx.after_commit([&metrics = context.metrics] { metrics.count("refunds", {{"outcome", "came_back"}}); });
  co_await tx.commit();
}

}  // namespace billing::payments
