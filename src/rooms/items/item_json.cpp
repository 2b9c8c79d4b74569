#include "rooms/items/item_json.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"

namespace billing::items {

boost::json::object to_json(const Item& item) {
  return {{"id", item.id.text()},
          {"user_id", item.user_id.text()},
          {"description", item.description},
          {"currency", item.amount.currency().code()},
          {"amount_cents", item.amount.minor()},
          {"quantity", item.quantity},
          {"unit_price", http::nullable(item.unit_price.transform(&Decimal::text))},
          {"subscription_id", http::nullable(item.subscription_id.transform(&SubscriptionId::text))},
          {"invoice_id", http::nullable(item.invoice_id.transform(&InvoiceId::text))},
          {"created_at", to_text(item.created_at)}};
}

}  // namespace billing::items
