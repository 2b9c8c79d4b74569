#include "rooms/providers/stripe/api.hpp"

#include <algorithm>

#include "base/hex.hpp"
#include "platform/json/json.hpp"
#include "platform/runtime/log.hpp"

namespace billing::providers::stripe {

using namespace std::chrono_literals;

namespace {

/// What the objects, parameters and errors here are written for.
constexpr std::string_view api_version = "2026-08-26.dahlia";
constexpr auto longest_call = 15'000ms;

void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
}

/// Errors that say nothing of what was asked: not now (409, 429, 5xx), or not with this key (401, 403).
bool says_nothing(int status) { return status == 401 || status == 403 || status == 409 || status == 429 || status >= 500; }

std::optional<boost::json::value> parse(const std::string& body) {
  try {
    auto value = json::parse(body);
    if (value.is_object()) return value;
  } catch (const Refusal&) {  // a proxy's page, half an answer
  }
  return std::nullopt;
}

}  // namespace

std::string encode(const Form& form) {
  std::string out;
  for (const auto& [name, value] : form) {
    if (!out.empty()) out += '&';
    append_encoded(out, name);
    out += '=';
    append_encoded(out, value);
  }
  return out;
}

std::chrono::milliseconds Deadline::left(std::chrono::milliseconds most) const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(at_ - std::chrono::steady_clock::now());
  return std::clamp(left, 1ms, std::max(most, 1ms));
}

std::string Reply::error_type() const { return text(body, "type").value_or(""); }
std::string Reply::error_code() const { return text(body, "code").value_or(""); }

const boost::json::value* find(const boost::json::value& value, std::string_view path) {
  const auto* at = &value;
  while (!path.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    const auto* object = at->if_object();
    at = object ? object->if_contains(path.substr(0, dot)) : nullptr;
    if (!at || at->is_null()) return nullptr;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return at;
}

std::optional<std::string> text(const boost::json::value& value, std::string_view path) {
  const auto* found = find(value, path);
  if (!found) return std::nullopt;
  if (found->is_object()) return text(*found, "id");
  if (!found->is_string()) return std::nullopt;
  return std::string{found->get_string()};
}

std::optional<std::int64_t> integer(const boost::json::value& value, std::string_view path) {
  const auto* found = find(value, path);
  return found && found->is_int64() ? std::optional{found->get_int64()} : std::nullopt;
}

Task<Reply> Api::get(std::string path, Form query, Deadline deadline) {
  const auto target = settings_.api_base + path + (query.empty() ? "" : "?" + encode(query));
  outbound::HttpRequest request{.method = "GET", .url = target, .timeout = deadline.left(longest_call)};
  co_return co_await ask(std::move(request), std::move(path));
}

Task<Reply> Api::post(std::string path, Form form, Deadline deadline, std::optional<std::string> idempotency_key) {
  outbound::HttpRequest request{.method = "POST",
                                .url = settings_.api_base + path,
                                .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                                .body = encode(form),
                                .timeout = deadline.left(longest_call)};
  if (idempotency_key) request.headers.emplace_back("Idempotency-Key", *idempotency_key);
  co_return co_await ask(std::move(request), std::move(path));
}

Task<Reply> Api::list(std::string path, Form query, Deadline deadline, std::size_t most, std::vector<boost::json::value>& into,
                      bool& complete) {
  complete = false;
  query.emplace_back("limit", "100");
  const auto first_page = query;
  for (;;) {
    auto reply = co_await get(path, query, deadline);
    if (!reply.done()) co_return reply;
    const auto* data = find(reply.body, "data");
    const auto* more = find(reply.body, "has_more");
    if (!data || !data->is_array() || !more || !more->is_bool()) co_return Reply{};
    for (const auto& object : data->get_array()) into.push_back(object);
    complete = !more->get_bool();
    if (complete || into.empty() || into.size() >= most) co_return reply;
    query = first_page;
    query.emplace_back("starting_after", text(into.back(), "id").value_or(""));
  }
}

Task<Reply> Api::ask(outbound::HttpRequest request, std::string path) {
  request.headers.emplace_back("Authorization", "Bearer " + settings_.api_key);
  request.headers.emplace_back("Stripe-Version", api_version);
  request.headers.emplace_back("User-Agent", "billing");
  const auto method = request.method;
  auto result = co_await http_.send(std::move(request));
  if (const auto* failure = std::get_if<outbound::HttpFailure>(&result)) {
    log::warn("stripe_unreachable",
              {{"method", method}, {"path", path}, {"failure", outbound::to_text(failure->kind)}, {"detail", failure->detail}});
    co_return Reply{};
  }
  const auto& answer = std::get<outbound::HttpAnswer>(result);
  auto body = parse(answer.body);
  if (answer.status == 200 && body) co_return Reply{Reply::Kind::done, std::move(*body)};
  const auto* error = body ? find(*body, "error") : nullptr;
  const auto code = error ? text(*error, "code").value_or("") : "";
  const auto request_id = std::string{answer.header("request-id").value_or("")};
  // Never the message: it may quote what was sent.
  const log::Fields fields = {{"method", method}, {"path", path}, {"status", answer.status}, {"code", code}, {"request_id", request_id}};
  const bool our_key = answer.status == 401 || answer.status == 403;
  if (our_key) log::error("stripe_key_refused", fields);
  if (!our_key) log::debug("stripe_refused", fields);
  if (!error || says_nothing(answer.status) || answer.status < 400) co_return Reply{};
  co_return Reply{Reply::Kind::refused, *error};
}

}  // namespace billing::providers::stripe
