#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <system_error>

#include "platform/http/server/server_test_support.hpp"

namespace billing::http {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

std::chrono::milliseconds since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
}

/// Short timeouts; `idle` is for a client that has to ask within it.
ServerOptions hasty(std::chrono::milliseconds idle = 10s) {
  ServerOptions options;
  options.idle_timeout = idle;
  options.read_timeout = 150ms;
  options.write_timeout = 150ms;
  return options;
}

/// A service whose handler waits for `gate` to open, at /wait.
Service waiting(std::atomic<bool>& gate, std::atomic<int>& entered, Reactor*& reactor) {
  return with_handler([&](Request& request) -> Task<Response> {
    ++entered;
    while (request.path == "/wait" && !gate) co_await reactor->sleep(5ms);
    Response response;
    response.body = request.path;
    co_return response;
  });
}

TEST(ServerTimeouts, AnIdleConnectionIsClosedInSilence) {
  TestServer server(echo(), hasty(500ms));
  Client used(server.port());
  EXPECT_EQ(used.ask(get).status, 200);
  Client fresh(server.port());
  EXPECT_TRUE(fresh.closed());
  EXPECT_TRUE(used.closed());
}

TEST(ServerTimeouts, ARequestThatDoesNotComeIs408) {
  TestServer server(echo(), hasty());
  for (const std::string part : {"G", "GET / HTTP/1.1\r\nHost: h\r\n", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhell",
                                 "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe"}) {
    Client client(server.port());
    client.send(part);
    const auto answer = client.read();
    EXPECT_EQ(answer.status, 408) << part;
    EXPECT_TRUE(client.closed()) << part;
  }
}

TEST(ServerTimeouts, DribblingDoesNotHelp) {
  TestServer server(echo(), hasty());
  Client client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n");
  const auto begin = std::chrono::steady_clock::now();
  std::atomic<bool> answered = false;
  std::thread dribble([&] {
    while (!answered && since(begin) < 15s) {
      client.send("X: y\r\n");
      std::this_thread::sleep_for(20ms);
    }
  });
  EXPECT_EQ(client.read().status, 408);
  answered = true;
  EXPECT_LT(since(begin), 15s);
  dribble.join();
}

TEST(ServerTimeouts, AClientThatDoesNotReadIsCutOff) {
  std::atomic<bool> asked = false;
  TestServer server(with_handler([&](Request&) -> Task<Response> {
                      asked = true;
                      Response response;
                      response.body.assign(50'000'000, 'x');
                      co_return response;
                    }),
                    hasty());
  Client client(server.port());
  client.send(get);
  ASSERT_TRUE(eventually([&] { return asked.load(); }));
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
}

