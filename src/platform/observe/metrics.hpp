#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace billing {

/// Prometheus metrics of this process, safe from any thread. Rooms count through the named functions; nobody builds label maps on a hot path.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  /// billing_http_requests_total{route,method,status} and billing_http_request_duration_seconds{route,method}; `route` is the pattern, never the raw path.
  void request_served(std::string_view route, std::string_view method, int status, double seconds);
  /// Name → value, few of them and each of few values.
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  /// billing_<name>_total{<labels>}
  void count(std::string_view name, Labels labels, double by = 1);
  /// billing_<name>{<labels>}
  void set(std::string_view name, Labels labels, double to);
  /// Text exposition format 0.0.4.
  std::string render() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace billing
