#include "rooms/emails/compose.hpp"

#include <gmock/gmock.h>

namespace billing::emails {
namespace {

using testing::HasSubstr;
using testing::Not;

const auto usd = Currency::parse("USD").value();

Facts facts() {
  Facts facts{.email = "ada@example.com",
              .name = "Ada",
              .language = "en",
              .external_id = {},
              .user_id = {},
              .seller = "Acme",
              .seller_email = {},
              .footer = {},
              .payment_url = "https://acme.example/{external_id}?i={invoice_id}",
              .invoice = {},
              .payment = {},
              .trial = {}};
  facts.invoice = Facts::Invoice{.number = "2026-000001",
                                 .id = "inv",
                                 .amount = {4900, usd},
                                 .due = {4900, usd},
                                 .period = {parse_date("2026-06-01").value(), parse_date("2026-07-01").value()},
                                 .due_on = {},
                                 .status = "open",
                                 .next_attempt_at = parse_instant("2026-06-04T12:00:00Z")};
  facts.payment =
      Facts::Payment{.amount = {4900, usd}, .failure_code = "insufficient_funds", .action_url = {}, .on = parse_date("2026-06-01").value()};
  return facts;
}
std::string text_of(std::string_view kind, const Facts& facts) { return compose({}, kind, facts, {"billing@acme.example"}, {}).text; }

TEST(MailWords, say_why_a_payment_failed_and_when_it_is_tried_again) {
  const auto text = text_of("payment_failed", facts());
  EXPECT_THAT(text, HasSubstr("and there was not enough money on the account."));
  EXPECT_THAT(text, HasSubstr("We will try again on June 4, 2026."));
  auto german = facts();
  german.language = "de";
  EXPECT_THAT(text_of("payment_failed", german), HasSubstr("aber das Konto war nicht ausreichend gedeckt."));
}

TEST(MailWords, the_link_is_the_providers_where_it_wants_something_confirmed_else_the_sellers_page) {
  auto some = facts();
  some.external_id = "a b&c";
  EXPECT_THAT(text_of("payment_failed", some), HasSubstr("Check your payment method:\nhttps://acme.example/a%20b%26c?i=inv\n"));
  some.payment->action_url = "https://pay.example/confirm";
  some.payment->waits = true;
  const auto text = text_of("payment_failed", some);
  EXPECT_THAT(text, HasSubstr("Confirm the payment:\nhttps://pay.example/confirm\n"));
  EXPECT_THAT(text, HasSubstr("Your bank asks you to confirm the payment"));
  EXPECT_THAT(text, Not(HasSubstr("acme.example/a")));
  EXPECT_THAT(text, Not(HasSubstr("again on")));
  some.payment->action_url = {};
  some.payment_url = {};
  EXPECT_THAT(text_of("payment_failed", some), Not(HasSubstr("Confirm the payment:")));
}

TEST(MailWords, of_what_is_settled_or_gone_nothing_is_said) {
  auto some = facts();
  EXPECT_EQ(pointless("payment_failed", some), "");
  some.invoice->status = "paid";
  EXPECT_EQ(pointless("payment_failed", some), "the invoice was paid meanwhile");
  EXPECT_EQ(pointless("invoice_issued", some), "");
  some.invoice->status = "void";
  EXPECT_EQ(pointless("invoice_issued", some), "the invoice was voided");
  some.anonymized = true;
  EXPECT_EQ(pointless("payment_succeeded", some), "the customer was anonymized");
}

TEST(MailWords, an_invoice_says_what_is_left_to_pay_and_until_when) {
  auto some = facts();
  some.invoice->due = {1900, usd};
  some.invoice->due_on = parse_date("2026-06-15");
  some.language = "de";
  const auto text = text_of("invoice_issued", some);
  for (const auto* said : {"Zeitraum:           1. – 30. Juni 2026", "Gesamtbetrag:       49,00 USD", "Bereits beglichen:  30,00 USD",
                           "Zu zahlen:          19,00 USD", "Zahlbar bis:        15. Juni 2026"}) {
    EXPECT_THAT(text, HasSubstr(said));
  }
}

TEST(MailWords, a_mail_that_was_put_off_is_tried_again_ever_later_for_three_days) {
  using namespace std::chrono_literals;
  std::chrono::seconds all{};
  std::int64_t attempts = 1;
  for (; again_after(attempts); ++attempts) all += *again_after(attempts);
  EXPECT_EQ(again_after(1), 1min);
  EXPECT_EQ(attempts, 9);
  EXPECT_GT(all, 65h);
}

}  // namespace
}  // namespace billing::emails
