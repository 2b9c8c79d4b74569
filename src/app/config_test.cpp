#include "app/config.hpp"

#include <gtest/gtest.h>

#include <map>

namespace billing::app {
namespace {

using Environment = std::map<std::string, std::string>;

Config load(const Environment& environment, bool stores = true) {
  return load_config(
      [&environment](const char* name) -> const char* {
        const auto found = environment.find(name);
        return found == environment.end() ? nullptr : found->second.c_str();
      },
      stores);
}

std::string problem(Environment environment) {
  environment.try_emplace("DATABASE_URL", "postgresql://billing@localhost/billing");
  environment.try_emplace("REDIS_URL", "redis://localhost");
  try {
    load(environment);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(Config, has_the_defaults_of_the_readme) {
  const auto config = load({}, false);
  EXPECT_EQ(config.host, "127.0.0.1");
  EXPECT_EQ(config.port, 8080);
  EXPECT_EQ(config.retries.days, (std::vector<std::int64_t>{1, 3, 5, 7}));
  EXPECT_EQ(config.user_rate, 100);
  EXPECT_EQ(config.user_burst, 200);
  EXPECT_FALSE(config.simulated_clock);
}

TEST(Config, takes_stripe_with_all_that_it_needs) {
  const Environment good{{"BILLING_PROVIDER", "stripe"},
                         {"STRIPE_API_KEY", "sk_test_1"},
                         {"STRIPE_WEBHOOK_SECRET", "whsec_new, whsec_old"},
                         {"STRIPE_API_BASE", "http://127.0.0.1:12111/"},
                         {"STRIPE_RETURN_URL", "https://app.example.com/billing"},
                         {"STRIPE_PAYMENT_METHODS", "card,sepa_debit"}};
  const auto stripe = load(good, false).stripe.value();
  EXPECT_EQ(stripe.webhook_secrets, (std::vector<std::string>{"whsec_new", "whsec_old"}));
  EXPECT_EQ(stripe.api_base, "http://127.0.0.1:12111");
  EXPECT_EQ(stripe.method_types, (std::vector<std::string>{"card", "sepa_debit"}));
  EXPECT_EQ(load({{"STRIPE_API_KEY", "sk_live_1"}}, false).stripe->api_base, "https://api.stripe.com");
  EXPECT_FALSE(load({}, false).stripe);
  const std::pair<std::string, std::string> wrong[] = {{"STRIPE_API_KEY", ""},
                                                       {"STRIPE_API_KEY", "pk_test_1"},
                                                       {"STRIPE_WEBHOOK_SECRET", "whsec_new,old"},
                                                       {"STRIPE_API_BASE", "http://stripe.example.com"},
                                                       {"STRIPE_API_BASE", "http://127.0.0.1.example.com/"},
                                                       {"STRIPE_API_BASE", "http://localhost:1@example.com/"},
                                                       {"STRIPE_API_BASE", "ftp://127.0.0.1"},
                                                       {"STRIPE_RETURN_URL", ""},
                                                       {"STRIPE_RETURN_URL", "app.example.com"},
                                                       {"STRIPE_PAYMENT_METHODS", ","}};
  for (const auto& [name, value] : wrong) {
    auto environment = good;
    environment[name] = value;
    EXPECT_NE(problem(environment).find(name), std::string::npos) << name << "=" << value;
  }
}

TEST(Config, has_a_port_for_what_watches_only_when_told) {
  EXPECT_EQ(load({}, false).metrics_port, std::nullopt);
  EXPECT_EQ(load({{"METRICS_PORT", ""}}, false).metrics_port, std::nullopt);
  EXPECT_EQ(load({{"METRICS_PORT", "9102"}}, false).metrics_port, 9102);
  EXPECT_NE(problem({{"METRICS_PORT", "metrics"}}).find("METRICS_PORT"), std::string::npos);
}

TEST(Config, takes_a_sqlalchemy_dsn_as_the_plain_one) {
  const auto config = load({{"DATABASE_URL", "postgresql+asyncpg://u:p@h:5432/d"}, {"REDIS_URL", "redis://h:6379/0"}});
  EXPECT_EQ(config.database_url, "postgresql://u:p@h:5432/d");
}

TEST(Config, says_all_that_is_wrong_at_once_and_what_to_do) {
  const auto text =
      problem({{"PORT", "eighty"}, {"BILLING_RETRY_DAYS", "1,x"}, {"BILLING_CLOCK", "sundial"}, {"BILLING_ADMIN_KEY", "short"}});
  for (const auto* name : {"PORT", "BILLING_RETRY_DAYS", "BILLING_CLOCK", "BILLING_ADMIN_KEY"})
    EXPECT_NE(text.find(name), text.npos) << text;
}

TEST(Config, never_shows_a_password) {
  for (const auto* url : {"mysql://u:secret@h/d", "postgresql://u:secret@h:port/d", "secret"}) {
    const auto text = problem({{"DATABASE_URL", url}});
    EXPECT_NE(text.find("DATABASE_URL"), text.npos) << url;
    EXPECT_EQ(text.find("secret"), text.npos) << text;
  }
}

TEST(Config, refuses_a_simulated_clock_that_others_could_move) {
  EXPECT_NE(problem({{"BILLING_CLOCK", "simulated"}, {"HOST", "0.0.0.0"}}).find("loopback"), std::string::npos);
  EXPECT_EQ(problem({{"BILLING_CLOCK", "simulated"}, {"HOST", "127.0.0.5"}}), "");
}

TEST(Config, only_an_address_of_this_machine_is_loopback) {
  for (const auto* host : {"127.0.0.1", "127.255.255.254", "::1", "localhost"}) EXPECT_TRUE(is_loopback(host)) << host;
  for (const auto* host : {"127.example.com", "127.0.0.1.example.com", "127.1", "128.0.0.1", "0.0.0.0", "::", ""}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

TEST(Config, wants_a_connection_for_a_job_beside_the_one_that_moves_the_clock) {
  EXPECT_NE(problem({{"BILLING_PG_CONNECTIONS", "1"}}).find("BILLING_PG_CONNECTIONS"), std::string::npos);
  EXPECT_EQ(problem({{"BILLING_PG_CONNECTIONS", "2"}}), "");
}

TEST(Config, the_smallest_invoice_is_minor_units_by_currency) {
  EXPECT_EQ(load({{"BILLING_MINIMUM_INVOICE", "USD:50,EUR:100"}}, false).smallest, (SmallestInvoice{{"EUR", 100}, {"USD", 50}}));
  for (const auto* text : {"50", "USD", "USD:", "USD:0", "USD:-1", "XXX:5", "USD:5,USD:6", "USD:5x"}) {
    EXPECT_NE(problem({{"BILLING_MINIMUM_INVOICE", text}}).find("BILLING_MINIMUM_INVOICE"), std::string::npos) << text;
  }
}

TEST(Config, splits_origins) {
  const auto config = load({{"CORS_ORIGINS", "http://localhost:5173, https://admin.example.com/"}}, false);
  EXPECT_EQ(config.cors_origins, (std::vector<std::string>{"http://localhost:5173", "https://admin.example.com"}));
}

}  // namespace
}  // namespace billing::app
