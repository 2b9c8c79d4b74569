#include "platform/runtime/uuid7.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <vector>

#include "base/hex.hpp"

namespace billing {
namespace {

/// Milliseconds and a 12-bit count within them, as one rising number: RFC 9562 method 3, ahead of the clock under a burst.
std::uint64_t next_stamp() {
  using namespace std::chrono;
  static std::atomic<std::uint64_t> last{0};
  const auto micros = static_cast<std::uint64_t>(duration_cast<microseconds>(system_clock::now().time_since_epoch()).count());
  const std::uint64_t now = ((micros / 1000) << 12) | ((micros % 1000) * 4096 / 1000);
  auto previous = last.load();
  std::uint64_t next;
  do {
    next = previous < now ? now : previous + 1;
  } while (!last.compare_exchange_weak(previous, next));
  return next;
}

/// Random bytes are drawn 4 KiB at a time: one call into OpenSSL an id is measurable at ingest rates.
void random_tail(std::uint8_t* out) {
  thread_local std::array<std::uint8_t, 4096> pool;
  thread_local std::size_t used = pool.size();
  if (used + 8 > pool.size()) {
    if (RAND_bytes(pool.data(), static_cast<int>(pool.size())) != 1) throw std::runtime_error("no random bytes to be had");
    used = 0;
  }
  std::copy_n(pool.begin() + static_cast<std::ptrdiff_t>(used), 8, out);
  used += 8;
}

}  // namespace

std::array<std::uint8_t, 16> new_uuid7() {
  std::array<std::uint8_t, 16> id;
  const auto stamp = next_stamp();
  const auto millis = stamp >> 12;
  for (int i = 0; i < 6; ++i) id[i] = static_cast<std::uint8_t>(millis >> (40 - 8 * i));
  id[6] = static_cast<std::uint8_t>(0x70 | ((stamp >> 8) & 0x0f));
  id[7] = static_cast<std::uint8_t>(stamp);
  random_tail(&id[8]);
  id[8] = static_cast<std::uint8_t>(0x80 | (id[8] & 0x3f));
  return id;
}

std::string random_hex(std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1) throw std::runtime_error("no random bytes to be had");
  return hex(bytes);
}

}  // namespace billing
