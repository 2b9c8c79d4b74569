#include "platform/observe/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <map>
#include <mutex>
#include <unordered_map>

namespace billing {
namespace {

constexpr std::size_t most_series = 1000;  // of one name: a label that takes client input by mistake must not eat the memory

/// HELP for what is counted or set anywhere; a name that is not here is its own help.
std::string help_for(std::string_view name) {
  struct Row {
    std::string_view name, help;
  };
  static constexpr Row rows[] = {
      {"http_requests", "Requests answered, by route, method and status."},
      {"http_request_duration_seconds", "Time from a request's arrival to its answer."},
      {"invoices", "Invoices, by what became of them."},
      {"payments", "Payment attempts, by outcome."},
      {"jobs", "Jobs worked on, by job and outcome."},
      {"due", "Work that is due and not yet served."},
      {"queue_depth", "Rings in the stream, by state: waiting, or taken and not yet acknowledged."},
      {"queue_lag_seconds", "How long the oldest ring has waited."},
      {"oldest_due_seconds", "How long the oldest row that is due has been."},
      {"schedule_last_tick_seconds", "When the schedule last looked for what is due, in seconds since 1970."},
      {"subscriptions_not_billed", "Live subscriptions whose last billing failed; billing_error says why."},
      {"payments_stuck", "Payment attempts whose outcome is unknown and that nobody has asked about for ten minutes."},
      {"postgres_connections", "Connections to PostgreSQL, by thread, pool and state."},
      {"postgres_waiting", "Statements and transactions that wait for a connection, by thread and pool."},
      {"webhook_deliveries", "Attempts to send an event to a receiver, by outcome."},
      {"cache", "Look-ups in a cache, by outcome."},
  };
  const auto* found = std::ranges::find(rows, name, &Row::name);
  return std::string{found == std::end(rows) ? name : found->help};
}

/// A method by its name; whatever a client made up is "other".
std::string_view known_method(std::string_view method) {
  constexpr std::string_view known[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  return std::ranges::find(known, method) == std::end(known) ? "other" : method;
}

const prometheus::Histogram::BucketBoundaries& duration_buckets() {
  static const prometheus::Histogram::BucketBoundaries buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                               0.1,    0.25,  0.5,    1,     2.5,  5,     10};
  return buckets;
}

/// The values as they are, or all "other".
prometheus::Labels labels_of(Metrics::Labels labels, bool other) {
  prometheus::Labels made;
  for (const auto& [label, value] : labels) made.emplace(label, other ? "other" : value);
  return made;
}

/// The series of one kind, by name and labels. Found under a lock; what is found stays valid.
template <class Series>
class Table {
 public:
  template <class Make>
  Series& at(std::string_view name, Metrics::Labels labels, const Make& make_family) {
    const std::scoped_lock lock(mutex_);
    thread_local std::string key;
    write_key(key, name, labels, false);
    if (const auto found = series_.find(key); found != series_.end()) return *found->second;
    auto& entry = families_[std::string{name}];
    if (!entry.family) entry.family = &make_family();
    const bool full = entry.count >= most_series;
    if (full) write_key(key, name, labels, true);
    auto& series = entry.family->Add(labels_of(labels, full));
    if (series_.emplace(key, &series).second) ++entry.count;
    return series;
  }

 private:
  struct Entry {
    prometheus::Family<Series>* family = nullptr;
    std::size_t count = 0;
  };
  static void write_key(std::string& key, std::string_view name, Metrics::Labels labels, bool other) {
    key.assign(name);
    for (const auto& [label, value] : labels) key.append(1, '\0').append(label).append(1, '\0').append(other ? "other" : value);
  }

  std::mutex mutex_;
  std::unordered_map<std::string, Series*> series_;
  std::map<std::string, Entry> families_;
};

}  // namespace

struct Metrics::State {
  struct Served {
    prometheus::Counter* requests;
    prometheus::Histogram* duration;
  };

  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests;
  prometheus::Family<prometheus::Histogram>& durations;
  Table<prometheus::Counter> counters;
  Table<prometheus::Gauge> gauges;
  const std::uint64_t number;  // no two have the same, not even one after the other

  State();
  Served served(std::string_view route, std::string_view method, int status);
};

Metrics::State::State()
    : requests(prometheus::BuildCounter().Name("billing_http_requests_total").Help(help_for("http_requests")).Register(registry)),
      durations(prometheus::BuildHistogram()
                    .Name("billing_http_request_duration_seconds")
                    .Help(help_for("http_request_duration_seconds"))
                    .Register(registry)),
      number([] {
        static std::atomic<std::uint64_t> made{0};
        return ++made;
      }()) {}

/// Each thread remembers what it has looked up: the registry's own look-up builds label maps under a lock.
Metrics::State::Served Metrics::State::served(std::string_view route, std::string_view method, int status) {
  constexpr std::size_t most_remembered = 4096;
  thread_local std::unordered_map<std::string, Served> remembered;
  thread_local std::string key;
  key.assign(reinterpret_cast<const char*>(&number), sizeof number);
  key.append(reinterpret_cast<const char*>(&status), sizeof status).append(method).append(1, ' ').append(route);
  if (const auto found = remembered.find(key); found != remembered.end()) return found->second;

  const prometheus::Labels labels{{"route", std::string{route}}, {"method", std::string{method}}};
  auto with_status = labels;
  with_status.emplace("status", std::to_string(status));
  const Served made{&requests.Add(with_status), &durations.Add(labels, duration_buckets())};
  if (remembered.size() >= most_remembered) remembered.clear();
  remembered.emplace(key, made);
  return made;
}

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::request_served(std::string_view route, std::string_view method, int status, double seconds) {
  const auto served = state_->served(route, known_method(method), status);
  served.requests->Increment();
  served.duration->Observe(seconds);
}

void Metrics::count(std::string_view name, Labels labels, double by) {
  const auto family = [&]() -> auto& {
    return prometheus::BuildCounter().Name("billing_" + std::string{name} + "_total").Help(help_for(name)).Register(state_->registry);
  };
  state_->counters.at(name, labels, family).Increment(by);
}

void Metrics::set(std::string_view name, Labels labels, double to) {
  const auto family = [&]() -> auto& {
    return prometheus::BuildGauge().Name("billing_" + std::string{name}).Help(help_for(name)).Register(state_->registry);
  };
  state_->gauges.at(name, labels, family).Set(to);
}

std::string Metrics::render() const { return prometheus::TextSerializer().Serialize(state_->registry.Collect()); }

}  // namespace billing
