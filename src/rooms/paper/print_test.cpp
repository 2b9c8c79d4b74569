#include <gtest/gtest.h>
#include <time.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <regex>

#include "rooms/paper/testing.hpp"

namespace billing::paper {
namespace {

using namespace std::chrono_literals;

std::size_t pages_of(const std::string& pdf) {
  const std::regex page(R"(/Type /Page\b)");
  return static_cast<std::size_t>(std::distance(std::sregex_iterator(pdf.begin(), pdf.end(), page), std::sregex_iterator()));
}

/// For eyes: BILLING_PAPERS names a directory.
std::string kept(const std::string& name, std::string pdf) {
  if (const char* directory = std::getenv("BILLING_PAPERS")) std::ofstream(std::string{directory} + "/" + name + ".pdf") << pdf;
  return pdf;
}

TEST(Print, the_same_paper_is_the_same_bytes) {
  EXPECT_EQ(print(example_invoice(40)), print(example_invoice(40)));
  EXPECT_EQ(print(full_invoice()), print(full_invoice()));
}

TEST(Print, has_as_many_pages_as_it_needs) {
  EXPECT_EQ(pages_of(kept("one_line", print(example_invoice(1)))), 1);
  EXPECT_EQ(pages_of(kept("full", print(full_invoice()))), 1);
  EXPECT_EQ(pages_of(kept("three_pages", print(example_invoice(40)))), 3);
  EXPECT_EQ(pages_of(kept("forty_pages", print(example_invoice(700)))), 40);
}

TEST(Print, any_script_is_set) {
  auto paper = full_invoice();
  paper.seller = {
      "株式会社ノースウィンド", {"東京都千代田区丸の内1-1-1", "100-0005", "日本"}, "T1234567890123", "seikyu@northwind.example"};
  paper.logo.clear();
  paper.buyer = {
      "شركة الأمل للتقنية", {"شارع الملك فهد ١٢", "الرياض", "المملكة العربية السعودية"}, "310123456700003", "فواتير@example.com"};
  paper.lines = {{"プロプラン：2026年10月1日から10月31日まで、長い説明文がここに続きますので、途中で折り返される必要がありますがどうでしょ"
                  "うか、もう少し",
                  {"10月1日〜10日：4,900円 × 10 ÷ 31日"},
                  1,
                  4900},
                 {"الخطة الاحترافية: من 2026-10-01 إلى 2026-10-31، 120,000 وحدة", {"20,000 × 0.001 = 20.00"}, 120'000, 2000},
                 {"Επαγγελματικό πρόγραμμα: 1 έως 31 Οκτωβρίου 2026", {"Έκπτωση 10 %"}, 1, 3000},
                 {"Профессиональный план: октябрь 2026", {"Скидка 10 %"}, 1, 3000},
                 {"תוכנית מקצועית: אוקטובר 2026", {"הנחה 10 %"}, 1, 3000},
                 {"แผนมืออาชีพ: ตุลาคม 2026 · 전문가 요금제 · 专业版套餐 · योजना · Ağustos · Việt Nam", {}, 1, 3000}};
  paper.footer = "本請求書は適格請求書です。";
  EXPECT_EQ(pages_of(kept("scripts", print(paper))), 1);
}

TEST(Print, hostile_texts_are_only_texts) {
  auto paper = full_invoice();
  const std::string word(3'000, 'W');
  paper.seller.name = "<b>&amp; <span font='99'>Evil</span> %s %n";
  paper.buyer = {word, std::vector<std::string>(30, word), word, word};
  std::string marks = "a";
  for (int i = 0; i < 500; ++i) marks += "\u0301";
  paper.lines.push_back({word, {word}, std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::max()});
  paper.lines.push_back(
      {"\x01\x02\x1b[31m\r\n\t\xff\xfe\xc3 \u202etxet desrever\u202c " + marks, {}, {}, std::numeric_limits<std::int64_t>::min()});
  paper.lines.push_back({"", {""}, 0, 0});
  paper.logo = "\x89PNG\r\n\x1a\n and nothing more";
  paper.number = "2026-000042) /Evil (";
  paper.footer = word;
  const auto pdf = kept("hostile", print(paper));
  EXPECT_GT(pages_of(pdf), 1);
  EXPECT_FALSE(pdf.contains("(Invoice 2026-000042) /Evil ("));
}

TEST(Print, a_line_longer_than_a_page_goes_on_on_the_next) {
  auto paper = example_invoice(2);
  for (int i = 0; i < 60; ++i) paper.lines.back().explanation.push_back("Units " + std::to_string(i) + " and more of them");
  paper.lines.push_back(paper.lines.back());
  EXPECT_EQ(pages_of(kept("long_lines", print(paper))), 3);
}

TEST(Print, every_state_and_kind_is_printed) {
  auto paper = full_invoice();
  for (const auto& [state, name] : {std::pair{State::draft, "draft"}, {State::paid, "paid"}, {State::voided, "void"}}) {
    paper.state = state;
    if (state == State::draft) paper.number.clear();
    EXPECT_EQ(pages_of(kept(name, print(paper))), 1);
    paper.number = "2026-000042";
  }
  paper.kind = Kind::credit_note;
  paper.state = State::issued;
  paper.number = "CN-2026-000007";
  paper.invoice_number = "2026-000042";
  paper.due_on.reset();
  paper.taxes = {{"VAT", "20", true, 389'658, 77'932}};
  paper.total_cents = 467'590;
  paper.subtotal_cents = 389'658;
  paper.settled = {{"Taken off invoice 2026-000042", 400'000}, {"Added to your balance", 67'590}};
  paper.notes = {"What was billed has been corrected."};
  EXPECT_EQ(pages_of(kept("credit_note", print(paper))), 1);
}

/// Of this thread alone, whatever else the machine does.
std::chrono::nanoseconds time_spent() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return std::chrono::seconds{spent.tv_sec} + std::chrono::nanoseconds{spent.tv_nsec};
}

TEST(Print, two_hundred_lines_take_less_than_100_ms) {
  const auto paper = example_invoice(200);
  print(paper);  // fonts are found once
  const auto began = time_spent();
  print(paper);
  EXPECT_LT(time_spent() - began, 100ms);
}

TEST(Print, a_document_beyond_the_limit_is_refused) { EXPECT_THROW(print(example_invoice(most_lines + 1)), std::invalid_argument); }

TEST(Print, says_what_it_is_and_when_it_was_made) {
  const auto pdf = print(example_invoice(1));
  for (const auto* said :
       {"/Title (Invoice 2026-000042)", "/Author (Northwind Analytics GmbH)", "/Subject (USD 49.00 due November 15, 2026)", "/Lang (en)",
        "/CreationDate (D:20261101000500", "<rdf:li xml:lang=\"x-default\">Invoice 2026-000042</rdf:li>"}) {
    EXPECT_TRUE(pdf.contains(said)) << said;
  }
}

}  // namespace
}  // namespace billing::paper
