#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/outbound/http_client.hpp"
#include "rooms/providers/stripe/settings.hpp"

namespace billing::providers::stripe {

/// Parameters in their order: {"metadata[user_id]", "…"}.
using Form = std::vector<std::pair<std::string, std::string>>;
/// application/x-www-form-urlencoded.
std::string encode(const Form& form);

/// All calls of one question end by then.
class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds from_now) : at_(std::chrono::steady_clock::now() + from_now) {}
  /// What is left, at most `most`; 1 ms at least.
  std::chrono::milliseconds left(std::chrono::milliseconds most) const;

 private:
  std::chrono::steady_clock::time_point at_;
};

/// What came of a call.
struct Reply {
  enum class Kind {
    done,
    refused,  // an error that asking again does not change
    again,    // nobody can tell, or not now
  } kind = Kind::again;
  boost::json::value body{};  // the object; of a refusal the error

  bool done() const { return kind == Kind::done; }
  bool refused() const { return kind == Kind::refused; }
  /// Of a refusal: "card_error", "idempotency_error", …
  std::string error_type() const;
  /// Of a refusal: its `code`.
  std::string error_code() const;
};

/// A member of an object's objects, by a path: "latest_charge.id". nullptr where there is none, and for null.
const boost::json::value* find(const boost::json::value& value, std::string_view path);
/// The text there; of an object that may be expanded or not (an id or the object): its id.
std::optional<std::string> text(const boost::json::value& value, std::string_view path);
std::optional<std::int64_t> integer(const boost::json::value& value, std::string_view path);

/// Stripe's HTTP API, by the version that was tested.
class Api {
 public:
  Api(outbound::HttpClient& http, const Settings& settings) : http_(http), settings_(settings) {}

  Task<Reply> get(std::string path, Form query, Deadline deadline);
  Task<Reply> post(std::string path, Form form, Deadline deadline, std::optional<std::string> idempotency_key = {});
  /// All pages of a list, newest first, as far as `most` objects: `complete` is set when that was all.
  Task<Reply> list(std::string path, Form query, Deadline deadline, std::size_t most, std::vector<boost::json::value>& into,
                   bool& complete);

  const Settings& settings() const { return settings_; }

 private:
  Task<Reply> ask(outbound::HttpRequest request, std::string path);

  outbound::HttpClient& http_;
  const Settings& settings_;
};

}  // namespace billing::providers::stripe
