#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "core/collecting/payment.hpp"
#include "core/documents/documents.hpp"
#include "platform/outbound/smtp_client.hpp"
#include "rooms/emails/message.hpp"
#include "rooms/providers/stripe/settings.hpp"

namespace billing::app {

/// Everything that is configured, from the environment (docs: README.md, "Configuration").
struct Config {
  std::string database_url;
  std::string redis_url;
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  std::optional<std::string> socket_host;     // where the API listens instead, when systemd hands its socket over
  std::optional<std::uint16_t> metrics_port;  // one more, of this process alone, for what watches it; 0: any that is free
  std::vector<std::string> cors_origins;
  bool simulated_clock = false;
  std::optional<Instant> clock_start;  // where a new database's simulated clock starts; default: now
  std::optional<std::string> admin_key;
  RetrySchedule retries;
  std::optional<std::int64_t> cancel_after_days;  // a subscription that has been past due so long is canceled
  SmallestInvoice smallest;  // what an invoice must come to, in minor units by currency
  std::int64_t user_rate = 100;   // POST /users: tokens a second; 0 turns the guard rail off
  std::int64_t user_burst = 200;
  std::int64_t max_quantity = 1'000'000'000'000;  // of one usage event
  std::size_t threads = 2;         // one reactor each
  std::size_t pg_connections = 8;  // for transactions, a thread
  std::string log_level = "info";
  std::string provider = "stub";                        // what new attempts are made with
  std::optional<providers::stripe::Settings> stripe;  // also where another one is: what was begun with it is asked of it
  std::optional<outbound::SmtpServer> smtp;  // where mail is handed over; nullopt: none is sent
  emails::Mailbox mail_from;
  std::optional<std::string> smtp_ca_file;  // whom the mail server's certificate is believed by, instead of the system's authorities
  std::chrono::days keep_events{90};
  bool webhooks_to_private = false;  // receivers may be on this machine or in a private network
};

/// What is wrong with the configuration, all of it, one line each, telling what to do.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `get` looks a variable up (std::getenv for real). Without `stores`, DATABASE_URL and REDIS_URL may be missing: `billing up` brings its own.
/// Logs one warning for a SQLAlchemy-style DSN, which is taken as the plain one.
Config load_config(const std::function<const char*(const char*)>& get, bool stores = true);

/// 127.0.0.0/8, ::1 or localhost.
bool is_loopback(const std::string& host);
/// The address by which others than this machine reach us; nullopt: none of ours is.
std::optional<std::string> open_address(const Config& config);

}  // namespace billing::app
