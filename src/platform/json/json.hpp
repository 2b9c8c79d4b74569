#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/runtime/refusal.hpp"

namespace billing::json {

/// Strict JSON (RFC 8259): duplicate members, a byte that is not UTF-8, a lone surrogate, a nesting deeper than 32, or
/// anything after the value: Refusal 400 "not_json", its detail saying where. Numbers stay exact integers or are marked as not one.
boost::json::value parse(std::string_view text);

/// Compact text.
std::string serialize(const boost::json::value& value);

/// Reads an object member by member and collects every error with its JSON pointer, so that a client sees all of them at once.
/// A missing or mistyped member yields the type's default and an error; `finish` throws them all (422 "unacceptable").
class Object {
 public:
  /// The body of a request: Refusal 400 when it is not JSON, 422 when it is not an object.
  explicit Object(std::string_view body);
  Object(Object&&) noexcept;
  ~Object();
  using ReadElement = std::function<void(Object&, std::size_t)>;
  /// The body of a request, and `array` of it at once, for one that may be long: its elements are never in memory together. `read` must not keep
  /// them; what it makes of them is good for nothing when this throws, or `finish` does.
  static Object with_elements(std::string_view body, std::string_view name, std::size_t min, std::size_t max, const ReadElement& read);

  bool has(std::string_view name) const;  // present, null counts
  bool is_null(std::string_view name) const;

  /// Text without NUL, of 1 to `max_characters` characters.
  std::string text(std::string_view name, std::size_t max_characters = 1000);
  /// The same, valid as long as the object.
  std::string_view text_view(std::string_view name, std::size_t max_characters = 1000);
  /// As `text`; absent: nullopt. Null is refused, here and in every `optional_…`: whoever sends it means something that the API does not do.
  std::optional<std::string> optional_text(std::string_view name, std::size_t max_characters = 1000);
  /// As `optional_text`, where null means something; `has` tells it from absent.
  std::optional<std::string> nullable_text(std::string_view name, std::size_t max_characters = 1000);
  /// An integer written without fraction or exponent.
  std::int64_t integer(std::string_view name, std::int64_t min = INT64_MIN, std::int64_t max = INT64_MAX);
  std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t min = INT64_MIN, std::int64_t max = INT64_MAX);
  std::optional<std::int64_t> nullable_integer(std::string_view name, std::int64_t min = INT64_MIN, std::int64_t max = INT64_MAX);
  std::optional<bool> optional_boolean(std::string_view name);
  /// Calls `read` for each element, which must be an object; pointers go on from here ("/charges/0/metric").
  /// Returns false (with an error noted) when it is not an array of `min` to `max` elements.
  bool array(std::string_view name, std::size_t min, std::size_t max, const ReadElement& read);

  /// Calls `read` with the member, which must be an object; absent: not at all.
  void optional_object(std::string_view name, const std::function<void(Object&)>& read);
  /// An array of `least` to `most` integers, each as `integer` reads it; absent: nullopt.
  std::optional<std::vector<std::int64_t>> optional_integers(std::string_view name, std::size_t least, std::size_t most, std::int64_t min);

  /// An array of `least` to `most` texts; absent: nullopt.
  std::optional<std::vector<std::string>> optional_text_list(std::string_view name, std::size_t least, std::size_t most,
                                                             std::size_t max_characters);
  bool is_object(std::string_view name) const;

  /// An object of at most `most` members, each a text of at most `max_characters`, its name of 1 to 64; absent or null: nullopt.
  std::optional<std::map<std::string, std::string>> optional_texts(std::string_view name, std::size_t most, std::size_t max_characters);

  /// The same where null as a member's value means something.
  std::optional<std::map<std::string, std::optional<std::string>>> optional_nullable_texts(std::string_view name, std::size_t most,
                                                                                           std::size_t max_characters);

  /// Notes an error of the caller's own about a member ("" for the object as a whole).
  void fail(std::string_view name, std::string detail);
  std::size_t error_count() const;

  /// Notes every member that nothing asked for as unknown. Called by `finish`; for a nested object, after its `read`.
  void refuse_unknown();
  /// Throws Refusal 422 with all errors, in the order of the body's reading; does nothing when there are none.
  void finish();
  /// Takes the errors noted below this object since `from`, for callers that answer item by item.
  std::vector<Refusal::FieldError> take_errors(std::size_t from);

 private:
  struct Document;
  struct Node;
  struct Reading;
  explicit Object(std::shared_ptr<Document> document);
  Object(std::shared_ptr<Document> document, const void* object, std::string pointer);

  bool holds(std::string_view name, std::size_t size, std::size_t min, std::size_t max);

  std::shared_ptr<Document> document_;
  std::unique_ptr<Node> node_;
};

}  // namespace billing::json
