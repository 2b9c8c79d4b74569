#include "rooms/numbers/store.hpp"

#include <gtest/gtest.h>

#include "base/uuid.hpp"
#include "platform/postgres/testing/test_database.hpp"
#include "platform/runtime/uuid7.hpp"

namespace billing::numbers {
namespace {

using namespace std::chrono_literals;

constexpr const char* one_user = R"(
  INSERT INTO users (id, email, email_key, payment_method, created_at, updated_at)
  VALUES ('00000000-0000-7000-8000-000000000001', 'a@example.com', 'a@example.com', NULL, '2026-03-01Z', '2026-03-01Z'))";
constexpr pg::Statement insert_invoice{R"(
  INSERT INTO invoices (id, kind, user_id, period_start, period_end, amount_cents, currency, status, collection, usage, created_at, updated_at, paid_at)
  SELECT id, 'subscription', '00000000-0000-7000-8000-000000000001', '2026-02-01', '2026-03-01', 0, 'USD', 'paid', 'done', '{}', $2, $2, $2
  FROM unnest($1::uuid[]) AS new (id))"};
constexpr pg::Statement select_number{"SELECT number FROM document_numbers WHERE document_id = $1"};
constexpr pg::Statement select_all{"SELECT number FROM document_numbers ORDER BY number"};
constexpr pg::Statement count_unnumbered{"SELECT count(*) FROM unnumbered_documents"};
constexpr pg::Statement count_locks{
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = "
    "current_database())"};

class Numbers : public ::testing::Test, public pg::test::FreshDatabase {
 public:
  Numbers() : FreshDatabase({.url = {}, .statement_timeout = 5s}) { execute(one_user); }

  static Task<std::vector<std::string>> write(pg::Session& tx, int count, const char* at = "2026-03-01Z") {
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) ids.push_back(uuid_text(new_uuid7()));
    co_await tx.query(insert_invoice, pg::Params{}.add_array(ids).add(at));
    co_return ids;
  }
  Task<std::string> number_of(std::string id) {
    const auto rows = co_await pool->query(select_number, pg::Params{}.add(id));
    co_return rows.empty() ? "" : std::string{rows[0].text(0)};
  }
  Task<std::vector<std::string>> all() {
    std::vector<std::string> numbers;
    for (const auto row : co_await pool->query(select_all)) numbers.emplace_back(row.text(0));
    co_return numbers;
  }
};

TEST_F(Numbers, who_has_written_invoices_and_not_committed_yet_keeps_nobody_waiting) {
  reactor.block_on([](Numbers& self) -> Task<void> {
    auto slow = co_await self.pool->begin();
    const auto first = co_await write(slow, 1);
    EXPECT_EQ((co_await self.pool->query(count_locks))[0].integer(0), 0);

    auto quick = co_await self.pool->begin();
    const auto second = co_await write(quick, 2);
    co_await quick.commit();
    EXPECT_EQ(co_await self.number_of(second[0]), "2026-000001");
    EXPECT_EQ(co_await self.number_of(second[1]), "2026-000002");

    co_await slow.commit();
    EXPECT_EQ(co_await self.number_of(first[0]), "2026-000003");
    EXPECT_EQ((co_await self.pool->query(count_unnumbered))[0].integer(0), 0);
  }(*this));
}

TEST_F(Numbers, a_rollback_takes_none_and_each_year_begins_at_one) {
  reactor.block_on([](Numbers& self) -> Task<void> {
    {
      auto dropped = co_await self.pool->begin();
      co_await write(dropped, 3);
      co_await dropped.rollback();
    }
    co_await write(*self.pool, 1, "2026-12-31T23:59:59Z");
    co_await write(*self.pool, 2, "2027-01-01T00:00:00Z");
    co_await write(*self.pool, 1, "2026-12-31T23:59:59Z");
    EXPECT_EQ(co_await self.all(), (std::vector<std::string>{"2026-000001", "2026-000002", "2027-000001", "2027-000002"}));
  }(*this));
}

TEST_F(Numbers, are_gapless_however_many_write_at_the_same_time) {
  constexpr int writers = 40;
  reactor.block_on([](Numbers& self) -> Task<void> {
    TaskGroup group;
    for (int i = 0; i < writers; ++i) {
      group.spawn([](pg::Pool& db, bool commits) -> Task<void> {
        auto tx = co_await db.begin();
        co_await write(tx, 2);
        co_await write(tx, 1);
        if (commits) co_await tx.commit();
      }(*self.pool, i % 4 != 0));
    }
    co_await group.join();
    const auto numbers = co_await self.all();
    EXPECT_EQ(numbers.size(), writers * 3 / 4 * 3U);
    EXPECT_EQ(numbers.front(), "2026-000001");
    EXPECT_EQ(numbers.back(), "2026-000090");
  }(*this));
}

TEST_F(Numbers, an_answer_that_was_written_before_the_commit_is_filled_in_after_it) {
  reactor.block_on([](Numbers& self) -> Task<void> {
    const auto ids = co_await write(*self.pool, 2);
    const std::string unknown = "00000000-0000-7000-8000-000000000009";
    const auto text = R"({"id":")" + ids[1] + R"(","number":"","note":"\"id\":\")" + ids[0] + R"(\",\"number\":\"\"","others":[{"id":")" +
                      ids[0] + R"(","number":""},{"id":")" + unknown + R"(","number":""}]})";
    EXPECT_EQ(co_await fill_in(*self.pool, text), R"({"id":")" + ids[1] + R"(","number":"2026-000002","note":"\"id\":\")" + ids[0] +
                                                      R"(\",\"number\":\"\"","others":[{"id":")" + ids[0] +
                                                      R"(","number":"2026-000001"},{"id":")" + unknown + R"(","number":""}]})");
    EXPECT_EQ(co_await fill_in(*self.pool, R"({"number":"","id":""})"), R"({"number":"","id":""})");
  }(*this));
}

}  // namespace
}  // namespace billing::numbers
