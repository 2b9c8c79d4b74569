#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

#include "platform/json/build.hpp"
#include "platform/json/document.hpp"

namespace billing::json {
namespace {

namespace bj = boost::json;

constexpr std::size_t max_depth = 32;

constexpr std::size_t most_elements = 10'001;  // of an array, of an object: one more than any room takes, so that it can say so
constexpr std::size_t most_values = 250'000;   // in all: a value takes far more memory than its text

/// Builds the value as the parser meets it, and refuses a second member of the same name. The elements that somebody reads one at a time are built
/// apart, each in the memory of the one before it.
struct Builder {
  static constexpr std::size_t max_array_size = most_elements;
  static constexpr std::size_t max_object_size = most_elements;
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);

  struct Key {
    std::size_t begin;
    std::size_t length;
  };

  unsigned char first_memory[2048];
  std::optional<bj::monotonic_resource>
      memory;  // of the element that is built; made anew for each: released, it would ask for ever larger blocks
  bj::value_stack whole;
  bj::value_stack apart;
  bj::value_stack* stack = &whole;
  Elements* elements = nullptr;
  std::size_t depth = 0;  // arrays and objects that are open
  std::string key_text;  // of every key of the objects that are open, one after the other
  std::vector<Key> keys;  // of the same; those of the innermost object come last
  std::size_t key_begin = 0;
  std::optional<std::string> duplicate;
  std::size_t values = 0;

  bool count(boost::system::error_code& error) {
    if (++values <= most_values) return true;
    error = bj::error::array_too_large;
    return false;
  }

  /// Whether the array that begins is the one whose elements are read one at a time; of several of that name the first, as the body is refused anyway.
  bool begins_elements() const {
    return elements && !elements->count && depth == 1 && !keys.empty() && text_of(keys.back()) == elements->name;
  }
  void next_element() {
    apart.reset({});
    memory.emplace(first_memory, sizeof first_memory);
    apart.reset(&*memory);
  }
  /// A value is complete: where it is such an element, it is read and forgotten.
  void complete() {
    if (stack != &apart || depth != 2) return;
    elements->read(apart.release(), (*elements->count)++);
    next_element();
  }
  bool complete(bj::error_code& error) {
    complete();
    return count(error);
  }

  std::string_view text_of(const Key& key) const { return std::string_view{key_text}.substr(key.begin, key.length); }

  bool on_document_begin(boost::system::error_code&) { return true; }
  bool on_document_end(boost::system::error_code&) { return true; }
  bool on_array_begin(boost::system::error_code& error) {
    if (begins_elements()) {
      elements->count = 0;
      stack = &apart;
      next_element();
    }
    ++depth;
    return count(error);
  }
  bool on_array_end(std::size_t n, boost::system::error_code&) {
    const bool was_elements = stack == &apart && depth == 2;
    --depth;
    if (was_elements) stack = &whole;
    stack->push_array(was_elements ? 0 : n);
    complete();
    return true;
  }
  bool on_object_begin(boost::system::error_code& error) {
    ++depth;
    return count(error);
  }
  bool on_object_end(std::size_t n, boost::system::error_code& error);
  bool on_key_part(bj::string_view part, std::size_t, boost::system::error_code&) {
    key_text.append(part.data(), part.size());
    stack->push_chars(part);
    return true;
  }
  bool on_key(bj::string_view part, std::size_t, boost::system::error_code&) {
    key_text.append(part.data(), part.size());
    keys.push_back({key_begin, key_text.size() - key_begin});
    key_begin = key_text.size();
    stack->push_key(part);
    return true;
  }
  bool on_string_part(bj::string_view part, std::size_t, boost::system::error_code&) {
    stack->push_chars(part);
    return true;
  }
  bool on_string(bj::string_view part, std::size_t, boost::system::error_code& error) {
    stack->push_string(part);
    return complete(error);
  }
  bool on_number_part(bj::string_view, boost::system::error_code&) { return true; }
  bool on_int64(std::int64_t number, bj::string_view, boost::system::error_code& error) {
    stack->push_int64(number);
    return complete(error);
  }
  bool on_uint64(std::uint64_t number, bj::string_view, boost::system::error_code& error) {
    stack->push_uint64(number);
    return complete(error);
  }
  bool on_double(double number, bj::string_view, boost::system::error_code& error) {
    // 1e400 comes as infinity and 0e9999 as NaN, neither of which could be written again.
    constexpr double largest = std::numeric_limits<double>::max();
    stack->push_double(std::isnan(number) ? 0.0 : std::clamp(number, -largest, largest));
    return complete(error);
  }
  bool on_bool(bool truth, boost::system::error_code& error) {
    stack->push_bool(truth);
    return complete(error);
  }
  bool on_null(boost::system::error_code& error) {
    stack->push_null();
    return complete(error);
  }
  bool on_comment_part(bj::string_view, boost::system::error_code&) { return true; }
  bool on_comment(bj::string_view, boost::system::error_code&) { return true; }
};

/// Sorting rather than hashing for a large object: nobody can choose names that make this slow.
std::optional<std::string> find_duplicate(const Builder& builder, std::span<Builder::Key> keys) {
  constexpr std::size_t few = 8;
  const auto same = [&](const auto& a, const auto& b) { return builder.text_of(a) == builder.text_of(b); };
  if (keys.size() <= few) {
    for (std::size_t i = 1; i < keys.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (same(keys[i], keys[j])) return std::string{builder.text_of(keys[i])};
      }
    }
    return std::nullopt;
  }
  std::ranges::sort(keys, {}, [&](const auto& key) { return builder.text_of(key); });
  const auto found = std::ranges::adjacent_find(keys, same);
  if (found == keys.end()) return std::nullopt;
  return std::string{builder.text_of(*found)};
}

