#pragma once

#include "rooms/paper/paper.hpp"

/// Papers to try things with.
namespace billing::paper {

/// A logo, 220 by 64 pixels.
inline std::string example_logo() {
  constexpr std::string_view hex =
      "89504e470d0a1a0a0000000d49484452000000dc00000040080600000071fe19b9000001634944415478daedddc18dc240104541c7c1050220275226232311814133"
      "9eeeef2a"
      "8933ada19fac5dc06c1b0000001c747fbd77a70083a3faf7e1f4607264e28385a1090f1684263c58149be8109af0203f36d12136d141766ca2436ca283ecd84487e0"
      "04f7757b"
      "3cf7590f7387ccdd31b6aad1595c73c7c656313a8b6beee5c1cd7e5ec199bbc5dc15ae4069d1595c73970e6ed41c823377e9b9abfd8d95129dc535778be046cc2438"
      "730beec7"
      "10046771e3e6aefe6ffbced1595c730b0e56eaf0c6b4e0109ce040708243708203c141746c6707273a5ce15ce1109ce040708243708203c1090ec1f9f0b20f019b5b"
      "708233b7"
      "efc365c56671cddd2a38dff8b6b882734f138b6bee5ed15d25368b6beef2c1b92fa5c5bdd4dceebc6c71cdedb70504677173e7169bc535f7b973fb7d383893e04074"
      "62437462"
      "838b44e7d541746283ace8bc1a084f6890139d53477842838cf09c2a4c8ecfe9c1e0189d020000c0211ff7c2f445174e3f2b0000000049454e44ae426082";
  std::string png;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) png += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  return png;
}

inline Party example_seller() {
  return {"Northwind Analytics GmbH", {"Torstraße 140", "10119 Berlin", "Germany"}, "DE 345 678 901", "billing@northwind.example"};
}
inline Party example_buyer() {
  return {"Acme Robotics, Inc.", {"350 Fifth Avenue, Floor 21", "New York, NY 10118", "United States"}, "", "ap@acme.example"};
}

inline Line base_line() { return {"Pro: 2026-10-01 to 2026-10-31", {}, 1, 4900}; }
inline Line usage_line(std::size_t n) {
  return {"api_calls_" + std::to_string(n) + ": 120,000 units, 100,000 included",
          {"120,000 used, 100,000 included: 20,000 to pay for", "20,000 × 0.001 = 20.00"},
          120'000,
          2000 + static_cast<std::int64_t>(n)};
}

/// Open, of so many lines, without tax.
inline Paper example_invoice(std::size_t lines) {
  Paper paper{.kind = Kind::invoice,
              .state = State::open,
              .number = "2026-000042",
              .created = *parse_instant("2026-11-01T00:05:00Z"),
              .currency = *Currency::parse("USD"),
              .total_cents = 0};
  paper.due_on = *parse_date("2026-11-15");
  paper.period = Period{*parse_date("2026-10-01"), *parse_date("2026-11-01")};
  paper.seller = example_seller();
  paper.buyer = example_buyer();
  for (std::size_t i = 0; i < lines; ++i) paper.lines.push_back(i % 3 == 0 ? base_line() : usage_line(i));
  for (const auto& line : paper.lines) paper.total_cents += line.amount_cents;
  paper.due_cents = paper.total_cents;
  paper.notes = {"The amount due is charged to your payment method automatically."};
  paper.footer = "Northwind Analytics GmbH · Managing director: Ada Example · HRB 123456 B, Amtsgericht Charlottenburg";
  return paper;
}

/// Everything that an invoice may have on it.
inline Paper full_invoice() {
  auto paper = example_invoice(0);
  paper.currency = *Currency::parse("EUR");
  paper.logo = example_logo();
  paper.buyer.tax_id = "US 12-3456789";
  paper.lines = {
      {"Pro × 15: 2026-10-01 to 2026-10-10, then Enterprise: 2026-10-11 to 2026-10-31, less EUR 49.00 billed before",
       {"October 1 – 10, 2026 on pro: 49.00 × 15 × 10 ÷ 31 days",
        "October 11 – 31, 2026 on ent: 199.00 × 15 × 21 ÷ 31 days, at a price of your own (contract of May)",
        "10 % off with WELCOME10: −203.32", "Billed before: 49.00"},
       1,
       178'090},
      {"api_calls: 1,240,000 units (120,000 on pro, 1,120,000 on ent)",
       {"October 1 – 10, 2026 on pro: units 1 to 120,000 = 20.00", "October 11 – 31, 2026 on ent: units 120,001 to 1,240,000 = 120.00",
        "5.00 off with FIVER: −5.00"},
       1'240'000,
       13'500},
      {"Storage minimum: 2026-10-01 to 2026-10-31, EUR 500.00 less EUR 240.00 of base fee and usage", {}, 1, 26'000},
      {"On-site training, two days", {"2 × 1,250.00"}, 2, 250'000},
  };
  paper.discount_cents = 20'832;
  paper.subtotal_cents = 467'590;
  paper.taxes = {{"VAT", "19", false, 217'590, 41'342}, {"VAT", "7", false, 250'000, 17'500}};
  paper.total_cents = 526'432;
  paper.settled = {{"Credit note CN-2026-000007", 3'319}, {"Paid from balance", 1'900}, {"Paid on November 3, 2026", 100'000}};
  paper.due_cents = 421'213;
  paper.notes = {"EUR 1,000.00 paid on November 3, 2026, reference ch_3PxY7a2eZvKYlo2C.",
                 "Please transfer the amount due by November 15, 2026 and name the number of the invoice."};
  return paper;
}

}  // namespace billing::paper
