#include "rooms/payments/attempt/begin.hpp"

#include <algorithm>
#include <map>

#include "platform/runtime/uuid7.hpp"

namespace billing::payments {

std::string scheduled_key(const Payable& invoice) {
  return invoice.id.text() + "-" + std::to_string(std::ranges::count(invoice.attempts, PaymentKind::scheduled, &Payment::kind) + 1);
}

Payment new_payment(const Payable& invoice, std::string_view provider, PaymentKind kind, std::string key, Instant now) {
  return {.id = PaymentId{new_uuid7()},
          .invoice_id = invoice.id,
          .user_id = invoice.user_id,
          .attempt_key = std::move(key),
          .kind = kind,
          .provider = std::string{provider},
          .amount = invoice.amount,
          .status = PaymentStatus::pending,
          .failure_code = {},
          .attempted_at = now,
          .claimed_until = invoice.looked_at + claim_lasts,
          .created_at = now,
          .updated_at = now,
          .payment_method = invoice.payment_method,
          .provider_customer = invoice.provider_customer,
          .provider_reference = {}};
}

std::string_view name_if_it_knows_customers(const providers::PaymentProvider& provider) {
  return provider.keeps_customers() ? provider.name() : "";
}

namespace {

// The time is one for all: they are claimed by one statement, until one instant.
constexpr pg::Statement select_payers{R"(
  SELECT id, payment_method, CASE WHEN $2 <> '' THEN (SELECT reference FROM provider_customers WHERE user_id = u.id AND provider = $2) END,
         statement_timestamp()
  FROM users u WHERE id = ANY ((SELECT $1::uuid[])::uuid[]))"};

struct Payer {
  std::optional<std::string> payment_method;
  std::optional<std::string> provider_customer;
  Instant looked_at;
};

Task<std::map<UserId, Payer>> find_payers(pg::Transaction& tx, const std::vector<invoices::ToCollect>& made, std::string_view provider) {
  std::vector<UserId> users;
  for (const auto& invoice : made) users.push_back(invoice.user);
  std::map<UserId, Payer> payers;
  for (const auto row : co_await tx.query(select_payers, pg::Params{}.add_array(users).add(provider))) {
    payers.emplace(row.as<UserId>(0), Payer{row.optional_text(1), row.optional_text(2), row.instant(3)});
  }
  co_return payers;
}

Payable payable_of(const invoices::ToCollect& made, const Payer& payer, Instant now) {
  return {.id = made.id,
          .user_id = made.user,
          .amount = made.due,
          .status = InvoiceStatus::open,
          .collection = Collection::pending,
          .next_attempt_at = now,
          .payment_method = payer.payment_method,
          .provider_customer = payer.provider_customer,
          .looked_at = payer.looked_at,
          .attempts = {}};
}

}  // namespace

Task<void> begin_first_attempts(pg::Transaction& tx, const Context& context, const Collecting& collecting,
                                std::vector<invoices::ToCollect> made, std::vector<Attempt>& begun) {
  const auto now = context.clock.now();
  const auto& provider = collecting.providers.current();
  const auto payers = co_await find_payers(tx, made, name_if_it_knows_customers(provider));
  std::vector<Attempt> attempts;
  std::vector<Payment> payments;
  for (const auto& one : made) {
    auto invoice = payable_of(one, payers.at(one.user), now);
    payments.push_back(new_payment(invoice, provider.name(), PaymentKind::scheduled, scheduled_key(invoice), now));
    attempts.push_back({std::move(invoice), payments.back()});
  }
  insert_pending(tx, context, payments);
  tx.after_commit([&begun, attempts = std::move(attempts)] { begun.insert(begun.end(), attempts.begin(), attempts.end()); });
}

}  // namespace billing::payments
