#include "platform/postgres/pipeline/link.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <stdexcept>

#include "platform/runtime/log.hpp"

namespace billing::pg {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

std::string* find_word(ConnectWords& words, std::string_view keyword) {
  const auto found = std::ranges::find(words, keyword, [](const auto& word) { return std::string_view{word.first}; });
  return found == words.end() ? nullptr : &found->second;
}

void set_word(ConnectWords& words, const char* keyword, std::string value) {
  if (auto* present = find_word(words, keyword)) {
    *present = std::move(value);
  } else {
    words.emplace_back(keyword, std::move(value));
  }
}

/// A single name that only a name server can turn into an address. Lists of hosts are left to libpq.
bool needs_resolving(ConnectWords& words) {
  const auto* host = find_word(words, "host");
  if (!host || host->empty() || host->front() == '/' || host->front() == '@' || host->contains(',')) return false;
  if (find_word(words, "hostaddr")) return false;
  error_code not_an_address;
  asio::ip::make_address(*host, not_an_address);
  return static_cast<bool>(not_an_address);
}

std::string last_error(PGconn* raw) {
  const std::string_view message = raw ? PQerrorMessage(raw) : "out of memory";
  const auto line = message.substr(0, message.find('\n'));  // what follows are guesses
  return line.empty() ? "the connection was lost" : std::string{line};
}

}  // namespace

ConnectWords connect_words(const std::string& url, const std::string& application_name, const Limits& limits) {
  ConnectWords words;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed{PQconninfoParse(url.c_str(), nullptr), &PQconninfoFree};
  if (!parsed) throw std::invalid_argument("the database URL is not valid");
  for (const auto* option = parsed.get(); option->keyword; ++option) {
    if (option->val) words.emplace_back(option->keyword, option->val);
  }
  const auto* given = find_word(words, "options");
  set_word(
      words, "options",
      fmt::format(
          "{} -c TimeZone=UTC -c DateStyle=ISO -c client_min_messages=warning -c default_transaction_isolation=read\\ committed "
          "-c statement_timeout={} -c lock_timeout={} -c idle_in_transaction_session_timeout=60s {} "
                  // Compiling a plan takes longer than any of ours runs, and the compiler alone 30 ms to load, in each session.
          "-c jit=off "
          // No workers: to start them takes ten times as long as most statements run, and what reads much is to leave the other cores to those who answer.
          "-c max_parallel_workers_per_gather=0 "
          // A page is read from memory or an SSD, wherever it lies: a few rows of a table are looked up, not found by reading all of it.
          "-c random_page_cost=1.1 "
          // The server's side of the keepalives below: a session of ours that lost its network holds no lock for long.
          "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c tcp_user_timeout=10000 "
          "-c client_connection_check_interval=2000",
          given ? *given : std::string{}, limits.statement.count(), limits.lock.count(),
          limits.one_plan ? "-c plan_cache_mode=force_generic_plan" : ""));
  set_word(words, "application_name", application_name);
  set_word(words, "client_encoding", "UTF8");
  // A peer that vanished without a word is noticed within seconds.
  for (const auto& [keyword, value] :
       {std::pair{"keepalives_idle", "5"}, {"keepalives_interval", "2"}, {"keepalives_count", "3"}, {"tcp_user_timeout", "10000"}}) {
    if (!find_word(words, keyword)) set_word(words, keyword, value);
  }
  // Of several hosts, the one that takes changes.
  const auto* host = find_word(words, "host");
  if (host && host->contains(',') && !find_word(words, "target_session_attrs")) set_word(words, "target_session_attrs", "read-write");
  return words;
}

Link::Link(asio::io_context& io) : io_(io), socket_(io), resolver_(io) {}

Link::~Link() { let_go(); }

void Link::open(ConnectWords words, std::chrono::milliseconds timeout) {
  words_ = std::move(words);
  phase_ = Phase::opening;
  expect_within(timeout);
  if (needs_resolving(words_)) {
    resolve(*find_word(words_, "host"));
  } else {
    connect();
  }
}

