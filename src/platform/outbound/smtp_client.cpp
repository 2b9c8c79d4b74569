#include "platform/outbound/smtp_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <stdexcept>

#include "platform/outbound/transfers.hpp"
#include "platform/runtime/log.hpp"

namespace billing::outbound {
namespace {

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host == "::1" || host == "[::1]" || host.starts_with("127.");
}

using Url = std::unique_ptr<CURLU, void (*)(CURLU*)>;

std::optional<std::string> part_of(const Url& url, CURLUPart which, unsigned flags = 0) {
  char* bytes = nullptr;
  if (curl_url_get(url.get(), which, &bytes, flags) != CURLUE_OK) return std::nullopt;
  std::string out{bytes};
  curl_free(bytes);
  return out;
}

}  // namespace

SmtpServer parse_smtp_url(const std::string& text) {
  const Url url{curl_url(), curl_url_cleanup};
  const auto scheme = text.starts_with("smtp://") || text.starts_with("smtps://");
  if (!scheme || !url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
    throw std::invalid_argument("must be smtp://user:password@host:587 or smtps://user:password@host:465");
  }
  SmtpServer server{.tls_at_once = text.starts_with("smtps:"), .host = part_of(url, CURLUPART_HOST).value_or("")};
  server.port = server.tls_at_once ? 465 : 587;
  if (const auto port = part_of(url, CURLUPART_PORT)) std::from_chars(port->data(), port->data() + port->size(), server.port);
  server.user = part_of(url, CURLUPART_USER, CURLU_URLDECODE);
  server.password = part_of(url, CURLUPART_PASSWORD, CURLU_URLDECODE).value_or("");
  if (part_of(url, CURLUPART_PATH).value_or("/") != "/" || part_of(url, CURLUPART_QUERY)) {
    throw std::invalid_argument("must end with the port: a path or query means nothing here");
  }
  return server;
}

std::string_view to_text(Handed handed) {
  constexpr std::string_view texts[] = {"accepted", "refused", "put_off", "unreachable", "unknown"};
  return texts[static_cast<std::size_t>(handed)];
}

namespace {

struct Recipients {
  explicit Recipients(const std::string& address) : list(curl_slist_append(nullptr, address.c_str())) {}
  ~Recipients() { curl_slist_free_all(list); }
  Recipients(const Recipients&) = delete;
  Recipients& operator=(const Recipients&) = delete;
  curl_slist* list;
};

/// A mail on its way.
struct Sending {
  const Mail& mail;
  const std::function<Task<bool>()>& before_end;
  CURL* easy;
  TaskGroup asking{};
  std::size_t sent = 0;
  enum class End { not_reached, asked, may, may_not } end = End::not_reached;
  bool paused = false;
  int code = 0;  // of the last reply
  std::string reply{};

  static std::size_t read(char* into, std::size_t, std::size_t room, void* self);
  static std::size_t take_reply(char* bytes, std::size_t, std::size_t count, void* self);
  Task<void> ask();
};

/// The rest of the mail; before its end whoever sends it is asked.
std::size_t Sending::read(char* into, std::size_t, std::size_t room, void* self) {
  auto& sending = *static_cast<Sending*>(self);
  const auto count = std::min(room, sending.mail.text.size() - sending.sent);
  if (count > 0) {
    std::memcpy(into, sending.mail.text.data() + sending.sent, count);
    sending.sent += count;
    return count;
  }
  if (sending.end == End::not_reached) {
    sending.end = End::asked;
    sending.asking.spawn(sending.ask());
  }
  sending.paused = sending.end == End::asked;
  if (sending.paused) return CURL_READFUNC_PAUSE;
  return sending.end == End::may ? 0 : CURL_READFUNC_ABORT;
}

Task<void> Sending::ask() {
  bool may = false;
  try {
    may = co_await before_end();
  } catch (const std::exception& error) {
    log::warn("email_end_not_asked", {{"error", error.what()}});
  }
  code = 0;  // what comes from now on is said of all of it
  end = may ? End::may : End::may_not;
  if (easy && paused) curl_easy_pause(easy, CURLPAUSE_CONT);
}

/// "250 2.0.0 Ok: queued"; of several lines the last one counts.
std::size_t Sending::take_reply(char* bytes, std::size_t, std::size_t count, void* self) {
  auto& sending = *static_cast<Sending*>(self);
  std::string_view line{bytes, count};
  while (line.ends_with('\r') || line.ends_with('\n')) line.remove_suffix(1);
  int code = 0;
  constexpr int goodbye = 221;  // whatever came before it is what counts
  if (line.size() >= 3 && std::from_chars(line.data(), line.data() + 3, code).ptr == line.data() + 3 && code != goodbye) {
    sending.code = code;
    sending.reply = line.substr(std::min<std::size_t>(4, line.size()));
  }
  return count;
}

bool is_of_the_server(CURLcode code) {
  switch (code) {
    case CURLE_SEND_ERROR:           // MAIL, RCPT or DATA was refused
    case CURLE_WEIRD_SERVER_REPLY:   // what follows the mail's end
    case CURLE_ABORTED_BY_CALLBACK: return false;
    default: return true;
  }
}

HandedOver outcome(const Ran& ran, const Easy& easy, const Sending& sending) {
  const auto words = [&] {
    return sending.code != 0 ? sending.reply : easy.error().empty() ? std::string{curl_easy_strerror(ran.code)} : easy.error();
  };
  if (ran.end == Ran::End::done && ran.code == CURLE_OK) return {Handed::accepted, sending.code, sending.reply};
  const bool ended = sending.end == Sending::End::may;
  if (ended && sending.code < 400) return {Handed::unknown, 0, "no answer came after all of it had been sent: " + words()};
  if (ran.end != Ran::End::done)
    return {Handed::unreachable, 0, ran.end == Ran::End::closed ? "this process is ending" : "it took too long"};
  const bool of_this_mail = ended || !is_of_the_server(ran.code);
  if (of_this_mail && sending.code >= 500) return {Handed::refused, sending.code, words()};
  if (of_this_mail && sending.code >= 400) return {Handed::put_off, sending.code, words()};
  return {Handed::unreachable, sending.code >= 400 ? sending.code : 0, words()};
}

}  // namespace

