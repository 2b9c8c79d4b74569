#include "platform/outbound/http_client.hpp"

#include <gmock/gmock.h>

#include <mutex>

#include "platform/outbound/testing.hpp"

namespace billing::outbound {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct HttpClientTest : testing::Test {
  HttpClient make(HttpClientOptions options = {.plain = PlainHttp::to_loopback}) { return {reactor, metrics, std::move(options)}; }
  HttpResult ask(HttpClient& client, HttpRequest request) { return reactor.block_on(client.send(std::move(request))); }
  HttpResult get(HttpClient& client, std::string url) { return ask(client, {.method = "GET", .url = std::move(url)}); }

  Reactor reactor;
  Metrics metrics;
};

const HttpAnswer& answer(const HttpResult& result) {
  if (const auto* failure = std::get_if<HttpFailure>(&result)) {
    throw std::runtime_error(std::string{to_text(failure->kind)} + ": " + failure->detail);
  }
  return std::get<HttpAnswer>(result);
}

const HttpFailure& failure(const HttpResult& result) {
  if (const auto* got = std::get_if<HttpAnswer>(&result)) throw std::runtime_error("answered " + std::to_string(got->status));
  return std::get<HttpFailure>(result);
}

TEST_F(HttpClientTest, whatIsSentArrivesAndTheAnswerComesBack) {
  RawServer server{RawServer::echo};
  auto client = make();
  const auto result = ask(
      client, {.method = "POST", .url = server.url("/v1/things?a=b"), .headers = {{"X-Mark", "one"}, {"X-Empty", ""}}, .body = "a=1&b=2"});
  EXPECT_EQ(answer(result).status, 200);
  EXPECT_THAT(answer(result).body, testing::StartsWith("POST /v1/things?a=b HTTP/1.1\r\n"));
  EXPECT_THAT(answer(result).body, testing::EndsWith("\r\n\r\na=1&b=2"));
  EXPECT_THAT(answer(result).body, HasSubstr("X-Mark: one\r\n"));
  EXPECT_THAT(answer(result).body, HasSubstr("X-Empty:\r\n"));
}

TEST_F(HttpClientTest, headersOfTheAnswerAreFoundByTheirLowerCaseNames) {
  RawServer server{[](int socket) {
    RawServer::read_request(socket);
    RawServer::write(socket, "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n");
    RawServer::write(socket, RawServer::answer("no", "429 Too Many Requests", "Retry-After:  7 \r\nRequest-Id: req_1\r\n"));
  }};
  auto client = make();
  const auto result = get(client, server.url());
  EXPECT_EQ(answer(result).status, 429);
  EXPECT_EQ(answer(result).header("retry-after"), "7");
  EXPECT_EQ(answer(result).header("request-id"), "req_1");
  EXPECT_EQ(answer(result).header("link"), std::nullopt);
}

TEST_F(HttpClientTest, aConnectionIsKeptForTheNextRequest) {
  RawServer server{RawServer::echo};
  auto client = make();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(answer(get(client, server.url())).status, 200);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpClientTest, aRedirectIsAnAnswerLikeAnyOther) {
  RawServer elsewhere{RawServer::echo};
  RawServer server{[&](int socket) {
    RawServer::read_request(socket);
    RawServer::write(socket, RawServer::answer("", "302 Found", "Location: " + elsewhere.url() + "\r\n"));
  }};
  auto client = make();
  EXPECT_EQ(answer(get(client, server.url())).status, 302);
  EXPECT_EQ(elsewhere.connections(), 0);
}

TEST_F(HttpClientTest, anAnswerOfAGigabyteIsCutOffEarly) {
  std::atomic<std::uint64_t> sent = 0;
  RawServer server{[&](int socket) {
    RawServer::read_request(socket);
    RawServer::write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n");
    const std::string piece(1 << 16, 'x');
    for (int i = 0; i < 16384 && RawServer::write(socket, piece); ++i) sent += piece.size();
  }};
  auto client = make({.plain = PlainHttp::to_loopback, .most_body = 100'000});
  const auto result = get(client, server.url());
  EXPECT_EQ(failure(result).kind, FailureKind::too_long);
  EXPECT_EQ(failure(result).status, 200);
  EXPECT_TRUE(failure(result).may_have_arrived);
  EXPECT_LT(sent, 64u << 20);
}

TEST_F(HttpClientTest, endlessHeadersAreCutOff) {
  RawServer server{[](int socket) {
    RawServer::read_request(socket);
    RawServer::write(socket, "HTTP/1.1 200 OK\r\n");
    while (RawServer::write(socket, "X-More: " + std::string(1000, 'x') + "\r\n")) {
    }
  }};
  auto client = make();
  EXPECT_EQ(failure(get(client, server.url())).kind, FailureKind::too_long);
}

TEST_F(HttpClientTest, whoSaysNothingIsGivenUpAndMayHaveHadTheRequest) {
  RawServer server{RawServer::say_nothing};
  auto client = make();
  const auto began = std::chrono::steady_clock::now();
  const auto result = ask(client, {.method = "POST", .url = server.url(), .body = "x", .timeout = 200ms});
  EXPECT_EQ(failure(result).kind, FailureKind::timed_out);
  EXPECT_TRUE(failure(result).may_have_arrived);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

TEST_F(HttpClientTest, anAnswerThatDripsIsGivenUpToo) {
  RawServer server{[](int socket) {
    RawServer::read_request(socket);
    RawServer::write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    while (RawServer::write(socket, "x")) std::this_thread::sleep_for(20ms);
  }};
  auto client = make();
  const auto result = ask(client, {.method = "GET", .url = server.url(), .timeout = 300ms});
  EXPECT_EQ(failure(result).kind, FailureKind::timed_out);
}

TEST_F(HttpClientTest, whereNobodyListensNothingHasArrived) {
  std::uint16_t port = 0;
  {
    port = RawServer{RawServer::echo}.port();
  }
  auto client = make();
  const auto result = get(client, "http://127.0.0.1:" + std::to_string(port) + "/");
  EXPECT_EQ(failure(result).kind, FailureKind::not_connected);
  EXPECT_FALSE(failure(result).may_have_arrived);
}

TEST_F(HttpClientTest, aConnectionThatEndsWithoutAnAnswerMayHaveHadTheRequest) {
  RawServer server{[](int socket) { RawServer::read_request(socket); }};
  auto client = make();
  const auto result = ask(client, {.method = "POST", .url = server.url(), .body = "x"});
  EXPECT_EQ(failure(result).kind, FailureKind::broken);
  EXPECT_TRUE(failure(result).may_have_arrived);
}

TEST_F(HttpClientTest, anAnswerThatBreaksOffIsNone) {
  RawServer server{[](int socket) {
    RawServer::read_request(socket);
    RawServer::write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
  }};
  auto client = make();
  const auto result = get(client, server.url());
  EXPECT_EQ(failure(result).kind, FailureKind::broken);
  EXPECT_EQ(failure(result).status, 200);
}

TEST_F(HttpClientTest, aNameWithoutAnAddressIsNotFound) {
  auto client = make({.plain = PlainHttp::anywhere});
  const auto result = get(client, "http://nobody.invalid/");
  EXPECT_EQ(failure(result).kind, FailureKind::not_found);
  EXPECT_FALSE(failure(result).may_have_arrived);
}

TEST_F(HttpClientTest, aPrivateAddressIsRefusedByWhateverNameItGoes) {
  RawServer server{RawServer::echo};
  auto client = make({.public_only = true, .plain = PlainHttp::anywhere});
  const auto port = std::to_string(server.port());
  for (const auto* host :
       {"127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "[::1]", "10.0.0.1", "169.254.169.254"}) {
    const auto result = get(client, "http://" + std::string{host} + ":" + port + "/");
    EXPECT_EQ(failure(result).kind, FailureKind::address_refused) << host;
    EXPECT_FALSE(failure(result).may_have_arrived) << host;
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(HttpClientTest, plainHttpGoesToLoopbackAloneOrNowhere) {
  RawServer server{RawServer::echo};
  auto to_loopback = make({.plain = PlainHttp::to_loopback});
  EXPECT_EQ(answer(get(to_loopback, server.url())).status, 200);
  EXPECT_EQ(failure(get(to_loopback, "http://192.0.2.1/")).kind, FailureKind::address_refused);
  auto never = make({.plain = PlainHttp::never});
  EXPECT_EQ(failure(get(never, server.url())).kind, FailureKind::bad_request);
}

TEST_F(HttpClientTest, whatIsNoUrlOfHttpIsRefused) {
  auto client = make({.plain = PlainHttp::anywhere});
  for (const auto* url :
       {"", "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "http://", "//x", "http://a b/", "javascript:alert(1)"}) {
    EXPECT_EQ(failure(get(client, url)).kind, FailureKind::bad_request) << url;
  }
}

TEST_F(HttpClientTest, aHeaderOfTwoLinesIsRefused) {
  RawServer server{RawServer::echo};
  auto client = make();
  const auto result = ask(client, {.method = "GET", .url = server.url(), .headers = {{"X-A", "1\r\nX-B: 2"}}});
  EXPECT_EQ(failure(result).kind, FailureKind::bad_request);
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(HttpClientTest, aCertificateIsTrustedOnlyFromAKnownAuthorityAndForItsName) {
  TlsServer server;
  auto stranger = make({});
  const auto unknown = get(stranger, server.url("localhost"));
  EXPECT_EQ(failure(unknown).kind, FailureKind::not_trusted);
  EXPECT_FALSE(failure(unknown).may_have_arrived);
  auto friendly = make({.ca_file = server.certificate()});
  EXPECT_EQ(answer(get(friendly, server.url("localhost"))).body, "hello");
  EXPECT_EQ(failure(get(friendly, server.url("127.0.0.1"))).kind, FailureKind::not_trusted);
}

TEST_F(HttpClientTest, aServerWithoutTlsIsNotTrusted) {
  RawServer server{[](int socket) { RawServer::write(socket, "HTTP/1.1 400 Bad Request\r\n\r\n"); }};
  auto client = make({});
  EXPECT_EQ(failure(get(client, "https://127.0.0.1:" + std::to_string(server.port()) + "/")).kind, FailureKind::not_trusted);
}

/// Sends `count` at once, and gives what became of each.
Task<std::vector<HttpResult>> send_all(HttpClient& client, std::vector<HttpRequest> requests) {
  std::vector<HttpResult> results(requests.size());
  TaskGroup group;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    group.spawn([](HttpClient& c, HttpRequest request, HttpResult& result) -> Task<void> { result = co_await c.send(std::move(request)); }(
                                                                               client, std::move(requests[i]), results[i]));
  }
  co_await group.join();
  co_return results;
}

TEST_F(HttpClientTest, connectionsAreBoundedAndTheOthersWaitTheirTurn) {
  std::atomic<int> at_once = 0;
  std::atomic<int> most = 0;
  RawServer server{[&](int socket) {
    for (auto request = RawServer::read_request(socket); !request.empty(); request = RawServer::read_request(socket)) {
      most = std::max<int>(most, ++at_once);
      std::this_thread::sleep_for(5ms);
      --at_once;
      RawServer::write(socket, RawServer::answer("ok"));
    }
  }};
  auto client = make({.plain = PlainHttp::to_loopback, .most_running = 4, .most_running_per_host = 3});
  const auto results = reactor.block_on(send_all(client, std::vector<HttpRequest>(40, {.method = "GET", .url = server.url()})));
  for (const auto& result : results) EXPECT_EQ(answer(result).status, 200);
  EXPECT_LE(most, 3);
  EXPECT_LE(server.connections(), 4);
}

TEST_F(HttpClientTest, whoSaysNothingLeavesRoomForOtherHosts) {
  RawServer silent{RawServer::say_nothing};
  RawServer quick{RawServer::echo};
  auto client = make({.plain = PlainHttp::to_loopback, .most_running = 3, .most_running_per_host = 2});
  std::vector<HttpRequest> requests(10, {.method = "GET", .url = silent.url(), .timeout = 1'500ms});
  std::string elsewhere = "http://localhost:" + std::to_string(quick.port()) + "/";
  for (int i = 0; i < 10; ++i) requests.push_back({.method = "GET", .url = elsewhere, .timeout = 1'500ms});
  const auto results = reactor.block_on(send_all(client, std::move(requests)));
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(failure(results[i]).kind, FailureKind::timed_out);
  for (std::size_t i = 10; i < 20; ++i) EXPECT_EQ(answer(results[i]).status, 200);
}

TEST_F(HttpClientTest, thoseThatWaitHaveADeadlineAndTheQueueAnEnd) {
  RawServer server{RawServer::say_nothing};
  auto client = make({.plain = PlainHttp::to_loopback, .most_running = 1, .most_waiting = 2});
  std::vector<HttpRequest> requests(5, {.method = "GET", .url = server.url(), .timeout = 400ms});
  requests[0].timeout = 2'000ms;
  const auto began = std::chrono::steady_clock::now();
  const auto results = reactor.block_on(send_all(client, std::move(requests)));
  EXPECT_TRUE(failure(results[0]).may_have_arrived);
  for (const auto i : {1u, 2u}) {
    EXPECT_EQ(failure(results[i]).kind, FailureKind::timed_out);
    EXPECT_FALSE(failure(results[i]).may_have_arrived);
  }
  for (const auto i : {3u, 4u}) EXPECT_EQ(failure(results[i]).kind, FailureKind::overloaded);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

TEST_F(HttpClientTest, closingEndsWhatRunsAndWhatWaits) {
  RawServer server{RawServer::say_nothing};
  auto client = make({.plain = PlainHttp::to_loopback, .most_running = 1});
  const auto results = reactor.block_on([](Reactor& r, HttpClient& c, std::string url) -> Task<std::vector<HttpResult>> {
    TaskGroup closing;
    closing.spawn([](Reactor& inner, HttpClient& closed) -> Task<void> {
      co_await inner.sleep(100ms);
      closed.close();
    }(r, c));
    auto all = co_await send_all(c, std::vector<HttpRequest>(3, {.method = "GET", .url = std::move(url)}));
    co_await closing.join();
    co_return all;
  }(reactor, client, server.url()));
  for (const auto& result : results) EXPECT_EQ(failure(result).kind, FailureKind::closed);
  EXPECT_TRUE(failure(results[0]).may_have_arrived);
  EXPECT_FALSE(failure(results[1]).may_have_arrived);
  EXPECT_EQ(failure(get(client, server.url())).kind, FailureKind::closed);
  EXPECT_EQ(client.running() + client.waiting(), 0u);
}

TEST_F(HttpClientTest, aRequestThatNobodyWaitsForAnyMoreIsTakenOff) {
  RawServer server{RawServer::say_nothing};
  auto client = make();
  {
    auto task = client.send({.method = "GET", .url = server.url()});
    std::move(task).operator co_await().await_suspend(std::noop_coroutine()).resume();
    EXPECT_EQ(client.running(), 1u);
  }
  EXPECT_EQ(client.running(), 0u);
}

TEST_F(HttpClientTest, requestsAreCountedByHostAndOutcomeAndHostsAreFew) {
  RawServer server{RawServer::echo};
  auto client = make({.plain = PlainHttp::anywhere, .most_named_hosts = 1});
  get(client, server.url());
  get(client, "http://one.invalid/");
  get(client, "http://two.invalid/");
  const auto text = metrics.render();
  EXPECT_THAT(text, HasSubstr(R"(billing_outbound_requests_total{host="127.0.0.1",outcome="2xx"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(billing_outbound_requests_total{host="other",outcome="not_found"} 2)"));
  EXPECT_THAT(text, testing::Not(HasSubstr(".invalid")));
}

}  // namespace
}  // namespace billing::outbound
