#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "core/collecting/payment.hpp"
#include "core/ids.hpp"
#include "core/money/money.hpp"
#include "platform/runtime/task.hpp"

namespace billing::providers {

// What may come of a charge -------------------------------------------------------------------------------------------------------

struct Paid {
  std::optional<std::string> reference{};  // the provider's own name of the charge
};
struct Declined {
  std::string code;  // "card_declined"
  Decline decline = Decline::soft;
  std::optional<std::string> reference{};
};
/// The provider has it and is still at it, for seconds or for days: it is asked what became of it.
struct Processing {
  std::optional<std::string> reference{};
};
/// Nothing is charged before the customer has been at `url`, to authenticate it. Each look-up may give another one: links age.
struct NeedsCustomer {
  std::optional<std::string> url{};
  std::optional<std::string> reference{};
};
/// Nobody knows whether the charge happened: the provider is to be asked again.
struct Unreachable {};
/// The provider has never seen the key: nothing was charged with it, and nothing will be. Only said when that is certain: a provider whose books lag is
/// `Unreachable` until they would show it.
struct NeverAsked {};
using Outcome = std::variant<Paid, Declined, Processing, NeedsCustomer, Unreachable>;
using Found = std::variant<Paid, Declined, Processing, NeedsCustomer, Unreachable, NeverAsked>;

/// One attempt to charge an invoice, as its row has it. What is asked under one key is always the same: amount, method and customer are those of
/// the attempt.
struct ChargeRequest {
  std::string attempt_key;  // the provider's idempotency key: calling again with it never charges twice
  PaymentId payment;  // for the provider's notes, so that what it tells of the charge names what it is of
  InvoiceId invoice;
  UserId user;
  Money amount;
  std::optional<std::string> payment_method;
  std::optional<std::string> customer;  // how this provider calls the user
  std::optional<std::string> reference;  // how it calls the charge, once it has said so
  Instant begun_at;  // when the attempt was begun, by billing's clock
  std::int64_t declined_before = 0;  // attempts of this invoice that were declined
  std::int64_t unreachable_before = 0;  // calls for this invoice that could not reach the provider
};

// Refunds -------------------------------------------------------------------------------------------------------------------------

/// What is to be given back of a charge. What is asked under one key is always the same.
struct RefundRequest {
  std::string refund_key;  // the provider's idempotency key: calling again with it never gives back twice
  RefundId refund;  // for the provider's notes
  Money amount;  // at most the charge's
  std::string charge_key;  // the charge's attempt key
  std::optional<std::string> charge_reference;  // how the provider calls the charge
  std::optional<std::string> payment_method;  // that was charged
  std::optional<std::string> reference;  // how the provider calls the refund, once it has said so
  Instant begun_at;
  std::int64_t unreachable_before = 0;  // calls for this refund that could not reach the provider
};

struct Refunded {
  std::optional<std::string> reference{};  // the provider's own name of the refund
};
struct RefundFailed {
  std::string code;  // "expired_or_canceled_card"
  std::optional<std::string> reference{};
};
using RefundOutcome = std::variant<Refunded, RefundFailed, Processing, Unreachable>;
using FoundRefund = std::variant<Refunded, RefundFailed, Processing, Unreachable, NeverAsked>;

/// What was found of a charge or a refund, as the outcome that it is; nullopt: it was never asked for.
template <class Outcome, class Found>
std::optional<Outcome> known(Found found) {
  return std::visit(
      [](auto&& one) -> std::optional<Outcome> {
        if constexpr (std::is_same_v<std::decay_t<decltype(one)>, NeverAsked>) {
          return std::nullopt;
        } else {
          return std::move(one);
        }
      },
      std::move(found));
}

// Customers and what they pay with ------------------------------------------------------------------------------------------------

/// A user of ours, as a provider needs it.
struct Customer {
  UserId user;
  std::string email;
  std::optional<std::string> name;
  std::optional<std::string> reference;  // how the provider calls the user, once it has said so (rooms/providers/store.hpp)
  std::optional<std::string> payment_method;  // the one that is charged
};
/// What a customer can be charged by. No card's number is ever here.
struct Method {
  std::string id;  // the provider's token: what a user's payment_method is
  std::string type;  // "card", "sepa_debit"
  std::optional<std::string> brand;  // "visa"
  std::optional<std::string> last4;
  std::optional<std::int64_t> expiry_month;
  std::optional<std::int64_t> expiry_year;
};
/// Where the customer enters a card, at the provider.
struct SetupLink {
  std::string url;
  std::string reference;  // how the provider calls what happens there
};
/// What came of such a link.
struct SetUp {
  std::string payment_method;
};
struct StillOpen {};
struct Expired {};  // nothing will come of it any more
using FoundSetup = std::variant<SetUp, StillOpen, Expired, Unreachable>;

/// The provider will not, and says why: asking again changes nothing.
struct Refused {
  std::string code;  // "no_such_payment_method"
  std::string detail;  // for a person
};
struct Done {};
template <class Thing>
using Answer = std::variant<Thing, Refused, Unreachable>;

class Books;  // rooms/providers/books.hpp

/// Whoever moves the money. Each call answers within 30 seconds, `Unreachable` if need be, and never throws for what a provider may do.
class PaymentProvider {
 public:
  virtual ~PaymentProvider() = default;
  /// As BILLING_PROVIDER and a payment's `provider` have it.
  virtual std::string_view name() const = 0;
  /// How long after it was first used a key still keeps from charging twice, in real time. Later nothing is charged with it any more: the attempt is only
  /// looked up, and where it was never made another one begins.
  virtual std::chrono::hours keys_last() const = 0;
  /// Whether a user must be made known (`make_customer`) before anything is charged or set up.
  virtual bool keeps_customers() const = 0;

  virtual Task<Outcome> charge(ChargeRequest request) = 0;
  /// What became of an earlier charge with this key: charges nothing.
  virtual Task<Found> lookup(ChargeRequest request) = 0;
  /// Ends a charge that needs its customer, so that nothing comes of it any more: `Declined` when that is done, with the code "canceled"; where the customer
  /// was faster, what came of it.
  virtual Task<Found> cancel(ChargeRequest request) = 0;

  /// Gives back to the card that was charged.
  virtual Task<RefundOutcome> refund(RefundRequest request) = 0;
  /// What became of an earlier refund with this key: gives nothing back.
  virtual Task<FoundRefund> lookup_refund(RefundRequest request) = 0;

  /// Makes the user known; the same reference however often it is asked for one user.
  virtual Task<Answer<std::string>> make_customer(Customer customer) = 0;
  /// A link for the customer, who is sent to `return_url` afterwards. The same one for the same key.
  virtual Task<Answer<SetupLink>> set_up(Customer customer, std::string return_url, std::string key) = 0;
  /// What became of an earlier link, by its reference.
  virtual Task<FoundSetup> lookup_setup(Customer customer, std::string reference) = 0;
  /// What the customer can be charged by.
  virtual Task<Answer<std::vector<Method>>> methods(Customer customer) = 0;
  /// Takes a method that the provider knows for this customer's.
  virtual Task<Answer<Method>> attach(Customer customer, std::string method) = 0;
  /// The method is the customer's no longer, and never charged again. `Done` also where it was not.
  virtual Task<Answer<Done>> detach(Customer customer, std::string method) = 0;

  /// What it can tell by itself; nullptr: nothing.
  virtual Books* books() { return nullptr; }
};

}  // namespace billing::providers
