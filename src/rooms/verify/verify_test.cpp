#include "rooms/verify/verify.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>

#include "platform/postgres/testing/test_database.hpp"
#include "rooms/verify/checks.hpp"
#include "rooms/verify/testing/breakages_of_credits.hpp"
#include "rooms/verify/testing/breakages_of_events.hpp"

namespace billing::verify {
namespace {

using pg::test::administrate;
using pg::test::contents_of;
using pg::test::run_script;
using pg::test::url_of;
using pg::test::with_pool;
using test::Breakage;

std::vector<Breakage> all_breakages() {
  std::vector<Breakage> all{std::begin(test::breakages), std::end(test::breakages)};
  all.insert(all.end(), std::begin(test::breakages_of_credits), std::end(test::breakages_of_credits));
  all.insert(all.end(), std::begin(test::breakages_of_events), std::end(test::breakages_of_events));
  return all;
}

const std::filesystem::path here = std::filesystem::path{__FILE__}.parent_path();

std::vector<Finding> findings_in(const std::string& database) {
  return with_pool(url_of(database), [](pg::Pool& pool) { return verify(pool); });
}

std::pair<int, std::string> report_of(const std::string& database) {
  char* text = nullptr;
  std::size_t size = 0;
  auto* out = open_memstream(&text, &size);
  const int status = with_pool(url_of(database), [out](pg::Pool& pool) { return run(pool, out); });
  std::fclose(out);
  std::pair result{status, std::string{text, size}};
  std::free(text);
  return result;
}

std::set<std::string_view> names_of(const std::vector<Finding>& findings) {
  std::set<std::string_view> names;
  for (const auto& finding : findings) names.insert(finding.check);
  return names;
}

/// The correct world in a database of its own, and a copy of it for each test to break.
class World : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    administrate("CREATE DATABASE " + world());
    pg::test::migrate(url_of(world()));
    run_script(url_of(world()), contents_of(here / "world.sql"));
  }
  static void TearDownTestSuite() { administrate("DROP DATABASE IF EXISTS " + world() + " WITH (FORCE)"); }
  void SetUp() override { administrate("CREATE DATABASE " + copy() + " TEMPLATE " + world()); }
  void TearDown() override { administrate("DROP DATABASE IF EXISTS " + copy() + " WITH (FORCE)"); }

  static std::string world() { return "billing_verify_test_" + std::to_string(::getpid()); }
  static std::string copy() { return world() + "_copy"; }

  static void break_copy(const char* sql) {
    run_script(url_of(copy()), std::string{"SET LOCAL session_replication_role = replica; "} + sql);
  }
};

class EachCheck : public World, public ::testing::WithParamInterface<Breakage> {};

TEST_P(EachCheck, notices) {
  break_copy(GetParam().sql);
  const auto findings = findings_in(copy());
  ASSERT_TRUE(names_of(findings).contains(GetParam().check)) << "noticed instead: " << ::testing::PrintToString(names_of(findings));
  for (const auto& finding : findings) {
    EXPECT_GE(finding.count, 1);
    EXPECT_EQ(finding.ids.size(), static_cast<std::size_t>(std::min<std::int64_t>(finding.count, 20)));
  }
}

INSTANTIATE_TEST_SUITE_P(Verify, EachCheck, ::testing::ValuesIn(all_breakages()),
                         [](const auto& info) { return std::string{info.param.check} + "__" + std::string{info.param.what}; });

class Verify : public World {};

TEST_F(Verify, a_correct_world_passes_every_check) {
  const auto [status, report] = report_of(copy());
  EXPECT_EQ(status, 0) << report;
  EXPECT_NE(report.find("all " + std::to_string(checks().size()) + " checks hold"), std::string::npos) << report;
}

TEST_F(Verify, an_empty_database_passes_every_check) {
  break_copy(
      "TRUNCATE users, plans, invoice_lines, subscription_periods, usage_days, document_counters, document_numbers, audit_events, events, "
      "webhook_endpoints, "
      "emails CASCADE");
  EXPECT_EQ(names_of(findings_in(copy())), std::set<std::string_view>{});
}

TEST_F(Verify, the_report_names_what_failed_with_its_promise) {
  break_copy("UPDATE invoice_lines SET user_id = id('eve') WHERE id = id('line 5.1')");
  const auto [status, report] = report_of(copy());
  EXPECT_EQ(status, 1);
  EXPECT_NE(report.find("ok    charged_once\n"), std::string::npos) << report;
  EXPECT_NE(report.find("FAIL  lines_belong_to_invoice: 1 — "), std::string::npos) << report;
  EXPECT_NE(report.find("A line is of the same user"), std::string::npos) << report;
  EXPECT_NE(report.find("1 of " + std::to_string(checks().size()) + " checks FAILED"), std::string::npos) << report;
}

TEST_F(Verify, all_are_counted_and_twenty_are_named) {
  break_copy(R"(INSERT INTO usage_events
    SELECT gen_random_uuid(), id('dan'), 'api_calls', 1, '2025-04-01', n::text, NULL, '2025-04-01' FROM generate_series(1, 50) AS n;
    DROP INDEX usage_events_event_id;
    INSERT INTO usage_events SELECT gen_random_uuid(), user_id, metric, 0, at, event_id, NULL, created_at FROM usage_events WHERE user_id = id('dan'))");
  const auto findings = findings_in(copy());
  ASSERT_EQ(names_of(findings), std::set<std::string_view>{"events_count_once"});
  EXPECT_EQ(findings.front().count, 50);
  EXPECT_EQ(findings.front().ids.size(), 20U);
}

TEST(Checks, each_has_a_name_of_its_own_a_promise_and_a_breakage) {
  std::set<std::string_view> names;
  const auto breakages = all_breakages();
  for (const auto& check : checks()) {
    EXPECT_TRUE(names.insert(check.name).second) << check.name;
    EXPECT_TRUE(check.promise.ends_with('.')) << check.name;
    EXPECT_TRUE(std::ranges::find(breakages, check.name, &Breakage::check) != std::end(breakages))
        << "nothing proves that " << check.name << " can fail";
  }
  for (const auto& breakage : breakages) EXPECT_TRUE(names.contains(breakage.check)) << breakage.check;
}

}  // namespace
}  // namespace billing::verify
