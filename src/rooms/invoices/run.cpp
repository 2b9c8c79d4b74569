#include "rooms/invoices/run.hpp"

#include "base/overflow.hpp"
#include "platform/runtime/refusal.hpp"
#include "rooms/invoices/bill_users.hpp"

namespace billing::invoices {

Task<Documents> run_for(Context& context, UserId user_id, SubscriptionId subscription_id, RunKind kind) {
  Documents made;
  try {
    if (kind == RunKind::cancel_now) made.invoices = co_await bill_final(context, user_id, subscription_id);
  } catch (const Overflow& error) {
    throw Refusal(422, "amount_overflow", std::string{"The final invoice cannot be made: "} + error.what() + ".");
  }
  co_return made;
}

}  // namespace billing::invoices