bool Builder::on_object_end(std::size_t n, boost::system::error_code& error) {
  if (n > 0) {
    const auto own = std::span{keys}.last(n);
    const auto first = own.front().begin;  // before sorting moves it
    duplicate = find_duplicate(*this, own);
    if (duplicate) {
      error = bj::error::syntax;
      return false;
    }
    keys.resize(keys.size() - n);
    key_text.resize(first);
    key_begin = first;
  }
  --depth;
  stack->push_object(n);
  complete();
  return true;
}

std::string_view reason_for(const boost::system::error_code& error) {
  using bj::error;
  struct Row {
    bj::error code;
    std::string_view reason;
  };
  static constexpr Row rows[] = {
      {error::extra_data, "something follows the value"},
      {error::incomplete, "it ends too early"},
      {error::too_deep, "it is nested deeper than 32 levels"},
      {error::exponent_overflow, "a number is out of all range"},
      {error::illegal_leading_surrogate, "half a surrogate pair stands alone"},
      {error::illegal_trailing_surrogate, "half a surrogate pair stands alone"},
      {error::expected_utf16_escape, "half a surrogate pair stands alone"},
  };
  for (const auto& row : rows) {
    if (error == row.code) return row.reason;
  }
  return "a syntax error";
}

[[noreturn]] void refuse(std::string_view text, std::size_t at, std::string_view reason) {
  at = std::min(at, text.size());
  const auto before = text.substr(0, at);
  const auto line = 1 + std::ranges::count(before, '\n');
  const auto newline = before.rfind('\n');
  const auto column = 1 + (newline == std::string_view::npos ? at : at - newline - 1);
  throw Refusal(400, "not_json",
                "The body is not valid JSON: " + std::string{reason} + ", near line " + std::to_string(line) + ", column " +
                    std::to_string(column) + ".");
}

}  // namespace

bj::value parse_into(std::string_view text, bj::storage_ptr memory, Elements* elements) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    throw Refusal(400, "not_json", "The body is empty; send JSON.");
  }
  bj::parse_options options;
  options.max_depth = max_depth;
  bj::basic_parser<Builder> parser(options);
  parser.handler().whole.reset(std::move(memory));
  parser.handler().elements = elements;
  boost::system::error_code error;
  const auto read = parser.write_some(false, text.data(), text.size(), error);
  if (const auto& duplicate = parser.handler().duplicate) {
    std::string reason = "the member ";
    append_text(reason, std::string_view{*duplicate}.substr(0, 100));
    refuse(text, read, reason + " is given twice in one object");
  }
  if (error == bj::error::array_too_large || error == bj::error::object_too_large) {
    throw Refusal(422, "unacceptable",
                  "The body holds too much: an array or object may have 10,000 elements, and all of them together 250,000 values.");
  }
  if (error) refuse(text, read, is_utf8(text) ? reason_for(error) : "it is not UTF-8");
  if (read < text.size()) refuse(text, read, reason_for(bj::error::extra_data));
  return parser.handler().whole.release();
}

bj::value parse(std::string_view text) { return parse_into(text, {}); }

std::string serialize(const bj::value& value) { return bj::serialize(value); }

}  // namespace billing::json
