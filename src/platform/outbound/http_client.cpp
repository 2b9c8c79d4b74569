#include "platform/outbound/http_client.hpp"

#include <algorithm>
#include <set>

#include "platform/outbound/transfers.hpp"

namespace billing::outbound {
namespace {

constexpr std::size_t most_header_bytes = 64 << 10;

/// What libcurl hands over of an answer, as it comes.
struct Receiving {
  HttpAnswer answer{};
  std::size_t header_bytes = 0;
  std::size_t most_body = 0;
  bool too_long = false;
};

std::string_view trimmed(std::string_view text) {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::size_t take_header(char* bytes, std::size_t, std::size_t count, void* to) {
  auto& receiving = *static_cast<Receiving*>(to);
  const std::string_view line{bytes, count};
  receiving.header_bytes += count;
  if (receiving.header_bytes > most_header_bytes) {
    receiving.too_long = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) receiving.answer.headers.clear();  // of an interim answer (100, 103)
  if (const auto colon = line.find(':'); colon != std::string_view::npos && !line.starts_with("HTTP/")) {
    receiving.answer.headers.emplace_back(lower(trimmed(line.substr(0, colon))), trimmed(line.substr(colon + 1)));
  }
  return count;
}

std::size_t take_body(char* bytes, std::size_t, std::size_t count, void* to) {
  auto& receiving = *static_cast<Receiving*>(to);
  if (receiving.answer.body.size() + count > receiving.most_body) {
    receiving.too_long = true;
    return 0;
  }
  receiving.answer.body.append(bytes, count);
  return count;
}

struct Url {
  bool plain = false;
  std::string host;
};

/// nullopt for what is not http(s)://host…
std::optional<Url> parse_url(const std::string& text) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> url{curl_url(), curl_url_cleanup};
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return std::nullopt;
  const auto part = [&url](CURLUPart which) {
    char* bytes = nullptr;
    if (curl_url_get(url.get(), which, &bytes, 0) != CURLUE_OK) return std::string{};
    std::string out{bytes};
    curl_free(bytes);
    return out;
  };
  const auto scheme = part(CURLUPART_SCHEME);
  Url parsed{scheme == "http", part(CURLUPART_HOST)};
  if (parsed.host.empty() || (scheme != "http" && scheme != "https")) return std::nullopt;
  return parsed;
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

bool one_line(std::string_view text) { return text.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos; }

/// nullopt where one would be more than a header.
std::optional<List> header_list(const HttpRequest& request) {
  List list;
  const auto add = [&list](const std::string& line) { list.reset(curl_slist_append(list.release(), line.c_str())); };
  for (const auto& [name, value] : request.headers) {
    if (!one_line(name) || !one_line(value) || name.empty()) return std::nullopt;
    add(value.empty() ? name + ";" : name + ": " + value);
  }
  add("Expect:");  // a long body is sent without asking first
  return list;
}

FailureKind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return FailureKind::not_found;
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED: return FailureKind::not_connected;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR: return FailureKind::not_trusted;
    case CURLE_OPERATION_TIMEDOUT: return FailureKind::timed_out;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return FailureKind::bad_request;
    default: return FailureKind::broken;
  }
}

HttpResult result_of(const Easy& easy, const Ran& ran, Receiving& receiving) {
  switch (ran.end) {
    case Ran::End::too_many: return HttpFailure{.kind = FailureKind::overloaded, .detail = "too many requests wait already"};
    case Ran::End::too_late: return HttpFailure{.kind = FailureKind::timed_out, .detail = "it waited for others until its time was over"};
    default: break;
  }
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  receiving.answer.status = static_cast<int>(status);
  if (ran.end == Ran::End::done && ran.code == CURLE_OK) return std::move(receiving.answer);
  HttpFailure failure{.kind = kind_of(ran.code),
                      .may_have_arrived = easy.may_have_arrived(),
                      .status = static_cast<int>(status),
                      .detail = easy.error().empty() ? curl_easy_strerror(ran.code) : easy.error()};
  if (ran.end == Ran::End::closed) {
    failure.kind = FailureKind::closed;
    failure.detail = "the client was closed";
  } else if (receiving.too_long) {
    failure.kind = FailureKind::too_long;
    failure.detail = "the answer is longer than is taken";
  } else if (failure.kind == FailureKind::not_connected && easy.address_refused()) {
    failure.kind = FailureKind::address_refused;
    failure.detail = "its address is one that may not be connected to";
  }
  return failure;
}

std::string outcome_of(const HttpResult& result) {
  if (const auto* answer = std::get_if<HttpAnswer>(&result)) return std::to_string(answer->status / 100) + "xx";
  return std::string{to_text(std::get<HttpFailure>(result).kind)};
}

}  // namespace

