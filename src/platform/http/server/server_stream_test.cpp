#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "platform/http/server/server_test_support.hpp"

namespace billing::http {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view last_chunk = "\r\n0\r\n\r\n";

/// A body of "first" and so many pieces of that size; `made` counts them. After the last comes the end, or an exception.
Service pieces(std::size_t count, std::size_t size, std::atomic<std::size_t>& made, bool fails = false) {
  return with_handler([=, &made](Request&) -> Task<Response> {
    Response response;
    response.content_type = "text/plain";
    response.body = "first";
    response.more = [=, &made, given = std::size_t{0}]() mutable -> Task<std::string> {
      if (given == count && fails) throw std::runtime_error("the well is dry");
      if (given == count) co_return "";
      ++given;
      ++made;
      co_return std::string(size, 'x');
    };
    co_return response;
  });
}

TEST(ServerStream, ABodyThatIsMadeWhileItIsSentGoesInChunks) {
  std::atomic<std::size_t> made = 0;
  TestServer server(pieces(2, 3, made));
  Client client(server.port());
  for (int i = 0; i < 2; ++i) {  // and the connection serves on
    client.send(get);
    const auto head = client.read_to("\r\n\r\n");
    EXPECT_THAT(head, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
    EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
    EXPECT_EQ(client.read_to(last_chunk), "5\r\nfirst\r\n3\r\nxxx\r\n3\r\nxxx\r\n0\r\n\r\n");
  }
}

TEST(ServerStream, HeadMakesNothing) {
  std::atomic<std::size_t> made = 0;
  TestServer server(pieces(2, 3, made));
  Client client(server.port());
  const auto answer = client.ask("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", Client::Body::none);
  EXPECT_EQ(answer.headers.at("transfer-encoding"), "chunked");
  client.send(get);
  EXPECT_THAT(client.read_to(last_chunk), EndsWith("xxx\r\n0\r\n\r\n"));
  EXPECT_EQ(made, 2);
}

TEST(ServerStream, ToHttp10TheEndOfTheConnectionIsItsEnd) {
  std::atomic<std::size_t> made = 0;
  TestServer server(pieces(2, 3, made));
  Client client(server.port());
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto all = client.read_to("no end");
  EXPECT_THAT(all, EndsWith("\r\nConnection: close\r\n\r\nfirstxxxxxx"));
  EXPECT_TRUE(client.closed());
}

TEST(ServerStream, WhatCannotBeMadeToTheEndIsBrokenOff) {
  std::atomic<std::size_t> made = 0;
  TestServer server(pieces(1, 3, made, true));
  for (const std::string version : {"1.1", "1.0"}) {
    Client client(server.port());
    client.send("GET / HTTP/" + version + "\r\nHost: h\r\n\r\n");
    EXPECT_THAT(client.read_to("\r\n0\r\n"), Not(HasSubstr("\r\n0\r\n"))) << version;
    EXPECT_TRUE(client.was_reset()) << version << ": in HTTP/1.0 a close would be the end of the body";
  }
  EXPECT_EQ(made, 2);
}

TEST(ServerStream, NoMoreIsMadeThanTheClientReadsAndWhoDawdlesIsCutOff) {
  std::atomic<std::size_t> made = 0;
  constexpr std::size_t piece = 1'000'000;
  TestServer server(pieces(1000, piece, made), {.write_timeout = 300ms});
  Client client(server.port());
  client.send(get);
  client.read_to("first");
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
  EXPECT_LT(made, 30) << "what fits the kernel's buffers, and one more";
  EXPECT_FALSE(client.read_to(last_chunk).ends_with(last_chunk));
}

TEST(ServerStream, SoManyAtATimeAndNoMore) {
  std::atomic<std::size_t> made = 0;
  TestServer server(pieces(1000, 1'000'000, made), {.max_streams = 1});
  auto first = std::make_optional<Client>(server.port());
  first->send(get);
  first->read_to("first");
  Client second(server.port());
  const auto refused = second.ask(get);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "5");
  EXPECT_THAT(refused.body, HasSubstr("overloaded"));
  first.reset();
  EXPECT_TRUE(eventually([&] { return server.connections() == 1; }));
  second.send(get);
  EXPECT_THAT(second.read_to("\r\n\r\n"), HasSubstr("HTTP/1.1 200 OK"));
}

TEST(ServerStream, ADrainLetsItFinish) {
  std::atomic<std::size_t> made = 0;
  TestServer server(pieces(20, 1'000'000, made));
  Client client(server.port());
  client.send(get);
  client.read_to("first");
  std::string rest;
  std::thread reader([&] {
    server.settle();
    rest = client.read_to(last_chunk);
  });
  server.drain(10s);
  reader.join();
  EXPECT_EQ(made, 20);
  EXPECT_TRUE(rest.ends_with(last_chunk));
}

TEST(ServerStream, ADrainThatIsOverBreaksItOff) {
  std::atomic<std::size_t> made = 0;
  TestServer server(pieces(1000, 1'000'000, made));
  Client client(server.port());
  client.send(get);
  client.read_to("first");
  server.drain(100ms);
  EXPECT_FALSE(client.read_to(last_chunk).ends_with(last_chunk));
  EXPECT_LT(made, 30);
}

}  // namespace
}  // namespace billing::http
