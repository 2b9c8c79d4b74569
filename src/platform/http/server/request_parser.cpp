#include "platform/http/server/request_parser.hpp"

#include <boost/beast/http/error.hpp>

#include "platform/http/text.hpp"

namespace billing::http {

namespace bh = boost::beast::http;

namespace faults {
const Fault malformed{400, "bad_request", "The request is not well-formed HTTP."};
const Fault bad_version{505, "http_version", "This server speaks HTTP/1.1 and HTTP/1.0."};
const Fault uri_too_long{414, "uri_too_long", "The request line is too long."};
const Fault header_too_large{431, "header_too_large", "The request's header is too large."};
const Fault body_too_large{413, "too_large", "The request's body is larger than is allowed here."};
const Fault bad_target{400, "bad_request", "The request target must be a path that begins with /."};
const Fault bad_host{400, "bad_request", "An HTTP/1.1 request must have exactly one Host header."};
const Fault bad_transfer_encoding{400, "bad_request",
                                  "The only Transfer-Encoding that is understood is chunked, once, in HTTP/1.1, without a Content-Length."};
const Fault bad_expectation{417, "bad_expectation", "The only expectation that is understood is 100-continue."};
const Fault timed_out{408, "request_timeout", "The request took too long to arrive."};
const Fault overloaded{503, "overloaded", "Too many large requests are being read; try again in a moment."};
}  // namespace faults

namespace {

Method method_of(bh::verb verb) {
  switch (verb) {
    case bh::verb::get: return Method::get;
    case bh::verb::head: return Method::head;
    case bh::verb::post: return Method::post;
    case bh::verb::put: return Method::put;
    case bh::verb::patch: return Method::patch;
    case bh::verb::delete_: return Method::delete_;
    case bh::verb::options: return Method::options;
    default: return Method::other;
  }
}

/// Whether the request line ends in a version of HTTP that is not ours, rather than in nonsense.
bool names_other_version(std::string_view bytes) {
  const auto line = bytes.substr(0, bytes.find("\r\n"));
  const auto at = line.rfind(" HTTP/");
  if (at == std::string_view::npos) return false;
  const auto version = line.substr(at + 6);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool well_formed =
      (version.size() == 1 && digit(version[0])) || (version.size() == 3 && digit(version[0]) && version[1] == '.' && digit(version[2]));
  return well_formed && version != "1.0" && version != "1.1";
}

}  // namespace

void RequestText::clear() {
  constexpr std::size_t kept = 64 * 1024;
  head.clear();
  fields.clear();
  body.clear();
  if (body.capacity() > kept) body.shrink_to_fit();
}

RequestParser::RequestParser(RequestText& text, ParserLimits& limits) : text_(text), limits_(limits) {
  text_.clear();
  eager(true);
  header_limit(static_cast<std::uint32_t>(limits.max_header_bytes));
  basic_parser::body_limit(boost::none);  // ours depends on the header
}

RequestParser::~RequestParser() { limits_.held_body_bytes -= held_; }

void RequestParser::give_up_body() {
  limits_.held_body_bytes -= std::exchange(held_, 0);
  std::string{}.swap(text_.body);
}

RequestParser::Progress RequestParser::feed(std::string_view bytes, std::size_t& consumed) {
  // Beast 1.81 asserts that the last chunk, once seen, has five bytes at hand, which a client that sends "0\r\n" and then one byte more
  // proves wrong. No chunked body ends within fewer bytes than these, so it loses nothing to wait for them.
  constexpr std::size_t shortest_end = 5;
  consumed = 0;
  if (transfer_encoding_ && header_done_ && bytes.size() < shortest_end) return Progress::wants_more;
  error_code error;
  consumed = put(boost::asio::const_buffer{bytes.data(), bytes.size()}, error);
  if (error == bh::error::need_more) return Progress::wants_more;
  if (!error) return is_done() ? Progress::complete : Progress::wants_more;
  if (!fault_) fault_ = &fault_of(error, bytes);
  return Progress::failed;
}

const Fault& RequestParser::fault_of(const error_code& error, std::string_view bytes) const {
  if (error == bh::error::header_limit) return text_.head.empty() ? faults::uri_too_long : faults::header_too_large;
  if (error == bh::error::bad_version) return names_other_version(bytes) ? faults::bad_version : faults::malformed;
  if (error == bh::error::bad_transfer_encoding) return faults::bad_transfer_encoding;
  return faults::malformed;
}

void RequestParser::fail(const Fault& fault, error_code& error) {
  fault_ = &fault;
  error = bh::error::bad_value;
}

RequestText::Span RequestParser::keep(view text) {
  const RequestText::Span span{static_cast<std::uint32_t>(text_.head.size()), static_cast<std::uint32_t>(text.size())};
  text_.head.append(text.data(), text.size());
  return span;
}

void RequestParser::on_request_impl(verb verb, view method, view target, int version, error_code&) {
  method_ = method_of(verb);
  http11_ = version == 11;
  text_.method = keep(method);
  text_.target = keep(target);
}

void RequestParser::on_field_impl(field name, view name_text, view value, error_code& error) {
  if (header_done_) return;  // a trailer must not pass for a header
  text_.fields.emplace_back(keep(name_text), keep(value));
  // Beast's own limit counts from where it last stopped, so that a header which comes in small pieces could grow for ever.
  constexpr std::size_t punctuation = 4;  // a colon, a space, CR and LF
  if (text_.head.size() + punctuation * text_.fields.size() > limits_.max_header_bytes) return fail(faults::header_too_large, error);
  if (name == field::host) ++hosts_;
  if (name == field::transfer_encoding) {
    if (transfer_encoding_ || !http11_ || !same_token({value.data(), value.size()}, "chunked")) {
      return fail(faults::bad_transfer_encoding, error);
    }
    transfer_encoding_ = true;
  }
  if (name == field::content_length && transfer_encoding_) return fail(faults::bad_transfer_encoding, error);
  if (name == field::expect && http11_) {
    expects_continue_ = same_token({value.data(), value.size()}, "100-continue");
    bad_expectation_ = !expects_continue_;
  }
}

/// A path, "*" for OPTIONS, or the absolute form that proxies send.
bool RequestParser::split_target() {
  auto target = text_.of(text_.target);
  if (target.find('#') != std::string_view::npos) return false;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() < scheme.size() || !same_token(target.substr(0, scheme.size()), scheme)) continue;
    const auto end = target.find_first_of("/?", scheme.size());
    target = end == std::string_view::npos ? std::string_view{} : target.substr(end);
    if (!target.starts_with('/')) {
      path_ = "/";
      query_ = target.empty() ? target : target.substr(1);
      return true;
    }
  }
  const auto mark = target.find('?');
  path_ = target.substr(0, mark);
  query_ = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  return target.starts_with('/') || (target == "*" && method_ == Method::options);
}

