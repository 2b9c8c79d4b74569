#include "platform/postgres/testing/test_support.hpp"

namespace billing::pg {
namespace {

using namespace test;

constexpr Statement echo_texts{"select v from unnest($1::text[]) with ordinality as t (v, n) order by n"};
constexpr Statement echo_numbers{"select v from unnest($1::bigint[]) with ordinality as t (v, n) order by n"};
constexpr Statement echo_values{"select $1::text, $2::bigint, $3::boolean, $4::timestamptz, $5::date"};

class ValuesTest : public PostgresTest {
 protected:
  Pool pool{reactor, options()};
};

const std::vector<std::string> awkward{"",         "plain", "a,b",         "\"quoted\"", "back\\slash",      "{braces}", "NULL", "null",
                                       " blanks ", "tab\t", "line\nbreak", "'single'",   "Zürich ✓ 日本 😀", "\\\"",     "a\\,b"};

TEST_F(ValuesTest, a_text_array_comes_back_as_it_was) {
  const auto result = run(pool.query(echo_texts, Params{}.add_array(awkward)));
  std::vector<std::string> back;
  for (const auto row : result) back.emplace_back(row.text(0));
  EXPECT_EQ(back, awkward);
}

TEST_F(ValuesTest, an_array_holds_nulls) {
  const std::vector<std::optional<std::string>> given{"a", std::nullopt, "NULL", std::nullopt};
  const auto result = run(pool.query(echo_texts, Params{}.add_array(given)));
  std::vector<std::optional<std::string>> back;
  for (const auto row : result) back.push_back(row.optional_text(0));
  EXPECT_EQ(back, given);
}

TEST_F(ValuesTest, empty_arrays_and_the_limits_of_integers) {
  EXPECT_TRUE(run(pool.query(echo_texts, Params{}.add_array(std::vector<std::string>{}))).empty());
  const std::vector<std::int64_t> given{0, -1, INT64_MAX, INT64_MIN};
  const auto result = run(pool.query(echo_numbers, Params{}.add_array(given)));
  std::vector<std::int64_t> back;
  for (const auto row : result) back.push_back(row.integer(0));
  EXPECT_EQ(back, given);
}

constexpr Statement echo_uuids{"select v from unnest($1::uuid[]) with ordinality as t (v, n) order by n"};
constexpr Statement echo_days{"select v from unnest($1::date[]) with ordinality as t (v, n) order by n"};
constexpr Statement echo_instants{"select v from unnest($1::timestamptz[]) with ordinality as t (v, n) order by n"};

TEST_F(ValuesTest, arrays_of_bytes_come_back_as_they_were_with_their_nulls) {
  const UuidBytes id{0x01, 0x90, 0xa3, 0xb4, 0xc5, 0xd6, 0x7e, 0x8f, 0x90, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xff};
  const auto ids = run(pool.query(echo_uuids, Params{}.add_array(std::vector<std::optional<UuidBytes>>{id, std::nullopt, UuidBytes{}})));
  ASSERT_EQ(ids.size(), 3);
  EXPECT_EQ(ids[0].text(0), "0190a3b4-c5d6-7e8f-9012-3456789abcff");
  EXPECT_TRUE(ids[1].is_null(0));
  EXPECT_EQ(ids[2].text(0), "00000000-0000-0000-0000-000000000000");
  EXPECT_TRUE(run(pool.query(echo_uuids, Params{}.add_array(std::vector<UuidBytes>{}))).empty());

  std::vector<std::optional<Date>> days{std::nullopt};
  for (const auto* text : {"1970-01-01", "1999-12-31", "2000-01-01", "2024-02-29", "9999-12-31"}) days.emplace_back(*parse_date(text));
  std::vector<std::optional<Date>> days_back;
  for (const auto row : run(pool.query(echo_days, Params{}.add_array(days)))) days_back.push_back(row.optional_date(0));
  EXPECT_EQ(days_back, days);

  std::vector<std::optional<Instant>> instants{std::nullopt};
  for (const auto* text : {"1970-01-01T00:00:00Z", "1999-12-31T23:59:59.999999Z", "2026-01-31T09:00:00.000001Z", "9999-12-31T23:59:59Z"}) {
    instants.emplace_back(*parse_instant(text));
  }
  std::vector<std::optional<Instant>> instants_back;
  for (const auto row : run(pool.query(echo_instants, Params{}.add_array(instants)))) instants_back.push_back(row.optional_instant(0));
  EXPECT_EQ(instants_back, instants);

  const std::vector<std::optional<std::int64_t>> numbers{INT64_MIN, std::nullopt, -1, 0, INT64_MAX};
  std::vector<std::optional<std::int64_t>> numbers_back;
  for (const auto row : run(pool.query(echo_numbers, Params{}.add_array(numbers)))) numbers_back.push_back(row.optional_integer(0));
  EXPECT_EQ(numbers_back, numbers);
}

TEST_F(ValuesTest, single_values_come_back_as_they_were) {
  const auto at = *parse_instant("2026-01-31T09:00:00.000123Z");
  const auto day = *parse_date("2028-02-29");
  const auto result = run(pool.query(echo_values, Params{}.add(awkward[11]).add(INT64_MIN).add(true).add(at).add(day)));
  const auto row = result[0];
  EXPECT_EQ(row.text(0), awkward[11]);
  EXPECT_EQ(row.integer(1), INT64_MIN);
  EXPECT_TRUE(row.boolean(2));
  EXPECT_EQ(row.instant(3), at);
  EXPECT_EQ(row.date(4), day);
}

TEST_F(ValuesTest, null_is_read_as_optional_only) {
  const auto params = Params{}
                          .add_null()
                          .add(std::optional<std::int64_t>{})
                          .add(std::optional<bool>{})
                          .add(std::optional<Instant>{})
                          .add(std::optional<Date>{});
  const auto result = run(pool.query(echo_values, params));
  const auto row = result[0];
  for (int column = 0; column < 5; ++column) EXPECT_TRUE(row.is_null(column));
  EXPECT_EQ(row.optional_text(0), std::nullopt);
  EXPECT_EQ(row.optional_integer(1), std::nullopt);
  EXPECT_EQ(row.optional_instant(3), std::nullopt);
  EXPECT_EQ(row.optional_date(4), std::nullopt);
  EXPECT_THROW(row.text(0), std::logic_error);
  EXPECT_THROW(row.integer(1), std::logic_error);
  EXPECT_THROW(row.boolean(2), std::logic_error);
}

TEST_F(ValuesTest, reading_is_strict) {
  const auto result = run(pool.query(echo_values, Params{}.add("12x").add(1).add(false).add_null().add_null()));
  const auto row = result[0];
  EXPECT_THROW(row.integer(0), std::logic_error);
  EXPECT_THROW(row.boolean(1), std::logic_error);
  EXPECT_THROW(row.instant(0), std::logic_error);
  EXPECT_THROW(row.date(0), std::logic_error);
  EXPECT_THROW(row.text(5), std::logic_error);
  EXPECT_THROW(row.text(-1), std::logic_error);
  EXPECT_THROW(result[1].text(0), std::logic_error);
  EXPECT_FALSE(row.boolean(2));
}

/// An Id of nothing: it knows two words.
struct Word {
  std::string text;
  static std::optional<Word> parse(std::string_view text) {
    return text == "yes" || text == "no" ? std::optional{Word{std::string{text}}} : std::nullopt;
  }
};

TEST_F(ValuesTest, a_value_that_this_binary_does_not_know_is_an_error_that_names_it) {
  static constexpr Statement select{"select 'yes' as answer, 'perhaps' as newer, null as nothing"};
  const auto result = run(pool.query(select));
  const auto row = result[0];
  EXPECT_EQ(row.as<Word>(0).text, "yes");
  EXPECT_EQ(row.as(0, &Word::parse).text, "yes");
  EXPECT_THROW(row.as<Word>(2), std::logic_error);
  try {
    row.as<Word>(1);
    FAIL() << "was taken";
  } catch (const UnknownValue& error) {
    EXPECT_TRUE(std::string_view{error.what()}.contains("newer")) << error.what();
    EXPECT_TRUE(std::string_view{error.what()}.contains("perhaps")) << error.what();
  }
}

TEST_F(ValuesTest, a_nul_byte_is_refused_and_not_cut_off) {
  EXPECT_THROW(Params{}.add(std::string_view{"a\0b", 3}), std::invalid_argument);
  EXPECT_THROW(Params{}.add_array(std::vector<std::string>{std::string(1, '\0')}), std::invalid_argument);
}

TEST_F(ValuesTest, affected_counts_rows) {
  static constexpr Statement fill{"insert into pool_test.notes (id) select generate_series(1, 7)"};
  static constexpr Statement clear{"delete from pool_test.notes where id > $1"};
  EXPECT_EQ(run(pool.query(fill)).affected(), 7);
  EXPECT_EQ(run(pool.query(clear, Params{}.add(4))).affected(), 3);
  EXPECT_EQ(run(pool.query(clear, Params{}.add(4))).affected(), 0);
  EXPECT_EQ(Result{}.affected(), 0);
}

TEST(NormalizeUrl, another_languages_driver_is_dropped) {
  bool changed = false;
  EXPECT_EQ(normalize_url("postgresql+asyncpg://u:p@db:5432/billing", changed), "postgresql://u:p@db:5432/billing");
  EXPECT_TRUE(changed);
  EXPECT_EQ(normalize_url("postgresql://db/billing", changed), "postgresql://db/billing");
  EXPECT_FALSE(changed);
  EXPECT_EQ(normalize_url("host=/tmp dbname=a+b", changed), "host=/tmp dbname=a+b");
  EXPECT_FALSE(changed);
}

TEST(NormalizeUrl, what_libpq_would_not_take_is_refused_without_the_password) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "empty"},
      {"mysql://u:hunter2@h/db", "postgresql://"},
      {"postgresql+asyncpg://u:hunter2@h/db?ssl=require", "\"ssl\""},
      {"postgresql://u:a/?hunter=hunter2@h/db", "invalid"},
      {"postgresql://u:a/hunter2@h/db", "%2F"},
      {"postgresql://u:hunter2@[::1/db", "]"},
      {"postgresql://u:hunter2%zz@h/db", "percent-encoded"},
      {"postgresql://u:hunter2", "port"},
      {"host=h password='hunter2", "quoted"},
      {"hunter2", "missing"},
  };
  for (const auto& [url, hint] : cases) {
    bool changed = false;
    try {
      normalize_url(url, changed);
      ADD_FAILURE() << url;
    } catch (const std::invalid_argument& error) {
      EXPECT_TRUE(std::string_view{error.what()}.contains(hint)) << error.what();
      EXPECT_FALSE(std::string_view{error.what()}.contains("hunter2")) << error.what();
    }
  }
}

}  // namespace
}  // namespace billing::pg