std::string_view to_text(FailureKind kind) {
  constexpr std::string_view texts[] = {"bad_request", "address_refused", "not_found", "not_connected", "not_trusted",
                                        "timed_out",   "broken",          "too_long",  "overloaded",    "closed"};
  return texts[static_cast<std::size_t>(kind)];
}

std::optional<std::string_view> HttpAnswer::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &Headers::value_type::first);
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

struct HttpClient::State {
  State(Reactor& reactor, Metrics& m, HttpClientOptions o)
      : metrics(m),
        options(std::move(o)),
        transfers(reactor, {.most_running = options.most_running,
                            .most_running_per_host = options.most_running_per_host,
                            .most_waiting = options.most_waiting,
                            .most_kept_connections = static_cast<long>(options.most_running)}) {}

  void set_up(const Easy& easy, const HttpRequest& request, const List& headers, Receiving& receiving) const;
  Task<HttpResult> run(const HttpRequest& request, const Url& url);
  void count(const std::string& host, const HttpResult& result, std::chrono::steady_clock::time_point began);

  Metrics& metrics;
  HttpClientOptions options;
  Transfers transfers;
  std::set<std::string> named_hosts;
};

void HttpClient::State::set_up(const Easy& easy, const HttpRequest& request, const List& headers, Receiving& receiving) const {
  auto* handle = easy.get();
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, options.plain == PlainHttp::never ? "https" : "http,https");
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  if (options.ca_file) curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file->c_str());
  if (request.method != "GET") {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &take_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &receiving);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &receiving);
}

Task<HttpResult> HttpClient::State::run(const HttpRequest& request, const Url& url) {
  const auto headers = header_list(request);
  if (!headers) co_return HttpFailure{.kind = FailureKind::bad_request, .detail = "a header with a line break in it"};
  Receiving receiving;
  receiving.most_body = options.most_body;
  Easy easy{{.public_only = options.public_only, .only_loopback = url.plain && options.plain == PlainHttp::to_loopback}};
  set_up(easy, request, *headers, receiving);
  const auto ran = co_await transfers.run(easy, url.host, request.timeout);
  co_return result_of(easy, ran, receiving);
}

void HttpClient::State::count(const std::string& host, const HttpResult& result, std::chrono::steady_clock::time_point began) {
  if (named_hosts.size() < options.most_named_hosts) named_hosts.insert(host);
  const std::string_view name = named_hosts.contains(host) ? std::string_view{host} : "other";
  metrics.count("outbound_requests", {{"host", name}, {"outcome", outcome_of(result)}});
  metrics.count("outbound_seconds", {{"host", name}}, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
}

HttpClient::HttpClient(Reactor& reactor, Metrics& metrics, HttpClientOptions options)
    : state_(std::make_shared<State>(reactor, metrics, std::move(options))) {}

HttpClient::~HttpClient() { state_->transfers.close(); }

Task<HttpResult> HttpClient::send(HttpRequest request) {
  const auto state = state_;
  const auto url = parse_url(request.url);
  if (!url || (url->plain && state->options.plain == PlainHttp::never)) {
    co_return HttpFailure{.kind = FailureKind::bad_request,
                          .detail = url ? "plain http is not used here: https is" : "not a URL of http or https"};
  }
  const auto began = std::chrono::steady_clock::now();
  auto result = co_await state->run(request, *url);
  state->count(url->host, result, began);
  co_return result;
}

void HttpClient::close() { state_->transfers.close(); }
std::size_t HttpClient::running() const { return state_->transfers.running(); }
std::size_t HttpClient::waiting() const { return state_->transfers.waiting(); }

}  // namespace billing::outbound
