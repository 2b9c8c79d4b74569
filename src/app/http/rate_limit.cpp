#include "app/http/rate_limit.hpp"

#include <algorithm>
#include <map>

#include "platform/runtime/refusal.hpp"

namespace billing::app {
namespace {

/// A token bucket in one step, by Redis' own clock. Keys: the bucket; arguments: tokens a second, burst.
/// Returns 0, or the milliseconds until the next token.
constexpr const char* token_bucket = R"(
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(bucket[1]) or burst
local at = tonumber(bucket[2]) or now
tokens = math.min(burst, tokens + (now - at) * rate / 1000)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = math.ceil((1 - tokens) * 1000 / rate) end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil(burst * 1000 / rate) + 1000)
return wait)";

Refusal too_many(std::int64_t wait_ms) {
  Refusal refusal(429, "rate_limited", "Users are being created faster than allowed (BILLING_USER_RATE, BILLING_USER_BURST): slow down.");
  refusal.headers.emplace_back("Retry-After", std::to_string(std::max<std::int64_t>(1, (wait_ms + 999) / 1000)));
  return refusal;
}

/// The same bucket without Redis, in thousandths of a token.
std::int64_t take_locally(const std::string& client, const Config& config) {
  using Clock = std::chrono::steady_clock;
  struct Bucket {
    std::int64_t milli_tokens;
    Clock::time_point at;
  };
  thread_local std::map<std::string, Bucket> buckets;
  if (buckets.size() > 10'000) buckets.clear();
  const auto now = Clock::now();
  auto& bucket = buckets.try_emplace(client, config.user_burst * 1000, now).first->second;
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - bucket.at).count();
  bucket.milli_tokens = std::min(config.user_burst * 1000, bucket.milli_tokens + elapsed * config.user_rate);
  bucket.at = now;
  if (bucket.milli_tokens < 1000) return (1000 - bucket.milli_tokens + config.user_rate - 1) / config.user_rate;
  bucket.milli_tokens -= 1000;
  return 0;
}

Task<std::int64_t> take(App& app, const std::string& client) {
  const auto& config = app.shared.config;
  const auto bucket = "billing:" + app.shared.installation + ":users:" + client;
  try {
    const auto reply = co_await app.redis.command(
        {"EVAL", token_bucket, "1", bucket, std::to_string(config.user_rate), std::to_string(config.user_burst)});
    co_return reply.integer;
  } catch (const redis::Unavailable&) {
  } catch (const redis::CommandError&) {
  }
  co_return take_locally(client, config);
}

}  // namespace

Task<void> take_user_token(App& app, const std::string& client) {
  if (app.shared.config.user_rate == 0) co_return;
  const auto wait_ms = co_await take(app, client);
  if (wait_ms > 0) throw too_many(wait_ms);
}

}  // namespace billing::app
