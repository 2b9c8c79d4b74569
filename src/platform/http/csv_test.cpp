#include "platform/http/csv.hpp"

#include <gtest/gtest.h>

namespace billing::http::csv {
namespace {

std::string written(const Cell& cell) {
  std::string out;
  append_cell(out, cell);
  return out;
}

TEST(Csv, QuotesWhatWouldEndACell) {
  EXPECT_EQ(written(words("plain words")), "plain words");
  EXPECT_EQ(written(words("")), "");
  EXPECT_EQ(written(words("a,b")), R"("a,b")");
  EXPECT_EQ(written(words(R"(say "hi")")), R"("say ""hi""")");
  EXPECT_EQ(written(words("two\r\nlines")), "\"two\r\nlines\"");
  EXPECT_EQ(written(words("Zoë Müller 東京")), "Zoë Müller 東京");
}

TEST(Csv, NoWordsOfOthersBeginAFormula) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"=1+1", "'=1+1"},
      {"+49 30 1234", "'+49 30 1234"},
      {"-5", "'-5"},
      {"@SUM(A1)", "'@SUM(A1)"},
      {"\t=1", "\"'\t'=1\""},
      {"\r=1", "\"'\r'=1\""},
      {"\n=1", "\"\n'=1\""},
      {"a;=1", "\"a;'=1\""},
      {"a\r\n+1", "\"a\r\n'+1\""},
      {"\uFF1D1", "'\uFF1D1"},
      {R"~(=HYPERLINK("http://x","y"))~", R"~("'=HYPERLINK(""http://x"",""y"")")~"},
      {"a=1-1+1@b", "a=1-1+1@b"},
      {"'=1", "'=1"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(written(words(text)), expected) << text;
}

TEST(Csv, OurOwnNumbersStayNumbers) {
  EXPECT_EQ(written(exact("-12.50")), "-12.50");
  EXPECT_EQ(written(number(-3)), "-3");
  EXPECT_EQ(written(number(std::nullopt)), "");
  EXPECT_EQ(written(day(parse_date("2026-02-28"))), "2026-02-28");
  EXPECT_EQ(written(time(std::nullopt)), "");
  EXPECT_EQ(written(truth(true)), "true");
  const auto json = R"({"name":"=1","address":{"country":"DE"},"tax_id":null})";
  EXPECT_EQ(written(words_at(json, "/name")), "'=1");
  EXPECT_EQ(written(words_at(json, "/address/country")), "DE");
  EXPECT_EQ(written(words_at(json, "/tax_id")), "");
  EXPECT_EQ(written(words_at(json, "/phone/number")), "");
}

TEST(Csv, ALineHasACellForEachColumnAndTellsItsId) {
  struct Item {
    std::string id;
    std::optional<std::string> name;
  };
  static constexpr Column<Item> columns[] = {{"id", [](const Item& item) { return exact(item.id); }},
                                             {"name", [](const Item& item) { return words(item.name); }}};
  EXPECT_EQ(head<Item>(columns), "id,name\r\n");
  std::string out;
  EXPECT_EQ(append_line<Item>(out, columns, {"1", "a,b"}), "1");
  EXPECT_EQ(append_line<Item>(out, columns, {"2", std::nullopt}), "2");
  EXPECT_EQ(out, "1,\"a,b\"\r\n2,\r\n");
}

}  // namespace
}  // namespace billing::http::csv