const Fault* RequestParser::fault_of_header() {
  if (!split_target()) return &faults::bad_target;
  if (http11_ ? hosts_ != 1 : hosts_ > 1) return &faults::bad_host;
  if (bad_expectation_) return &faults::bad_expectation;
  return nullptr;
}

void RequestParser::on_header_impl(error_code& error) {
  constexpr std::size_t first_guess = 64 * 1024;
  constexpr std::size_t usual_limit = 1024 * 1024;
  header_done_ = true;
  if (const auto* fault = fault_of_header()) return fail(*fault, error);
  if (is_done()) return;
  body_limit_ = limits_.body_limit ? limits_.body_limit(method_, path_) : usual_limit;
  const auto length = content_length();
  if (!length) return;
  if (*length > body_limit_) return fail(faults::body_too_large, error);
  text_.body.reserve(std::min(static_cast<std::size_t>(*length), first_guess));
}

bool RequestParser::has_room(std::size_t needed) const {
  return limits_.held_body_bytes + needed <= limits_.max_held_body_bytes || (limits_.make_room && limits_.make_room(needed));
}

std::size_t RequestParser::on_body_impl(view part, error_code& error) {
  if (part.size() > body_limit_ - text_.body.size()) {
    fail(faults::body_too_large, error);
  } else if (admitted_ && !has_room(part.size())) {
    fail(faults::overloaded, error);
  } else {
    limits_.held_body_bytes += part.size();
    held_ += part.size();
    text_.body.append(part.data(), part.size());
  }
  return part.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t size, view, error_code& error) {
  if (size > body_limit_ - text_.body.size()) fail(faults::body_too_large, error);
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, view part, error_code& error) { return on_body_impl(part, error); }

void RequestParser::fill(Request& request) const {
  request.method = method_;
  request.method_text = text_.of(text_.method);
  request.path = path_;
  request.query = query_;
  request.body = text_.body;
  request.headers.clear();
  for (const auto& [name, value] : text_.fields) request.headers.emplace_back(text_.of(name), text_.of(value));
  request.path_params.clear();
}

}  // namespace billing::http
