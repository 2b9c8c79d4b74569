#include "app/config.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <ranges>
#include <thread>

#include "core/facts/due.hpp"
#include "platform/postgres/pool.hpp"
#include "platform/redis/client.hpp"
#include "platform/runtime/log.hpp"

namespace billing::app {
namespace {

/// Reads variables and collects what is wrong with them.
class Reader {
 public:
  explicit Reader(const std::function<const char*(const char*)>& get) : get_(get) {}

  std::optional<std::string> text(const char* name) const {
    const char* value = get_(name);
    if (!value || !*value) return std::nullopt;
    return value;
  }

  std::int64_t integer(const char* name, std::int64_t fallback, std::int64_t min, std::int64_t max) {
    const auto given = text(name);
    if (!given) return fallback;
    std::int64_t value = 0;
    const auto* last = given->data() + given->size();
    const auto [end, error] = std::from_chars(given->data(), last, value);
    if (error == std::errc{} && end == last && value >= min && value <= max) return value;
    fail(name, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return fallback;
  }

  void fail(const std::string& name, const std::string& problem) { problems_ += (problems_.empty() ? "" : "\n") + name + " " + problem; }

  void finish() const {
    if (!problems_.empty()) throw ConfigError(problems_);
  }

 private:
  const std::function<const char*(const char*)>& get_;
  std::string problems_;
};

void read_stores(Reader& in, Config& config, bool required) {
  const auto database_url = in.text("DATABASE_URL");
  const auto redis_url = in.text("REDIS_URL");
  if (required && !database_url) {
    in.fail("DATABASE_URL", "is not set: postgresql://user:password@host:5432/database (or run `billing up`, which brings its own)");
  }
  if (required && !redis_url) in.fail("REDIS_URL", "is not set: redis://host:6379/0 (or run `billing up`, which brings its own)");
  try {
    bool changed = false;
    if (database_url) config.database_url = pg::normalize_url(*database_url, changed);
    if (changed) log::warn("database_url_driver_ignored", {{"detail", "DATABASE_URL names a driver: it is taken as postgresql://…"}});
  } catch (const std::invalid_argument& error) {
    in.fail("DATABASE_URL", error.what());
  }
  try {
    if (redis_url) redis::check_url(*redis_url);
    config.redis_url = redis_url.value_or("");
  } catch (const std::invalid_argument& error) {
    in.fail("REDIS_URL", error.what());
  }
}

std::vector<std::string> split_origins(const std::string& text) {
  std::vector<std::string> origins;
  std::string current;
  for (const char c : text + ',') {
    if (c == ',') {
      while (current.ends_with('/')) current.pop_back();
      if (!current.empty()) origins.push_back(current);
      current.clear();
    } else if (c != ' ') {
      current += c;
    }
  }
  return origins;
}

void read_clock(Reader& in, Config& config) {
  const auto clock = in.text("BILLING_CLOCK").value_or("system");
  if (clock != "system" && clock != "simulated") in.fail("BILLING_CLOCK", "must be system or simulated");
  config.simulated_clock = clock == "simulated";
  if (const auto start = in.text("BILLING_CLOCK_START")) {
    config.clock_start = parse_instant(*start);
    if (!config.clock_start || *config.clock_start > last_instant) {
      in.fail("BILLING_CLOCK_START", "must be an RFC 3339 time, such as 2026-01-31T00:00:00Z, and before the last day of the year 9999");
    }
  }
}

/// "USD:50,EUR:50": minor units by currency; nullopt for anything else.
std::optional<SmallestInvoice> parse_smallest(const std::string& text) {
  SmallestInvoice smallest;
  for (const auto part : std::views::split(text, ',')) {
    const std::string_view pair{part.begin(), part.end()};
    const auto currency = Currency::parse_active(pair.substr(0, 3));
    std::int64_t amount = 0;
    if (!currency || pair.size() < 5 || pair[3] != ':') return std::nullopt;
    const auto [end, error] = std::from_chars(pair.data() + 4, pair.data() + pair.size(), amount);
    if (error != std::errc{} || end != pair.data() + pair.size() || amount < 1) return std::nullopt;
    if (!smallest.emplace(currency->code(), amount).second) return std::nullopt;
  }
  return smallest;
}

void read_billing(Reader& in, Config& config, bool stores_are_ours) {
  if (const auto text = in.text("BILLING_MINIMUM_INVOICE")) {
    const auto smallest = parse_smallest(*text);
    if (!smallest) in.fail("BILLING_MINIMUM_INVOICE", "must be minor units by currency, such as USD:50,EUR:50");
    config.smallest = smallest.value_or(SmallestInvoice{});
  }
  if (const auto days = in.text("BILLING_RETRY_DAYS")) {
    const auto schedule = RetrySchedule::parse(*days == "none" ? "" : *days);
    if (!schedule) in.fail("BILLING_RETRY_DAYS", "must be up to 20 whole numbers of days from 1 to 365, such as 1,3,5,7, or none");
    config.retries = schedule.value_or(config.retries);
  }
  if (in.text("BILLING_CANCEL_AFTER_DAYS")) config.cancel_after_days = in.integer("BILLING_CANCEL_AFTER_DAYS", 0, 0, 3650);
  config.user_rate = in.integer("BILLING_USER_RATE", config.user_rate, 0, 1'000'000);
  config.user_burst = in.integer("BILLING_USER_BURST", std::max(config.user_burst, 2 * config.user_rate), 1, 10'000'000);
  config.max_quantity = in.integer("BILLING_MAX_QUANTITY", config.max_quantity, 1, std::numeric_limits<std::int64_t>::max());
  config.keep_events = std::chrono::days{in.integer("BILLING_EVENTS_DAYS", config.keep_events.count(), 1, 3650)};
  const auto to_private = in.text("BILLING_WEBHOOKS_TO_PRIVATE").value_or(stores_are_ours ? "1" : "0");
  if (to_private != "0" && to_private != "1") in.fail("BILLING_WEBHOOKS_TO_PRIVATE", "must be 1 or 0");
  config.webhooks_to_private = to_private == "1";
  config.admin_key = in.text("BILLING_ADMIN_KEY");
  if (config.admin_key && config.admin_key->size() < 16) in.fail("BILLING_ADMIN_KEY", "must have at least 16 characters");
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (const auto range : std::views::split(text, ',')) {
    std::string part{range.begin(), range.end()};
    std::erase(part, ' ');
    if (!part.empty()) parts.push_back(std::move(part));
  }
  return parts;
}

/// https anywhere, http on this machine.
bool safe_base(const std::string& url) {
  if (url.find_first_of("@?# ") != std::string::npos) return false;
  if (url.starts_with("https://")) return url.size() > 8;
  if (!url.starts_with("http://")) return false;
  auto host = url.substr(7, url.find_first_of(":/", 7) - 7);
  if (url.starts_with("http://[::1]")) host = "::1";
  return is_loopback(host);
}

bool begins_with_any(const std::string& text, std::initializer_list<std::string_view> prefixes) {
  return std::ranges::any_of(prefixes, [&text](auto prefix) { return text.starts_with(prefix); });
}

void read_stripe(Reader& in, Config& config) {
  const auto key = in.text("STRIPE_API_KEY");
  const bool current = config.provider == "stripe";
  if (!key) {
    if (current) in.fail("STRIPE_API_KEY", "is not set: the secret key, sk_test_… or sk_live_…, is in Stripe's dashboard (docs/stripe.md)");
    return;
  }
  providers::stripe::Settings settings;
  settings.api_key = *key;
  if (!begins_with_any(*key, {"sk_test_", "sk_live_", "rk_test_", "rk_live_"})) {
    in.fail("STRIPE_API_KEY",
            "must be a secret or restricted key (sk_test_…, sk_live_…, rk_test_…, rk_live_…); pk_… is the publishable one");
  }
  settings.webhook_secrets = split(in.text("STRIPE_WEBHOOK_SECRET").value_or(""));
  if (!std::ranges::all_of(settings.webhook_secrets, [](const auto& secret) { return secret.starts_with("whsec_"); })) {
    in.fail("STRIPE_WEBHOOK_SECRET", "must be the endpoint's signing secret (whsec_…), or several with commas between them");
  }
  settings.api_base = in.text("STRIPE_API_BASE").value_or(settings.api_base);
  while (settings.api_base.ends_with('/')) settings.api_base.pop_back();
  if (!safe_base(settings.api_base)) in.fail("STRIPE_API_BASE", "must be https://…, or http:// on this machine, for tests");
  settings.return_url = in.text("STRIPE_RETURN_URL").value_or("");
  if (!begins_with_any(settings.return_url, {"https://", "http://"}) && (current || !settings.return_url.empty())) {
    in.fail("STRIPE_RETURN_URL",
            "must be a page of yours where customers land after they were at Stripe, such as https://app.example.com/billing");
  }
  if (const auto types = in.text("STRIPE_PAYMENT_METHODS")) settings.method_types = split(*types);
  if (settings.method_types.empty())
    in.fail("STRIPE_PAYMENT_METHODS", "must be Stripe's names of payment methods, such as card,sepa_debit");
  config.stripe = std::move(settings);
}

void read_provider(Reader& in, Config& config) {
  config.provider = in.text("BILLING_PROVIDER").value_or(config.provider);
  if (config.provider != "stub" && config.provider != "stripe") in.fail("BILLING_PROVIDER", "must be stub or stripe");
  read_stripe(in, config);
}

void read_mail(Reader& in, Config& config) {
  const auto url = in.text("BILLING_SMTP_URL");
  const auto from = in.text("BILLING_MAIL_FROM");
  config.smtp_ca_file = in.text("BILLING_SMTP_CA_FILE");
  if (url) {
    try {
      config.smtp = outbound::parse_smtp_url(*url);
    } catch (const std::invalid_argument& error) {
      in.fail("BILLING_SMTP_URL", error.what());
    }
  }
  if (url && !from) in.fail("BILLING_MAIL_FROM", "is not set: mail needs a sender, such as Acme Billing <billing@acme.example>");
  if (!from) return;
  const auto box = emails::parse_mailbox(*from);
  if (!box) in.fail("BILLING_MAIL_FROM", "must be an address, such as billing@acme.example or Acme Billing <billing@acme.example>");
  config.mail_from = box.value_or(emails::Mailbox{});
}

}  // namespace

Config load_config(const std::function<const char*(const char*)>& get, bool stores) {
  Reader in{get};
  Config config;
  config.log_level = in.text("BILLING_LOG_LEVEL").value_or(config.log_level);
  constexpr std::array<std::string_view, 4> levels{"debug", "info", "warn", "error"};
  if (std::ranges::find(levels, config.log_level) == levels.end()) {
    in.fail("BILLING_LOG_LEVEL", "must be debug, info, warn or error");
  }
  read_stores(in, config, stores);
  config.host = in.text("HOST").value_or(config.host);
  config.port = static_cast<std::uint16_t>(in.integer("PORT", config.port, 0, 65535));
  if (in.text("METRICS_PORT")) config.metrics_port = static_cast<std::uint16_t>(in.integer("METRICS_PORT", 0, 0, 65535));
  config.cors_origins = split_origins(in.text("CORS_ORIGINS").value_or(""));
  read_clock(in, config);
  read_billing(in, config, !stores);
  read_provider(in, config);
  read_mail(in, config);
  const auto cores = std::max<std::int64_t>(1, std::thread::hardware_concurrency());
  config.threads = static_cast<std::size_t>(in.integer("BILLING_THREADS", cores, 1, 256));
  // Two at least: moving a simulated clock holds one transaction, while what falls due on the way needs another.
  config.pg_connections = static_cast<std::size_t>(in.integer("BILLING_PG_CONNECTIONS", 8, 2, 100));
  if (config.simulated_clock && !is_loopback(config.host)) {
    in.fail("BILLING_CLOCK", "simulated lets anybody move time: it is refused unless HOST is a loopback address");
  }
  in.finish();
  return config;
}

std::optional<std::string> open_address(const Config& config) {
  if (config.socket_host && !is_loopback(*config.socket_host)) return config.socket_host;
  // With a socket of systemd's, HOST is that of METRICS_PORT alone.
  if (!is_loopback(config.host) && (!config.socket_host || config.metrics_port)) return config.host;
  return std::nullopt;
}

bool is_loopback(const std::string& host) {
  in_addr address{};
  const bool is_ipv4 = inet_pton(AF_INET, host.c_str(), &address) == 1;  // a name such as 127.example.com is none
  return (is_ipv4 && ntohl(address.s_addr) >> 24 == 127) || host == "::1" || host == "localhost";
}

}  // namespace billing::app