void Link::resolve(const std::string& host) {
  resolver_.async_resolve(host, "", [self = shared_from_this(), host](const error_code& error, const auto& found) {
    if (self->closed()) return;
    if (error || found.empty()) return self->lose(fmt::format("the host {} has no address: {}", host, error.message()));
    std::string hosts;
    std::string addresses;
    for (const auto& entry : found) {  // libpq tries them in order
      hosts += (hosts.empty() ? "" : ",") + host;
      addresses += (addresses.empty() ? "" : ",") + entry.endpoint().address().to_string();
    }
    set_word(self->words_, "host", std::move(hosts));
    set_word(self->words_, "hostaddr", std::move(addresses));
    self->connect();
  });
}

void Link::connect() {
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : words_) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  raw_ = PQconnectStartParams(keywords.data(), values.data(), 0);
  if (!raw_ || PQstatus(raw_) == CONNECTION_BAD) return lose_later(last_error(raw_));
  PQsetNoticeProcessor(raw_, [](void*, const char* message) { log::debug("postgres_notice", {{"message", message}}); }, nullptr);
  socket_.assign(PQsocket(raw_));
  socket_.async_wait(asio::posix::stream_descriptor::wait_write, [self = shared_from_this()](const error_code& error) {
    if (!error) self->step();
  });
}

void Link::step() {
  if (closed()) return;
  if (socket_.is_open()) socket_.release();  // before the poll, which may close this descriptor and open another of the same number
  const auto state = PQconnectPoll(raw_);
  if (state == PGRES_POLLING_FAILED) return lose(last_error(raw_));
  socket_.assign(PQsocket(raw_));
  if (state == PGRES_POLLING_OK) return opened();
  const auto what = state == PGRES_POLLING_READING ? asio::posix::stream_descriptor::wait_read : asio::posix::stream_descriptor::wait_write;
  socket_.async_wait(what, [self = shared_from_this()](const error_code& error) {
    if (!error) self->step();
  });
}

void Link::opened() {
  phase_ = Phase::open;
  words_.clear();  // holds the password
  expect_nothing();
  if (PQsetnonblocking(raw_, 1) != 0) return lose(last_error(raw_));
  watch_input();
  on_open();
}

void Link::watch_input() {
  socket_.async_wait(asio::posix::stream_descriptor::wait_read, [self = shared_from_this()](const error_code& error) {
    if (!error) self->input_ready();
  });
}

void Link::input_ready() {
  if (!ready()) return;
  bool alive = PQconsumeInput(raw_) == 1;
  // A TLS record may be longer than libpq's free space, and its rest would not make the socket readable again.
  for (int i = 0; alive && PQsslInUse(raw_) && i < 2; ++i) alive = PQconsumeInput(raw_) == 1;
  take_results();
  if (!alive || PQstatus(raw_) != CONNECTION_OK) doom(last_error(raw_));
  if (phase_ == Phase::doomed) {
    const auto self = shared_from_this();
    tell();
    return lose(doom_);
  }
  flush();
  watch_input();
  tell();
}

void Link::doom(std::string reason) {
  if (!ready()) return;
  phase_ = Phase::doomed;
  doom_ = std::move(reason);
}

void Link::flush() {
  if (!ready() || writing_) return;
  const int left = PQflush(raw_);
  if (left < 0) return lose_later(last_error(raw_));
  if (left == 0) return;
  writing_ = true;
  socket_.async_wait(asio::posix::stream_descriptor::wait_write, [self = shared_from_this()](const error_code& error) {
    self->writing_ = false;
    if (!error) self->flush();
  });
}

void Link::lose_later(const std::string& reason) {
  asio::post(io_, [self = shared_from_this(), reason] { self->lose(reason); });
}

void Link::lose(const std::string& reason) {
  if (closed()) return;
  const auto self = shared_from_this();
  let_go();
  on_lost(reason);
}

void Link::let_go() noexcept {
  phase_ = Phase::closed;
  resolver_.cancel();
  words_.clear();
  if (socket_.is_open()) socket_.release();  // the descriptor is libpq's to close
  if (raw_) PQfinish(std::exchange(raw_, nullptr));
}

}  // namespace billing::pg
