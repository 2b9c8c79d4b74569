#include "app/cli/commands.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "app/cli/bill.hpp"
#include "app/cli/key_commands.hpp"
#include "app/cli/up.hpp"
#include "app/config.hpp"
#include "app/http/routes.hpp"
#include "app/process/migrate.hpp"
#include "app/process/process.hpp"
#include "app/process/service_manager.hpp"
#include "demo/demo.hpp"
#include "rooms/providers/stripe/stripe_provider.hpp"
#include "rooms/verify/verify.hpp"
#include "rooms/verify/verify_provider.hpp"
#include "standalone/private_stores.hpp"

namespace billing::app {
namespace {

constexpr const char* environment_help = R"(
Environment (README.md explains each):
  DATABASE_URL          postgresql://user:password@host:5432/database
  REDIS_URL             redis://host:6379/0
  HOST, PORT            where `serve` listens (127.0.0.1, 8080)
  METRICS_PORT          one more port on HOST, of this process alone: /metrics, /healthz, /readyz; for `work` and `schedule` too
  CORS_ORIGINS          origins whose pages may call the API, separated by commas
  BILLING_ADMIN_KEY     an admin API key to make sure of at start (for containers)
  BILLING_MINIMUM_INVOICE  what an invoice must come to, by currency (USD:50,EUR:50; none)
  BILLING_RETRY_DAYS    days between payment attempts (1,3,5,7)
  BILLING_CANCEL_AFTER_DAYS  days past due after which a subscription is canceled (none)
  BILLING_USER_RATE     POST /users a second and client (100; 0: no limit), BILLING_USER_BURST (200)
  BILLING_CLOCK         system or simulated, BILLING_CLOCK_START
  BILLING_THREADS       threads (one a core), BILLING_PG_CONNECTIONS for transactions, a thread (8)
  BILLING_LOG_LEVEL     debug, info, warn, error (info)
  BILLING_PROVIDER      the payment provider: stripe, stub (stub)
  STRIPE_API_KEY        with STRIPE_WEBHOOK_SECRET and STRIPE_RETURN_URL: docs/stripe.md
)";

const char* environment(const char* name) { return std::getenv(name); }

int run_roles(StartOptions options) {
  auto config = load_config(environment);
  if (options.roles.serve) {
    options.sockets = inherited_sockets();
    listen_at(options.sockets, config);
  }
  Process process{std::move(config), std::move(options)};
  return process.run();
}

pg::PoolOptions command_pool(const Config& config) {
  pg::PoolOptions options;
  options.url = config.database_url;
  options.application_name = "billing command";
  options.statement_timeout = std::chrono::minutes{10};
  return options;
}

/// Runs one thing against the database, of a data directory where one is named: no Redis, no server.
using Work = std::function<Task<int>(const Config&, pg::Pool&, Reactor&)>;
int with_configuration(const Work& work, const std::string& data_directory) {
  const auto private_url = data_directory.empty() ? std::string{} : private_database_url(data_directory);
  auto redis_not_needed = [&private_url](const char* name) -> const char* {
    const char* value = std::getenv(name);
    if (std::string_view{name} == "DATABASE_URL" && !private_url.empty()) return private_url.c_str();
    return !value && std::string_view{name} == "REDIS_URL" ? "redis://127.0.0.1" : value;
  };
  const auto config = load_config(redis_not_needed);
  Reactor reactor;
  pg::Pool pool{reactor, command_pool(config)};
  return reactor.block_on([](const Work& inner, const Config& settings, pg::Pool& db, Reactor& on) -> Task<int> {
    const int status = co_await inner(settings, db, on);
    co_await db.close();
    co_return status;
  }(work, config, pool, reactor));
}

int with_database(const std::function<Task<int>(pg::Pool&)>& work, const std::string& data_directory) {
  return with_configuration([&work](const Config&, pg::Pool& db, Reactor&) { return work(db); }, data_directory);
}

Task<int> migrate_and_say(pg::Pool& db) {
  const int count = co_await migrate(db);
  fmt::print("{}\n", count == 0 ? "The database is up to date." : std::to_string(count) + " migration(s) applied.");
  co_return 0;
}

Task<int> migrate_and_seed(pg::Pool& db) {
  co_await migrate_and_say(db);
  co_await seed(db);
  fmt::print("The seed plans are there: basic, pro, ent.\n");
  co_return 0;
}

int print_routes() {
  for (const auto& route : routes()) {
    const std::string_view pattern = route.pattern;
    const bool rest = pattern.ends_with("...}");
    const auto shown = rest ? std::string{pattern.substr(0, pattern.size() - 4)} + "}" : std::string{pattern};
    fmt::print("{} {} {}\n", method_name(route.method), shown, route.scope ? to_text(*route.scope) : "-");
  }
  return 0;
}

void add_role(CLI::App& cli, const char* name, const char* about, StartOptions options, int& status) {
  auto* command = cli.add_subcommand(name, about);
  auto* seeded = command->add_flag("--seed")->description("insert the seed plans (basic, pro, ent) that are missing");
  auto* shared = options.roles.serve && !options.roles.work
                     ? command->add_flag("--share-port")->description("join other `serve --share-port` processes on the same port")
                     : nullptr;
  command->callback([options, seeded, shared, &status]() mutable {
    options.seed = seeded->count() > 0;
    if (shared) options.exclusive_port = shared->count() == 0;
    status = run_roles(options);
  });
}

/// As a check of CLI11's: what is wrong with it, or nothing. It comes before the conversion, which would only say that it could not.
std::string port_number(const std::string& text) {
  std::uint16_t port = 0;
  const auto* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, port);
  return error == std::errc{} && end == last ? "" : "a port is a whole number from 0 to 65535, not " + text;
}

