#include "platform/queue/queue.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "platform/queue/entry.hpp"

namespace billing::queue {

using redis::Reply;

namespace {

/// A trimmed ring is only a lost ring: the schedule rings again.
constexpr auto max_entries = "1000000";

/// The milliseconds in an entry's id, "1700000000000-0"; 0 for anything else.
std::int64_t milliseconds_of(std::string_view id) {
  std::int64_t value = 0;
  std::from_chars(id.data(), id.data() + id.size(), value);
  return value;
}

std::string joined(const std::vector<std::string>& ids, std::size_t from, std::size_t to) {
  std::string text;
  for (auto i = from; i < to; ++i) {
    if (i > from) text += ' ';
    text += ids[i];
  }
  return text;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = text.find(' ');
    if (end != 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

}  // namespace

std::optional<Entry> parse_entry(const Reply& reply) {
  if (reply.elements.size() != 2 || reply.elements[0].kind != Reply::Kind::text || reply.elements[1].kind != Reply::Kind::array) {
    return std::nullopt;
  }
  Entry entry{.id = reply.elements[0].text, .ring = {}};
  const auto& fields = reply.elements[1].elements;
  if (fields.size() != 4 || fields[0].text != "job" || fields[1].text.empty() || fields[2].text != "ids") return entry;
  entry.ring = Ring{.job = fields[1].text, .ids = split(fields[3].text)};
  return entry;
}

Queue::Queue(Reactor&, redis::Client& client, std::string stream) : client_(client), stream_(std::move(stream)) {}

void Queue::ring(std::string_view job, const std::vector<std::string>& ids, std::size_t ids_per_entry) {
  const auto blank = [](const std::string& id) { return id.empty() || id.contains(' '); };
  if (job.empty() || ids_per_entry == 0 || std::ranges::any_of(ids, blank))
    throw std::invalid_argument("a ring needs a job, and ids without blanks");
  std::size_t from = 0;
  do {
    const auto to = std::min(ids.size(), from + ids_per_entry);
    client_.send({"XADD", stream_, "MAXLEN", "~", max_entries, "*", "job", std::string{job}, "ids", joined(ids, from, to)});
    from = to;
  } while (from < ids.size());
}

Task<Queue::Depth> Queue::depth() {
  Depth depth;
  const auto length = co_await client_.command({"XLEN", stream_});
  if (length.integer == 0) co_return depth;
  try {
    const auto pending = co_await client_.command({"XPENDING", stream_, group_name});
    if (!pending.elements.empty()) depth.in_flight = pending.elements[0].integer;
  } catch (const redis::CommandError&) {  // no group yet: nothing has been taken
  }
  depth.waiting = std::max<std::int64_t>(0, length.integer - depth.in_flight);  // what is acknowledged is deleted too
  const auto first = co_await client_.command({"XRANGE", stream_, "-", "+", "COUNT", "1"});
  const auto now = co_await client_.command({"TIME"});  // the ids come from the same clock
  if (first.elements.empty() || first.elements[0].elements.empty() || now.elements.size() != 2) co_return depth;
  const auto now_ms = milliseconds_of(now.elements[0].text) * 1'000 + milliseconds_of(now.elements[1].text) / 1'000;
  depth.lag_ms = std::max<std::int64_t>(0, now_ms - milliseconds_of(first.elements[0].elements[0].text));
  co_return depth;
}

}  // namespace billing::queue