struct SmtpClient::State {
  State(Reactor& reactor, Metrics& m, SmtpServer s, SmtpOptions o)
      : metrics(m),
        server(std::move(s)),
        options(std::move(o)),
        transfers(reactor, {.most_running = options.most_running,
                            .most_running_per_host = options.most_running,
                            .most_kept_connections = static_cast<long>(options.most_running)}) {}

  void set_up(const Easy& easy, const Recipients& to, Sending& sending) const;

  Metrics& metrics;
  SmtpServer server;
  SmtpOptions options;
  Transfers transfers;
};

void SmtpClient::State::set_up(const Easy& easy, const Recipients& to, Sending& sending) const {
  auto* handle = easy.get();
  const auto url = (server.tls_at_once ? "smtps://" : "smtp://") + server.host + ':' + std::to_string(server.port);
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle, CURLOPT_USE_SSL, long{is_this_machine(server.host) ? CURLUSESSL_TRY : CURLUSESSL_ALL});
  if (server.user) {
    curl_easy_setopt(handle, CURLOPT_USERNAME, server.user->c_str());
    curl_easy_setopt(handle, CURLOPT_PASSWORD, server.password.c_str());
  }
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  if (options.ca_file) curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file->c_str());
  curl_easy_setopt(handle, CURLOPT_MAIL_FROM, sending.mail.from.c_str());
  curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, to.list);
  curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, &Sending::read);
  curl_easy_setopt(handle, CURLOPT_READDATA, &sending);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &Sending::take_reply);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &sending);
}

SmtpClient::SmtpClient(Reactor& reactor, Metrics& metrics, SmtpServer server, SmtpOptions options)
    : state_(std::make_shared<State>(reactor, metrics, std::move(server), std::move(options))) {}
SmtpClient::~SmtpClient() { state_->transfers.close(); }
void SmtpClient::close() { state_->transfers.close(); }

Task<HandedOver> SmtpClient::send(Mail mail, std::function<Task<bool>()> before_end) {
  const auto state = state_;
  const Recipients to{'<' + mail.to + '>'};
  Easy easy{{}};
  Sending sending{.mail = mail, .before_end = before_end, .easy = easy.get()};
  state->set_up(easy, to, sending);
  const auto ran = co_await state->transfers.run(easy, state->server.host, state->options.timeout);
  sending.easy = nullptr;
  co_await sending.asking.join();  // what was asked for may still be on its way into the database
  auto handed = outcome(ran, easy, sending);
  std::erase_if(handed.reply, [](char c) { return static_cast<unsigned char>(c) < ' '; });
  handed.reply.resize(std::min<std::size_t>(handed.reply.size(), 500));
  state->metrics.count("emails", {{"outcome", to_text(handed.handed)}});
  co_return handed;
}

}  // namespace billing::outbound
