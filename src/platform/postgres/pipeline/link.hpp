#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

struct pg_conn;

namespace billing::pg {

using SteadyTime = std::chrono::steady_clock::time_point;

/// libpq's keywords and values, in order.
using ConnectWords = std::vector<std::pair<std::string, std::string>>;

/// What PostgreSQL holds a session to.
struct Limits {
  std::chrono::milliseconds statement{30'000};
  std::chrono::milliseconds lock{10'000};
  bool one_plan = false;  // of each prepared statement, from its first run on
};

/// The words of `url` with the session's settings: UTC, ISO dates, READ COMMITTED and the limits. They go with the start-up packet, so
/// they cost no round trip.
ConnectWords connect_words(const std::string& url, const std::string& application_name, const Limits& limits);

/// One libpq connection on the event loop, used once: opened, then lost or closed for good. Never blocks, also not on a name server.
class Link : public std::enable_shared_from_this<Link> {
 public:
  explicit Link(boost::asio::io_context& io);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  virtual ~Link();

  void open(ConnectWords words, std::chrono::milliseconds timeout);
  /// Open and usable.
  bool ready() const { return phase_ == Phase::open; }
  bool closed() const { return phase_ == Phase::closed; }
  /// Closes, and tells `on_lost` why; does nothing when it is closed already.
  void lose(const std::string& reason);
  bool overdue(SteadyTime now) const { return !closed() && deadline_ && now > *deadline_; }

 protected:
  virtual void on_open() = 0;
  /// Input has been read: take the results that are complete, and call `doom` if it cannot go on. Must not call out to anybody.
  virtual void take_results() = 0;
  /// After `take_results`: now others may be told.
  virtual void tell() = 0;
  virtual void on_lost(const std::string& reason) = 0;

  /// Writes what libpq holds back; the rest goes when the socket takes it.
  void flush();
  /// No more use from now on; it is lost once everybody has been told what still came in.
  void doom(std::string reason);
  /// As `lose`, but from the event loop: for use inside a call from the owner.
  void lose_later(const std::string& reason);
  /// Something is expected within `timeout` from now; the sweep of the pool closes a link that is overdue.
  void expect_within(std::chrono::milliseconds timeout) { deadline_ = std::chrono::steady_clock::now() + timeout; }
  void expect_nothing() { deadline_.reset(); }

  boost::asio::io_context& io_;
  pg_conn* raw_ = nullptr;

 private:
  enum class Phase { idle, opening, open, doomed, closed };

  void resolve(const std::string& host);
  void connect();
  void step();
  void opened();
  void watch_input();
  void input_ready();
  void let_go() noexcept;

  boost::asio::posix::stream_descriptor socket_;
  boost::asio::ip::tcp::resolver resolver_;
  ConnectWords words_;
  std::optional<SteadyTime> deadline_;
  std::string doom_;
  Phase phase_ = Phase::idle;
  bool writing_ = false;
};

}  // namespace billing::pg
