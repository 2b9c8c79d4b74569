// What the server's tests share: a server on its own thread, and a client on a plain socket.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <future>

#include "platform/http/server/server_test_support.hpp"

namespace billing::http {

using namespace std::chrono_literals;

namespace {

/// A wait with a time limit also ends when the process is stopped and goes on (EINTR): then it begins again.
template <class Call>
ssize_t uninterrupted(Call call) {
  for (;;) {
    const ssize_t result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

}  // namespace

TestServer::TestServer(Service service, ServerOptions options) {
  if (options.exclusive) options.port = 0;
  server_.emplace(reactor_, std::move(options), std::move(service));
  port_ = server_->port();
  thread_ = std::thread([this] { reactor_.run(); });
}

TestServer::~TestServer() {
  if (!drained_) drain();
  std::promise<void> gone;
  reactor_.post([&] {
    server_.reset();
    gone.set_value();
  });
  gone.get_future().wait();
  reactor_.post([this] { reactor_.stop(); });  // after what the server's end has set off
  thread_.join();
}

void TestServer::drain(std::chrono::milliseconds grace, std::chrono::milliseconds farewell) {
  drained_ = true;
  std::promise<void> done;
  reactor_.post([&] {
    tasks_.spawn(
        [](Server& server, std::chrono::milliseconds limit, std::chrono::milliseconds last, std::promise<void>& promise) -> Task<void> {
          co_await server.drain(limit, last);
          promise.set_value();
        }(*server_, grace, farewell, done));
  });
  done.get_future().wait();
}

std::size_t TestServer::connections() {
  std::promise<std::size_t> count;
  reactor_.post([&] { count.set_value(server_->connections()); });
  return count.get_future().get();
}

void TestServer::settle() {
  for (int i = 0; i < 10; ++i) {
    std::this_thread::sleep_for(10ms);
    connections();
  }
}

Service with_handler(std::function<Task<Response>(Request&)> handle) {
  return {.body_limit = [](Method, std::string_view path) -> std::size_t { return path == "/small" ? 100 : 1000; },
          .admit = {},
          .handle = [handle = std::move(handle)](Request& request, const Peer&) { return handle(request); }};
}

Service echo() {
  return with_handler([](Request& request) -> Task<Response> {
    Response response;
    response.content_type = "text/plain";
    response.body = std::string{request.method_text} + " " + std::string{request.path} + "?" + std::string{request.query} + " " +
                    std::string{request.body};
    co_return response;
  });
}

Client::Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) ADD_FAILURE() << "cannot connect";
  const timeval limit{.tv_sec = 20, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

Client::~Client() {
  if (socket_ >= 0) ::close(socket_);
}

void Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = uninterrupted([&] { return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); });
    if (sent <= 0) return;  // the server may close before it has taken all
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Client::finish_sending() { ::shutdown(socket_, SHUT_WR); }

bool Client::read_more() {
  char bytes[16 * 1024];
  const auto count = uninterrupted([&] { return ::recv(socket_, bytes, sizeof bytes, 0); });
  if (count > 0) unread_.append(bytes, static_cast<std::size_t>(count));
  if (count < 0 && errno == ECONNRESET) reset_ = true;
  return count > 0;
}

Answer Client::read(Body body) {
  std::size_t end;
  while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return {};
  }
  Answer answer;
  answer.head = unread_.substr(0, end + 4);
  unread_.erase(0, end + 4);
  answer.status = std::stoi(answer.head.substr(9, 3));
  for (auto at = answer.head.find("\r\n") + 2; at < answer.head.size() - 2;) {
    const auto stop = answer.head.find("\r\n", at);
    const auto line = answer.head.substr(at, stop - at);
    auto name = line.substr(0, line.find(": "));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    EXPECT_TRUE(answer.headers.emplace(name, line.substr(line.find(": ") + 2)).second) << "twice: " << line;
    at = stop + 2;
  }
  if (body == Body::expected && answer.has("content-length")) {
    const auto length = std::stoul(answer.headers["content-length"]);
    while (unread_.size() < length && read_more()) {
    }
    EXPECT_GE(unread_.size(), length);
    answer.body = unread_.substr(0, length);
    unread_.erase(0, length);
  }
  return answer;
}

std::string Client::read_to(std::string_view end) {
  auto at = unread_.find(end);
  for (auto seen = unread_.size(); at == std::string::npos && read_more(); seen = unread_.size()) {
    at = unread_.find(end, seen - std::min(seen, end.size()));
  }
  const auto length = at == std::string::npos ? unread_.size() : at + end.size();
  auto bytes = unread_.substr(0, length);
  unread_.erase(0, length);
  return bytes;
}

bool Client::closed() {
  if (!unread_.empty()) return false;
  char byte;
  return uninterrupted([&] { return ::recv(socket_, &byte, 1, 0); }) == 0;
}

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

}  // namespace billing::http