void add_up(CLI::App& cli, UpOptions& options, int& status) {
  auto* command = cli.add_subcommand(
      "up", "Everything on one machine: a private PostgreSQL and Redis in one directory, and serve + work + schedule on top of them");
  command->add_option("--port", options.port, "port of the API on 127.0.0.1; 0 lets the system choose (default: PORT, or 8080)")
      ->check(port_number);
  command->add_option("--data-dir", options.data_dir, "where everything is kept; safe to use again")->capture_default_str();
  command->add_flag("--simulated-clock", options.simulated_clock, "time stands still until POST /clock/advance moves it");
  command->add_flag("--demo", options.demo,
                    "fill an empty data directory with a small company's year, on the simulated clock (half a minute)");
  command->add_flag_callback("--no-seed", [&options] { options.seed = false; }, "start without the seed plans (basic, pro, ent)");
  command->callback([&options, &status] { status = up(options); });
}

/// The provider that is named in the environment, asked from here.
Task<int> verify_provider(const Config& config, pg::Pool& db, Reactor& reactor, std::int64_t days) {
  if (!config.stripe) throw ConfigError("STRIPE_API_KEY is not set: there is no provider whose books could be compared with ours");
  Metrics metrics;
  outbound::HttpClient http{reactor, metrics, providers::stripe_client_options()};
  const auto provider = providers::make_stripe_provider(http, *config.stripe);
  co_return co_await verify::run_with_provider(db, *provider, days, stdout);
}

void add_database_commands(CLI::App& cli, bool& seeded, std::string& data_directory, int& status) {
  auto* migrate_command = cli.add_subcommand("migrate", "Bring the schema of DATABASE_URL up to date (every start does it too)");
  migrate_command->add_flag("--seed", seeded, "insert the seed plans (basic, pro, ent) that are missing");
  migrate_command->callback([&seeded, &status] { status = with_database(seeded ? migrate_and_seed : migrate_and_say, {}); });

  auto* verify_command = cli.add_subcommand(
      "verify", "Check every invariant of the billing rules in DATABASE_URL, read-only, in one snapshot; exit status 1 if one is broken");
  verify_command->add_option("--data-dir", data_directory, "the database of `billing up --data-dir …`, which runs (default: DATABASE_URL)");
  auto* provider =
      verify_command->add_flag("--provider")->description("compare attempts, refunds and disputes with Stripe's books instead, both ways");
  auto* days = verify_command->add_option("--days", "of the last so many days, with --provider (default: 7)")
                   ->needs(provider)
                   ->check(CLI::Range(1, 3650));
  verify_command->callback([&data_directory, &status, provider, days] {
    const auto count = days->count() > 0 ? days->as<std::int64_t>() : 7;
    status = with_configuration(
        [provider, count](const Config& config, pg::Pool& db, Reactor& reactor) -> Task<int> {
          return provider->count() > 0 ? verify_provider(config, db, reactor, count) : verify::run(db, stdout);
        },
        data_directory);
  });
}

