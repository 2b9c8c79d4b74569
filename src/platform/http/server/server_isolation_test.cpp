#include <gtest/gtest.h>

#include <atomic>

#include "platform/http/server/server_test_support.hpp"

// What one client does to the others.
namespace billing::http {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

TEST(ServerIsolation, SlowSendersGoFirst) {
  ServerOptions options;
  options.max_held_body_bytes = 1500;
  TestServer server(echo(), options);
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n";
  Client slow(server.port());
  slow.send(head + std::string(999, 'x'));
  ASSERT_TRUE(eventually([&] { return server.connections() == 1; }));
  std::this_thread::sleep_for(1200ms);  // a second is not slow yet
  EXPECT_EQ(Client(server.port()).ask(head + std::string(1000, 'x')).status, 200);
  EXPECT_EQ(slow.read().status, 503);
}

TEST(ServerIsolation, ABodyThatHasBeenReadTakesNobodysRoom) {
  ServerOptions options;
  options.max_held_body_bytes = 1500;
  std::atomic<int> readers = 0;
  std::atomic<TestServer*> running = nullptr;
  TestServer server(with_handler([&](Request& request) -> Task<Response> {
                      Response response;
                      response.body = std::to_string(request.body.size());
                      request.forget_body();
                      ++readers;
                      for (int i = 0; i < 5000 && readers < 2; ++i) co_await running.load()->reactor().sleep(1ms);
                      response.body += "," + std::to_string(request.body.size());
                      co_return response;
                    }),
                    options);
  running = &server;
  const std::string upload = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x');
  Client first(server.port()), second(server.port());
  first.send(upload);
  second.send(upload);
  EXPECT_EQ(first.read().body, "1000,0");
  EXPECT_EQ(second.read().body, "1000,0");
  EXPECT_EQ(first.ask(upload).body, "1000,0");  // and what was given back once is not given back again
  EXPECT_EQ(second.ask(upload).body, "1000,0");
}

/// Lets in whoever says "Key: good", and echoes.
Service with_a_key(std::atomic<int>& asked) {
  auto service = echo();
  service.admit = [&asked](Request& request) -> Task<std::optional<Response>> {
    ++asked;
    if (request.header("Key") == "good") co_return std::nullopt;
    Response refused;
    refused.status = 401;
    co_return refused;
  };
  return service;
}

TEST(ServerIsolation, WhoMayNotEnterIsToldSoAtTheHeader) {
  std::atomic<int> asked = 0;
  ServerOptions options;
  options.max_held_body_bytes = 1500;
  TestServer server(with_a_key(asked), options);
  const std::string rest = "Content-Length: 1000\r\n\r\n";
  std::vector<Client> strangers;
  for (int i = 0; i < 32; ++i) {
    strangers.emplace_back(server.port());
    strangers.back().send("POST / HTTP/1.1\r\nHost: h\r\n" + rest + std::string(500, 'x'));
  }
  for (auto& stranger : strangers) EXPECT_EQ(stranger.read().status, 401);
  Client known(server.port());
  known.send("POST / HTTP/1.1\r\nHost: h\r\nKey: good\r\n" + rest);
  ASSERT_TRUE(eventually([&] { return asked == 33; }));
  EXPECT_EQ(known.ask(std::string(1000, 'x')).status, 200);
  EXPECT_EQ(known.ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello").status, 200);  // whole at once: for `handle` to see
  EXPECT_EQ(asked, 33);
}

TEST(ServerIsolation, WhatWasFoundOutAtTheHeaderIsHandedOnToThatRequestAndToNoOtherOfItsConnection) {
  Service service = with_handler([](Request& request) -> Task<Response> {
    const auto* who = std::any_cast<std::string>(&request.pass);
    Response response;
    response.body = who ? *who : "nobody";
    co_return response;
  });
  service.admit = [](Request& request) -> Task<std::optional<Response>> {
    request.pass = std::string{request.header("Key")};
    co_return std::nullopt;
  };
  TestServer server(std::move(service));
  Client client(server.port());
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nKey: good\r\nContent-Length: 5\r\n";
  client.send(head + "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read(Client::Body::none).status, 100);
  EXPECT_EQ(client.ask("hello").body, "good");
  EXPECT_EQ(client.ask(head + "\r\nhello").body, "nobody");  // whole at once: nobody was asked
}

TEST(ServerIsolation, WhoMayNotEnterIsNotAskedToGoOn) {
  std::atomic<int> asked = 0;
  TestServer server(with_a_key(asked));
  Client stranger(server.port());
  EXPECT_EQ(stranger.ask("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n").status, 401);
  EXPECT_TRUE(stranger.closed());
}

TEST(ServerIsolation, WhatWaitedWhileTheProcessStoodStillIsDroppedWhereItsClientHasLeft) {
  std::atomic<int> handled = 0;
  TestServer server(with_handler([&](Request& request) -> Task<Response> {
    ++handled;
    if (request.path == "/stop") std::this_thread::sleep_for(2s);  // all of the server, as SIGSTOP would
    co_return Response{};
  }));
  Client stays(server.port());
  EXPECT_EQ(stays.ask(get).status, 200);
  auto leaves = std::make_optional<Client>(server.port());
  EXPECT_EQ(leaves->ask(get).status, 200);
  ASSERT_EQ(handled, 2);
  Client stopper(server.port());
  stopper.send("GET /stop HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return handled == 3; }));
  leaves->send(get);
  leaves.reset();
  stays.send(get);
  EXPECT_EQ(stays.read().status, 200);
  EXPECT_EQ(stopper.read().status, 200);
  server.settle();
  EXPECT_EQ(handled, 4);
}

}  // namespace
}  // namespace billing::http
