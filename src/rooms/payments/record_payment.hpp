#pragma once

#include <optional>
#include <string>

#include "rooms/payments/store.hpp"

namespace billing::payments {

/// Money that came in some other way than through the provider.
struct Receipt {
  std::int64_t amount;  // minor units of the invoice's currency, > 0
  std::optional<Date> received_on{};  // today, where nothing is said
  std::optional<std::string> reference{};
};

/// Records it for an invoice, in part or beyond what is due: that becomes balance. Refusal 409 `not_open` for an invoice that is paid or void by then.
Task<Payment> record_payment(Context& context, InvoiceId invoice, Receipt receipt);

}  // namespace billing::payments