void add_bill(CLI::App& cli, std::string& as_of, int& status) {
  auto* command = cli.add_subcommand("bill", "Bill and collect here all that is due, with a progress bar; stop and start it at any moment");
  auto* day = command->add_option("--as-of", as_of, "what was due at this RFC 3339 time, or at the start of this day (default: now)");
  command->callback(
      [&as_of, day, &status] { status = bill(load_config(environment), day->count() > 0 ? std::optional{as_of} : std::nullopt); });
}

int run_demo() {
  const bool filled = fill_with_demo(load_config(environment));
  fmt::print("{}\n", filled ? "The demo's company is there."
                            : "There are users already: the demo goes into an empty database. Nothing was changed.");
  return filled ? 0 : 1;
}

/// The first word when it is no subcommand: CLI11 would only say that one is required.
std::optional<std::string> unknown_command(const CLI::App& cli, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return std::nullopt;
  const std::string first = argv[1];
  const auto known = cli.get_subcommands([&first](const CLI::App* command) { return command->get_name() == first; });
  return known.empty() ? std::optional{first} : std::nullopt;
}

int parse_and_run(int argc, char** argv) {
  CLI::App cli{"billing: subscription billing and payments. One binary, one PostgreSQL, one Redis.", "billing"};
  cli.set_version_flag("--version", BILLING_VERSION);
  cli.require_subcommand(1);
  cli.footer("`billing --help` lists the environment variables.");  // of each subcommand: they take what is set when they are made

  int status = 0;
  UpOptions up_options;
  bool seeded = false;
  std::string data_directory;
  std::string as_of;
  KeyCommands keys{with_database};
  add_up(cli, up_options, status);
  add_role(cli, "run", "serve + work + schedule in one process, on DATABASE_URL and REDIS_URL",
           {.roles = {.serve = true, .work = true, .schedule = true}, .exclusive_port = true}, status);
  add_role(cli, "serve", "Answer the HTTP API; run as many as you like, with --share-port on one port", {.roles = {.serve = true}}, status);
  add_role(cli, "work", "Consume rings: bill what is due, attempt payments; run as many as you like", {.roles = {.work = true}}, status);
  add_role(cli, "schedule", "Ring for what is due; run as many as you like, one at a time sweeps", {.roles = {.schedule = true}}, status);
  add_bill(cli, as_of, status);
  add_database_commands(cli, seeded, data_directory, status);
  keys.add_to(cli, status);
  cli.add_subcommand("demo",
                     "Fill an empty DATABASE_URL with a small company's year, made by billing itself (needs BILLING_CLOCK=simulated)")
      ->callback([&status] { status = run_demo(); });
  cli.add_subcommand("routes", "List the API: method, path, scope")->callback([&status] { status = print_routes(); });
  cli.footer(environment_help);
  if (const auto unknown = unknown_command(cli, argc, argv)) {
    fmt::print(stderr, "billing: there is no command \"{}\": `billing --help` lists what there is\n", *unknown);
    return 2;
  }
  CLI11_PARSE(cli, argc, argv);
  return status;
}

}  // namespace

int run_command(int argc, char** argv) {
  // libpq sends these after the settings that we ask for ourselves.
  for (const auto* name : {"PGTZ", "PGDATESTYLE", "PGGEQO"}) ::unsetenv(name);
  try {
    return parse_and_run(argc, argv);
  } catch (const ConfigError& error) {
    fmt::print(stderr, "billing: the configuration is not usable:\n{}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "billing: {}\n", error.what());
    return 1;
  }
}

}  // namespace billing::app
