#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/observe/metrics.hpp"
#include "platform/runtime/reactor.hpp"
#include "platform/runtime/task.hpp"

namespace billing::outbound {

/// Where mail is handed over.
struct SmtpServer {
  bool tls_at_once = false;  // smtps; else STARTTLS, which only a server on this machine may be without
  std::string host;
  int port = 587;
  std::optional<std::string> user{};
  std::string password{};
};
/// Of smtp://user:password@host:587 or smtps://…; what is missing or wrong is said to a person by std::invalid_argument.
SmtpServer parse_smtp_url(const std::string& url);

struct Mail {
  std::string from;  // bare addresses
  std::string to;
  std::string text;  // all of it, lines ended by CRLF
};

enum class Handed : std::uint8_t {
  accepted,     // the server has taken it on
  refused,      // for good: it would be refused again
  put_off,      // this one, for now
  unreachable,  // no mail could be handed over there now
  unknown,      // its end was sent, and no answer came
};
std::string_view to_text(Handed handed);

struct HandedOver {
  Handed handed;
  int code = 0;          // of the server's last reply; 0: none came
  std::string reply{};   // its text, or what went wrong
};

struct SmtpOptions {
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds timeout{60'000};  // of a mail, waiting for its turn included
  std::size_t most_running = 4;
  std::optional<std::string> ca_file{};  // instead of the system's authorities
};

/// Hands mail over to one server (libcurl's SMTP). Connections are kept for the next one. Its thread only.
/// Counts billing_emails_total{outcome}.
class SmtpClient {
 public:
  SmtpClient(Reactor& reactor, Metrics& metrics, SmtpServer server, SmtpOptions options);
  ~SmtpClient();

  /// Never throws for what the server does. `before_end` runs when all of the mail has been sent but its end, after which the server may take it on:
  /// the end is sent only when it says true.
  Task<HandedOver> send(Mail mail, std::function<Task<bool>()> before_end);
  void close();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace billing::outbound
