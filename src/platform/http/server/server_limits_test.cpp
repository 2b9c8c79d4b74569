#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/http/server/server_test_support.hpp"

namespace billing::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

/// What every refusal by the server itself has in common.
void expect_fault(const Answer& answer, int status, const std::string& about) {
  EXPECT_EQ(answer.status, status) << about;
  if (answer.status == 0) return;
  EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json") << about;
  EXPECT_EQ(answer.headers.at("connection"), "close") << about;
  EXPECT_THAT(answer.body, HasSubstr("\"status\":" + std::to_string(status))) << about;
  EXPECT_THAT(answer.body, HasSubstr(answer.headers.at("x-request-id"))) << about;
}

TEST(ServerLimits, MalformedRequestsAreRefused) {
  const std::string start = "GET / HTTP/1.1\r\nHost: h\r\n";
  const std::pair<std::string, int> cases[] = {
      {"hello\r\n\r\n", 400},
      {"GET\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: h\n\n", 400},
      {"GET / HTTPS/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET / http/1.1\r\nHost: h\r\n\r\n", 400},
      {"G(T / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505},
      {"GET / HTTP/1.2\r\nHost: h\r\n\r\n", 505},
      {"GET / HTTP/0.9\r\n\r\n", 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"GET / HTTP/1.1\r\n\r\n", 400},                                   // no Host
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},             // two
      {start + "Bad Header: x\r\n\r\n", 400},
      {start + "Bad\r\n\r\n", 400},
      {start + ": x\r\n\r\n", 400},
      {start + "Space : x\r\n\r\n", 400},
      {start + std::string("X: a\0b\r\n\r\n", 10), 400},
      {start + "X: a\rb\r\n\r\n", 400},
      {"GET x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {start + "Content-Length: x\r\n\r\n", 400},
      {start + "Content-Length: -1\r\n\r\n", 400},
      {start + "Content-Length: +1\r\n\r\n", 400},
      {start + "Content-Length: 1 2\r\n\r\n", 400},
      {start + "Content-Length: 99999999999999999999999\r\n\r\n", 400},
      {start + "Content-Length:\r\n\r\n", 400},
      {start + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400},
      {start + "Content-Length: 1, 2\r\n\r\nxx", 400},
      {start + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {start + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400},
      {start + "Transfer-Encoding: gzip\r\n\r\n", 400},
      {start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
      {start + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 400},
      {start + "Transfer-Encoding: identity\r\n\r\n", 400},
      {start + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400},
      {start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {start + "Transfer-Encoding:\r\n\r\n", 400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {start + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
      {start + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400},
      {start + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", 400},
      {start + "Transfer-Encoding: chunked\r\n\r\n2\r\nabX\r\n0\r\n\r\n", 400},
      {start + "Expect: cake\r\n\r\n", 417},
  };
  TestServer server(echo());
  for (const auto& [request, status] : cases) {
    Client client(server.port());
    expect_fault(client.ask(request), status, request);
    EXPECT_TRUE(client.closed()) << request;
  }
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
}

TEST(ServerLimits, HarmlessOdditiesAreTaken) {
  const std::string start = "GET / HTTP/1.1\r\nHost: h\r\n";
  const std::pair<std::string, std::string> cases[] = {
      {"\r\n\r\n" + start + "\r\n", "GET /? "},
      {start + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nxy", "GET /? xy"},
      {start + "Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", "GET /? "},
      {"GET http://h/a?b HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a?b "},
      {"GET HTTP://h HTTP/1.1\r\nHost: h\r\n\r\n", "GET /? "},
      {"GET http://h?b HTTP/1.1\r\nHost: h\r\n\r\n", "GET /?b "},
      {"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS *? "},
      {"GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", "GET /%zz? "},  // the router's to judge
      {"GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET /? "},
  };
  TestServer server(echo());
  for (const auto& [request, body] : cases) {
    Client client(server.port());
    EXPECT_EQ(client.ask(request).body, body) << request;
    EXPECT_EQ(client.ask(get).status, 200) << request;
  }
}

TEST(ServerLimits, ABodyOverTheLimitIs413WhichTheClientSees) {
  TestServer server(echo());
  const std::tuple<std::string, std::size_t, int> cases[] = {
      {"/", 1000, 200}, {"/", 1001, 413}, {"/small", 100, 200}, {"/small", 101, 413}, {"/", 8'000'000, 413},
  };
  for (const auto& [path, size, status] : cases) {
    Client client(server.port());
    const auto answer = client.ask("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
                                   std::string(size, 'x'));
    EXPECT_EQ(answer.status, status) << path << size;
    if (status == 413) expect_fault(answer, status, path);
  }
}

TEST(ServerLimits, AChunkedBodyIsLimitedAsItComes) {
  TestServer server(echo());
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string chunks;
  for (int i = 0; i < 10; ++i) chunks += "64\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_EQ(Client(server.port()).ask(head + chunks + "0\r\n\r\n").status, 200);
  expect_fault(Client(server.port()).ask(head + chunks + "1\r\nx\r\n0\r\n\r\n"), 413, "one more");
  expect_fault(Client(server.port()).ask(head + "ffffffffffffffff\r\n"), 413, "a huge chunk announced");
  expect_fault(Client(server.port()).ask(head + "1;" + std::string(200'000, 'x')), 400, "an endless chunk extension");
}

TEST(ServerLimits, ALargeHeaderIsRefused) {
  TestServer server(echo());
  const std::string start = "GET / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(Client(server.port()).ask(start + "X: " + std::string(15'000, 'x') + "\r\n\r\n").status, 200);
  expect_fault(Client(server.port()).ask(start + "X: " + std::string(17'000, 'x') + "\r\n\r\n"), 431, "one field");
  expect_fault(Client(server.port()).ask(start + "X: " + std::string(5'000'000, 'x')), 431, "a field without end");
  expect_fault(Client(server.port()).ask("GET /" + std::string(17'000, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n"), 414, "the target");
  std::string fields;
  for (int i = 0; i < 3'000; ++i) fields += "X: y\r\n";
  expect_fault(Client(server.port()).ask(start + fields + "\r\n"), 431, "many fields");
}

TEST(ServerLimits, AHeaderThatGrowsLineByLineIsBoundedToo) {
  TestServer server(echo());
  Client client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n");
  for (int i = 0; i < 30; ++i) {
    std::this_thread::sleep_for(2ms);
    client.send("X-" + std::to_string(i) + ": " + std::string(1000, 'x') + "\r\n");
  }
  expect_fault(client.read(), 431, "line by line");
}

TEST(ServerLimits, AnExpectedBodyIsAskedFor) {
  TestServer server(echo());
  Client client(server.port());
  const std::string head = "POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: ";
  EXPECT_EQ(client.ask(head + "5\r\n\r\n").head, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(client.ask("hello").body, "POST /p? hello");
  EXPECT_EQ(client.ask(head + "5\r\n\r\nhello").body, "POST /p? hello");  // it did not wait, so it is not told
  EXPECT_EQ(client.ask(head + "0\r\n\r\n").body, "POST /p? ");
  EXPECT_EQ(client.ask("POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n").status, 100);
  EXPECT_EQ(client.ask("2\r\nhi\r\n0\r\n\r\n").body, "POST /p? hi");
  expect_fault(client.ask(head + "1001\r\n\r\n"), 413, "too large, so never asked for");
}

TEST(ServerLimits, AnOldClientExpectsNothing) {
  TestServer server(echo());
  Client client(server.port());
  client.send("POST /p HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(client.ask("hello").body, "POST /p? hello");
}

TEST(ServerLimits, BodiesHeldAtOnceAreBounded) {
  ServerOptions options;
  options.max_held_body_bytes = 1500;
  TestServer server(echo(), options);
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n";
  Client first(server.port());
  first.send(head + std::string(999, 'x'));
  ASSERT_TRUE(eventually([&] { return server.connections() == 1; }));
  server.settle();
  const auto answer = Client(server.port()).ask(head + std::string(1000, 'x'));
  expect_fault(answer, 503, "the second does not fit");
  EXPECT_EQ(answer.headers.at("retry-after"), "1");
  EXPECT_EQ(first.ask("x").status, 200);
  EXPECT_EQ(Client(server.port()).ask(head + std::string(1000, 'x')).status, 200);
}

TEST(ServerLimits, AFaultAnswersHeadWithoutBodyAndKeepsTheRequestId) {
  TestServer server(echo());
  Client client(server.port());
  const auto answer = client.ask("HEAD / HTTP/1.1\r\nX-Request-Id: mine\r\n\r\n", Client::Body::none);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.headers.at("x-request-id"), "mine");
  EXPECT_TRUE(client.closed());
}

TEST(ServerLimits, AFaultComesAfterTheAnswersBeforeIt) {
  TestServer server(echo());
  Client client(server.port());
  client.send(std::string{get} + "nonsense\r\n\r\n" + std::string{get});
  EXPECT_EQ(client.read().status, 200);
  expect_fault(client.read(), 400, "pipelined");
  EXPECT_TRUE(client.closed());
}

TEST(ServerLimits, ConnectionsAreBounded) {
  ServerOptions options;
  options.max_connections = 2;
  TestServer server(echo(), options);
  {
    Client first(server.port());
    Client second(server.port());
    EXPECT_EQ(first.ask(get).status, 200);
    EXPECT_EQ(second.ask(get).status, 200);
    Client third(server.port());
    EXPECT_TRUE(third.closed());
    EXPECT_EQ(first.ask(get).status, 200);
  }
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
  EXPECT_EQ(Client(server.port()).ask(get).status, 200);
}

}  // namespace
}  // namespace billing::http