TEST(ServerTimeouts, AHandlerMayTakeLonger) {
  Reactor* reactor = nullptr;
  TestServer server(with_handler([&](Request&) -> Task<Response> {
                      co_await reactor->sleep(1'500ms);
                      co_return Response{};
                    }),
                    hasty(500ms));
  reactor = &server.reactor();
  EXPECT_EQ(Client(server.port()).ask(get).status, 200);
}

TEST(ServerTimeouts, AClientThatLeavesIsForgotten) {
  TestServer server(echo());
  for (const std::string part : {"", "GET / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nx"}) {
    Client client(server.port());
    client.send(part);
    ASSERT_TRUE(eventually([&] { return server.connections() == 1; }));
    client.finish_sending();
    EXPECT_TRUE(client.closed()) << part;
    EXPECT_TRUE(eventually([&] { return server.connections() == 0; })) << part;
  }
}

TEST(ServerDrain, WhatIsIdleClosesAndWhatRunsIsFinished) {
  std::atomic<bool> gate = false;
  std::atomic<int> entered = 0;
  Reactor* reactor = nullptr;
  TestServer server(waiting(gate, entered, reactor));
  reactor = &server.reactor();
  Client idle(server.port());
  EXPECT_EQ(idle.ask(get).status, 200);
  Client busy(server.port());
  busy.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\nGET /late HTTP/1.1\r\nHost: h\r\n\r\n");
  Client halfway(server.port());
  halfway.send("POST /half HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n1");
  ASSERT_TRUE(eventually([&] { return entered == 2 && server.connections() == 3; }));
  server.settle();

  auto drained = std::async(std::launch::async, [&] { server.drain(10s); });
  EXPECT_TRUE(idle.closed());
  EXPECT_EQ(drained.wait_for(50ms), std::future_status::timeout);
  const auto half = halfway.ask("2");
  EXPECT_EQ(half.body, "/half");
  EXPECT_EQ(half.headers.at("connection"), "close");
  gate = true;
  const auto last = busy.read();
  EXPECT_EQ(last.body, "/wait");
  EXPECT_EQ(last.headers.at("connection"), "close");
  EXPECT_TRUE(busy.closed());  // what was pipelined behind it is not served
  EXPECT_EQ(drained.wait_for(20s), std::future_status::ready);
  EXPECT_EQ(server.connections(), 0U);
}

TEST(ServerDrain, WhoIsIdleMayAskOnceMore) {
  TestServer server(echo());
  Client asks(server.port());
  EXPECT_EQ(asks.ask(get).status, 200);
  Client silent(server.port());
  EXPECT_EQ(silent.ask(get).status, 200);
  const auto begin = std::chrono::steady_clock::now();
  auto drained = std::async(std::launch::async, [&] { server.drain(10s, 2s); });
  std::this_thread::sleep_for(100ms);
  const auto last = asks.ask(get);
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(last.headers.at("connection"), "close");
  EXPECT_TRUE(asks.closed());
  EXPECT_TRUE(silent.closed());
  EXPECT_GE(since(begin), 2s);
  EXPECT_EQ(drained.wait_for(20s), std::future_status::ready);
}

TEST(ServerDrain, WhoWaitsToBeAcceptedIsServed) {
  TestServer server(echo());
  std::atomic<bool> busy = false;
  std::atomic<bool> all_wait = false;
  server.reactor().post([&] {
    busy = true;
    while (!all_wait) std::this_thread::sleep_for(1ms);
  });
  ASSERT_TRUE(eventually([&] { return busy.load(); }));
  auto drained = std::async(std::launch::async, [&] { server.drain(10s, 300ms); });
  std::vector<Client> queued;
  for (int i = 0; i < 50; ++i) queued.emplace_back(server.port()).send(get);
  all_wait = true;
  for (auto& client : queued) {
    EXPECT_EQ(client.read().status, 200);
    EXPECT_TRUE(client.closed());
  }
}

/// A new connection for each request, until told to stop: slowly, for each leaves a port behind. How many were not answered.
std::future<int> newcomers(std::uint16_t port, std::atomic<bool>& enough, std::atomic<int>& answered) {
  return std::async(std::launch::async, [port, &enough, &answered] {
    int failed = 0;
    while (!enough) {
      if (Client(port).ask(get).status == 200) {
        ++answered;
      } else {
        ++failed;
      }
      std::this_thread::sleep_for(500us);
    }
    return failed;
  });
}

TEST(ServerDrain, NewcomersOfASharedPortGoToAnotherServerUnharmed) {
  TestServer first(echo());
  ServerOptions options;
  options.port = first.port();
  options.exclusive = false;
  TestServer second(echo(), options);
  std::atomic<bool> enough = false;
  std::atomic<int> answered = 0;
  std::vector<std::future<int>> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(newcomers(first.port(), enough, answered));
  ASSERT_TRUE(eventually([&] { return answered > 100; }));
  first.drain(10s, 1s);
  const int before = answered;
  EXPECT_TRUE(eventually([&] { return answered > before + 100; }));
  enough = true;
  for (auto& client : clients) EXPECT_EQ(client.get(), 0);
}

TEST(ServerDrain, NobodyIsLetInAnyMore) {
  TestServer server(echo());
  server.drain();
  const int late = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_NE(::connect(late, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ::close(late);
}

TEST(ServerDrain, GraceEnds) {
  std::atomic<bool> gate = false;
  std::atomic<int> entered = 0;
  Reactor* reactor = nullptr;
  TestServer server(waiting(gate, entered, reactor));
  reactor = &server.reactor();
  Client stuck(server.port());
  stuck.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  Client halfway(server.port());
  halfway.send("GET /half");
  ASSERT_TRUE(eventually([&] { return entered == 1 && server.connections() == 2; }));
  server.drain(100ms);  // returns, though the handler does not
  EXPECT_TRUE(stuck.closed());
  EXPECT_TRUE(halfway.closed());
  gate = true;  // the handler ends on its own, to no avail
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
}

TEST(ServerPort, SeveralReactorsShareOne) {
  TestServer first(echo());
  Reactor other;
  ServerOptions options;
  options.port = first.port();
  options.exclusive = false;
  std::optional<Server> second;
  ASSERT_NO_THROW(second.emplace(other, options, echo()));
  EXPECT_EQ(second->port(), first.port());
  second.reset();
  other.post([&] { other.stop(); });
  other.run();
}

TEST(ServerPort, AnothersPortIsTaken) {
  const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(other, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(other, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(other, 1), 0);
  ::getsockname(other, reinterpret_cast<sockaddr*>(&address), &size);

  Reactor reactor;
  ServerOptions options;
  options.port = ntohs(address.sin_port);
  try {
    Server server(reactor, options, echo());
    ADD_FAILURE() << "it joined in on a port that another process listens on";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::address_in_use);
    EXPECT_THAT(error.what(), testing::HasSubstr("cannot listen on 127.0.0.1:" + std::to_string(options.port)));
  }
  ::close(other);
  EXPECT_NO_THROW(Server(reactor, options, echo()));
  options.host = "no such host";
  EXPECT_THROW(Server(reactor, options, echo()), std::system_error);
  options.host = "localhost";
  EXPECT_NO_THROW(Server(reactor, options, echo()));
}

TEST(ServerPort, AnInheritedSocketOutlivesItsServers) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
  ServerOptions options;
  options.socket = socket;
  EXPECT_THROW(TestServer(echo(), options), std::system_error);  // it does not listen yet
  ASSERT_EQ(::listen(socket, 16), 0);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  const auto port = ntohs(address.sin_port);
  std::optional<Client> between;
  {
    TestServer first(echo(), options);
    EXPECT_EQ(first.port(), port);
    EXPECT_EQ(Client(port).ask(get).status, 200);
    first.drain(10s, 300ms);
    between.emplace(port);
    between->send(get);
  }
  TestServer second(echo(), options);
  EXPECT_EQ(between->read().status, 200);
  EXPECT_EQ(Client(port).ask(get).status, 200);
  ::close(socket);
}

TEST(ServerAccept, BacksOffWhileThereAreNoDescriptors) {
  TestServer server(echo());
  EXPECT_EQ(Client(server.port()).ask(get).status, 200);
  ASSERT_TRUE(eventually([&] { return server.connections() == 0; }));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = ::dup(0);
  ASSERT_GE(next, 0);
  ::close(next);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(next) + 1;  // one for the client, none for the server
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  Client client(server.port());
  client.send(get);
  std::this_thread::sleep_for(250ms);
  const auto refused = server.connections();
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(refused, 0U);
  EXPECT_EQ(client.read().status, 200);
}

}  // namespace
}  // namespace billing::http
