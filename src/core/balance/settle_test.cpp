#include "core/balance/settle.hpp"

#include <gtest/gtest.h>

#include "core/testing.hpp"

namespace billing {
namespace {

using test::money;
using test::usd;

constexpr Date today{std::chrono::year{2026} / 6 / 10};

InvoiceId invoice(std::uint8_t n) { return InvoiceId{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n}}; }
CreditNoteId note(std::uint8_t n) { return CreditNoteId{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n}}; }
GrantId grant(std::uint8_t n) { return GrantId{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n}}; }

TEST(Settle, a_note_comes_off_what_is_due_on_its_invoice) {
  const auto settled = settle({{invoice(1), usd(4900)}}, {}, {{note(1), invoice(1), usd(3319), grant(1)}}, today);
  EXPECT_EQ(settled.notes.at(note(1)), (NoteSplit{usd(3319), usd(0), usd(0)}));
  EXPECT_EQ(settled.due.at(invoice(1)), usd(1581));
  EXPECT_TRUE(settled.uses.empty());
}

TEST(Settle, a_note_on_a_paid_invoice_becomes_balance) {
  const auto settled = settle({}, {}, {{note(1), invoice(1), usd(3319), grant(1)}}, today);
  EXPECT_EQ(settled.notes.at(note(1)), (NoteSplit{usd(0), usd(3319), usd(0)}));
}

TEST(Settle, balance_pays_an_invoice_when_it_is_made_as_far_as_it_reaches) {
  const auto settled = settle({{invoice(1), usd(1900), true}}, {{grant(1), usd(3319), {}}}, {}, today);
  EXPECT_EQ(settled.uses, (std::vector{GrantPays{grant(1), invoice(1), 1900}}));
  EXPECT_EQ(settled.due.at(invoice(1)), usd(0));
}

TEST(Settle, a_new_grant_pays_open_invoices_oldest_first_and_then_the_new_one) {
  const auto settled = settle({{invoice(2), usd(1000)}, {invoice(3), usd(500)}, {invoice(4), usd(900), true}}, {},
                              {{note(1), invoice(1), usd(2000), grant(1)}}, today);
  EXPECT_EQ(settled.uses, (std::vector{GrantPays{grant(1), invoice(2), 1000}, GrantPays{grant(1), invoice(3), 500},
                                       GrantPays{grant(1), invoice(4), 500}}));
  EXPECT_EQ(settled.due.at(invoice(4)), usd(400));
}

TEST(Settle, an_invoice_with_an_attempt_under_way_is_paid_by_no_grant) {
  const auto settled = settle({{invoice(2), usd(1000), false, true}}, {}, {{note(1), invoice(1), usd(2000), grant(1)}}, today);
  EXPECT_TRUE(settled.uses.empty());
  EXPECT_EQ(settled.due.at(invoice(2)), usd(1000));
}

TEST(Settle, without_a_new_grant_open_invoices_stay_as_they_are) {
  EXPECT_TRUE(settle({{invoice(1), usd(1000)}}, {{grant(1), usd(500), {}}}, {}, today).uses.empty());
}

TEST(Settle, currencies_never_meet) {
  EXPECT_TRUE(settle({{invoice(1), usd(1000), true}}, {{grant(1), money(500, "EUR"), {}}}, {}, today).uses.empty());
}

}  // namespace
}  // namespace billing
