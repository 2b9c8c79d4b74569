#include "rooms/migrations/handlers.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "platform/queue/queue.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/migrations/migrate_plans.hpp"
#include "rooms/plans/store.hpp"

namespace billing::migrations {
namespace {

constexpr std::int64_t most_failures = 100;
constexpr auto farthest = std::chrono::days{366};

boost::json::object to_json(const Migration& migration) {
  boost::json::value from;
  if (migration.from_versions) from = boost::json::array(migration.from_versions->begin(), migration.from_versions->end());
  return {{"id", migration.id.text()},
          {"plan_code", migration.plan_code},
          {"to_version", migration.to_version},
          {"from_versions", std::move(from)},
          {"at", migration.on_day ? to_text(*migration.on_day) : std::string{"period_end"}},
          {"keep_overrides", migration.keep_overrides},
          {"status", to_text(migration.status)},
          {"matched", migration.matched},
          {"changed", migration.changed},
          {"failed", migration.failed},
          {"created_at", to_text(migration.created_at)},
          {"updated_at", to_text(migration.updated_at)}};
}

std::optional<Date> parse_at(json::Object& body, Date today) {
  const auto errors = body.error_count();
  const auto text = body.text("at", 64);
  if (body.error_count() > errors || text == "period_end") return std::nullopt;
  const auto day = parse_date(text);
  if (!day) {
    body.fail("at", R"(must be "period_end" or a day, such as 2026-02-28)");
  } else if (*day < today - farthest || *day > today + farthest) {
    body.fail("at", "must be at most 366 days from today (" + to_text(today) + ")");
  }
  return day;
}

Task<Migration> require_migration(pg::Session& db, const http::Request& request) {
  const auto id = http::path_id<MigrationId>(request, 1, "migration");
  auto found = co_await find_migration(db, id);
  if (!found || found->plan_code != request.path_params.at(0)) {
    throw not_found("The plan \"" + request.path_params.at(0) + "\" has no migration " + id.text() + ".");
  }
  co_return *std::move(found);
}

}  // namespace

Task<http::Response> create_migration(Context& context, const http::Request& request) {
  const auto now = context.clock.now();
  auto body = http::json_body(request);
  const Migration wish{.id = MigrationId{new_uuid7()},
                       .plan_code = request.path_params.at(0),
                       .to_version = body.integer("to_version", 1, INT32_MAX),
                       .from_versions = body.optional_integers("from_versions", 1, 100, 1),
                       .on_day = parse_at(body, date_of(now)),
                       .keep_overrides = body.optional_boolean("keep_overrides").value_or(true),
                       .created_at = now,
                       .updated_at = now};
  body.finish();

  auto tx = co_await context.db.begin();
  co_await plans::require_version(tx, {wish.plan_code, wish.to_version});
  insert_migration(tx, context, wish);
  const auto made = (co_await find_migration(tx, wish.id)).value();
  if (made.status == MigrationStatus::running) {
    tx.after_commit([&queue = context.queue, id = made.id.text()] { queue.ring(migrate_plans_job, {id}, 1); });
  }
  co_await tx.commit();
  auto response = http::answer(202, to_json(made));
  response.set("Location", "/plans/" + made.plan_code + "/migrations/" + made.id.text());
  co_return response;
}

Task<http::Response> list_migrations(Context& context, const http::Request& request) {
  request.allow_query_params({"limit", "after"});
  const auto page = http::Page::of(request);
  const auto code = request.path_params.at(0);
  boost::json::array items;
  for (const auto& migration : co_await find_migrations(context.db, code, page.after, page.fetch())) items.push_back(to_json(migration));
  if (items.empty()) co_await plans::require_plan(context.db, code);
  co_return http::list_answer(request, page, std::move(items));
}

Task<http::Response> get_migration(Context& context, const http::Request& request) {
  const auto migration = co_await require_migration(context.db, request);
  auto out = to_json(migration);
  boost::json::array failures;
  for (const auto& failure : co_await find_failures(context.db, migration.id, most_failures)) {
    failures.push_back(boost::json::object{{"subscription_id", failure.subscription_id.text()}, {"problem", failure.problem}});
  }
  out["failures"] = std::move(failures);
  co_return http::answer(200, out);
}

Task<http::Response> stop_migration(Context& context, const http::Request& request) {
  if (!request.body.empty()) http::json_body(request).finish();
  const auto migration = co_await require_migration(context.db, request);
  auto tx = co_await context.db.begin();
  if (!co_await end_migration(tx, context, migration, MigrationStatus::stopped)) {
    throw conflict("not_running", "The migration has ended already: it is " +
                                      std::string{to_text((co_await require_migration(tx, request)).status)} + ".");
  }
  const auto stopped = co_await require_migration(tx, request);
  co_await tx.commit();
  co_return http::answer(200, to_json(stopped));
}

}  // namespace billing::migrations
