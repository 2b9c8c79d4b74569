#include <gtest/gtest.h>
#include <time.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <regex>

#include "rooms/paper/paper.hpp"

namespace billing::paper {
namespace {

using namespace std::chrono_literals;

const Currency usd = *Currency::parse("USD");

Paper invoice(std::size_t lines) {
  Paper paper{.kind = Kind::invoice,
              .state = State::open,
              .number = "2026-000042",
              .created = *parse_instant("2026-11-01T00:05:00Z"),
              .currency = usd,
              .total_cents = 0};
  paper.due_on = *parse_date("2026-11-15");
  paper.period = Period{*parse_date("2026-10-01"), *parse_date("2026-11-01")};
  paper.seller = {"Northwind Analytics GmbH", {"Torstraße 140", "10119 Berlin", "Germany"}, "DE 345 678 901", "billing@northwind.example"};
  paper.buyer = {"Acme Robotics, Inc.", {"350 Fifth Avenue, Floor 21", "New York, NY 10118", "United States"}, "", "ap@acme.example"};
  for (std::size_t i = 0; i < lines; ++i) {
    Line line{"Pro: 2026-10-01 to 2026-10-31", {}, 1, 4900};
    if (i % 3 != 0) {
      line = {"api_calls_" + std::to_string(i) + ": 120,000 units, 100,000 included",
              {"1 to 100,000 are included", "20,000 units × 0.001 = 20.00"},
              120'000,
              2000 + static_cast<std::int64_t>(i)};
    }
    paper.total_cents += line.amount_cents;
    paper.lines.push_back(std::move(line));
  }
  paper.due_cents = paper.total_cents;
  paper.notes = {"It is charged to your payment method by itself; there is nothing for you to do."};
  paper.footer = "Northwind Analytics GmbH · HRB 123456 B, Amtsgericht Charlottenburg";
  return paper;
}

std::size_t pages_of(const std::string& pdf) {
  const std::regex page(R"(/Type /Page\b)");
  return static_cast<std::size_t>(std::distance(std::sregex_iterator(pdf.begin(), pdf.end(), page), std::sregex_iterator()));
}

/// For eyes: BILLING_PAPERS names a directory.
std::string kept(const std::string& name, std::string pdf) {
  if (const char* directory = std::getenv("BILLING_PAPERS")) std::ofstream(std::string{directory} + "/" + name + ".pdf") << pdf;
  return pdf;
}

TEST(Print, the_same_paper_is_the_same_bytes) { EXPECT_EQ(print(invoice(40)), print(invoice(40))); }

TEST(Print, has_as_many_pages_as_it_needs) {
  EXPECT_EQ(pages_of(kept("one_line", print(invoice(1)))), 1);
  EXPECT_EQ(pages_of(kept("three_pages", print(invoice(40)))), 3);
  EXPECT_GE(pages_of(kept("forty_pages", print(invoice(700)))), 35);
}

/// Of this thread alone, whatever else the machine does.
std::chrono::nanoseconds time_spent() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return std::chrono::seconds{spent.tv_sec} + std::chrono::nanoseconds{spent.tv_nsec};
}

TEST(Print, two_hundred_lines_take_less_than_100_ms) {
  const auto paper = invoice(200);
  print(paper);  // fonts are found once
  const auto began = time_spent();
  print(paper);
  EXPECT_LT(time_spent() - began, 100ms);
}

TEST(Print, a_document_beyond_the_limit_is_refused) { EXPECT_THROW(print(invoice(most_lines + 1)), std::invalid_argument); }

TEST(Print, says_what_it_is_and_when_it_was_made) {
  const auto pdf = print(invoice(1));
  for (const auto* said :
       {"/Title (Invoice 2026-000042)", "/Author (Northwind Analytics GmbH)", "/Subject (USD 49.00 due November 15, 2026)", "/Lang (en)",
        "/CreationDate (D:20261101000500", "<rdf:li xml:lang=\"x-default\">Invoice 2026-000042</rdf:li>"}) {
    EXPECT_TRUE(pdf.contains(said)) << said;
  }
}

}  // namespace
}  // namespace billing::paper
