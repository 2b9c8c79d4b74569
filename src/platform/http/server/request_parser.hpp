#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/message.hpp"

namespace billing::http {

/// Why a request cannot be served: what it is answered before the connection is closed.
struct Fault {
  int status;
  std::string_view code;
  std::string_view detail;
};

namespace faults {
extern const Fault malformed, bad_version, uri_too_long, header_too_large, body_too_large, bad_target, bad_host, bad_transfer_encoding,
    bad_expectation, timed_out, overloaded;
}

/// The memory of one request, used again for the connection's next: no allocation per header field once it is warm.
struct RequestText {
  struct Span {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
  };
  std::string head;  // method, target, and the names and values of the fields, one after the other
  Span method, target;
  std::vector<std::pair<Span, Span>> fields;
  std::string body;

  std::string_view of(Span span) const { return std::string_view{head}.substr(span.at, span.size); }
  void clear();
};

struct ParserLimits {
  std::size_t max_header_bytes;
  std::function<std::size_t(Method, std::string_view path)> body_limit;
  std::size_t max_held_body_bytes;      // by all the connections that share `held_body_bytes`
  std::function<bool(std::size_t)> make_room;  // for so many bytes, when these are reached; false when it cannot
  std::size_t held_body_bytes = 0;
};

/// Beast's parser for one request, which keeps the text and applies our limits as early as they can be known.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  RequestParser(RequestText& text, ParserLimits& limits);
  ~RequestParser() override;  // gives back what it counted into held_body_bytes

  enum class Progress { complete, wants_more, failed };
  /// Takes what it can from the front of `bytes`, and says how much that was.
  Progress feed(std::string_view bytes, std::size_t& consumed);

  /// What is wrong, after `failed`.
  const Fault& fault() const { return *fault_; }
  /// Whether the client holds back its body until it is told to go on; once.
  bool take_expectation() { return std::exchange(expects_continue_, false) && !is_done(); }
  /// Fills in what came with the request; its views last as long as the text is left alone.
  void fill(Request& request) const;
  Method method() const { return method_; }
  /// From now on the body counts against what all may hold. Before, there is no more of it than came with the header.
  void admit() { admitted_ = true; }
  /// Lets go of what has come of the body.
  void give_up_body();
  bool http11() const { return http11_; }

 private:
  using verb = boost::beast::http::verb;
  using field = boost::beast::http::field;
  using error_code = boost::beast::error_code;
  using view = boost::beast::string_view;

  void on_request_impl(verb, view method, view target, int version, error_code&) override;
  void on_response_impl(int, view, int, error_code&) override {}
  void on_field_impl(field, view name, view value, error_code&) override;
  void on_header_impl(error_code&) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(view part, error_code&) override;
  void on_chunk_header_impl(std::uint64_t, view, error_code&) override;
  std::size_t on_chunk_body_impl(std::uint64_t, view part, error_code&) override;
  void on_finish_impl(error_code&) override {}

  RequestText::Span keep(view text);
  bool split_target();
  bool has_room(std::size_t needed) const;
  const Fault* fault_of_header();
  const Fault& fault_of(const error_code& error, std::string_view bytes) const;
  void fail(const Fault& fault, error_code& error);

  RequestText& text_;
  ParserLimits& limits_;
  const Fault* fault_ = nullptr;
  Method method_ = Method::other;
  std::string_view path_, query_;  // set once the head is complete
  std::size_t body_limit_ = 0;
  std::size_t held_ = 0;
  int hosts_ = 0;
  bool http11_ = true;
  bool header_done_ = false;
  bool transfer_encoding_ = false;
  bool expects_continue_ = false;
  bool bad_expectation_ = false;
  bool admitted_ = false;
};

}  // namespace billing::http
