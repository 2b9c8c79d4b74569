#pragma once

#include <boost/json/fwd.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/json/json.hpp"

namespace billing::json {

/// An array that the root has as a member, and whose elements are read one at a time rather than kept.
struct Elements {
  std::string_view name;
  std::function<void(const boost::json::value&, std::size_t)> read;
  std::optional<std::size_t> count = {};  // how many there were; nullopt: the root has no such array
};

/// As `parse`, with the value's memory taken from `memory`, which must outlive it. In the place of `elements` there is an empty array; they have been read
/// also where the text then turns out not to be JSON.
boost::json::value parse_into(std::string_view text, boost::json::storage_ptr memory, Elements* elements = nullptr);

/// A body while it is being read: its value, and what is wrong with it so far.
struct Object::Document {
  boost::json::monotonic_resource memory;
  boost::json::value root = boost::json::value(boost::json::storage_ptr(&memory));
  std::vector<Refusal::FieldError> errors;

  /// Keeps no more errors than are ever listed, and one to tell that there are more: finding them costs time, too.
  void note(std::string pointer, std::string detail) {
    if (!full()) errors.push_back({std::move(pointer), std::move(detail)});
  }
  bool full() const { return errors.size() > most_listed; }
  static constexpr std::size_t most_listed = 100;

  void parse(std::string_view body, Elements* elements = nullptr) { root = parse_into(body, &memory, elements); }
  static std::shared_ptr<Document> of(std::string_view body) {
    auto document = std::make_shared<Document>();
    document->parse(body);
    return document;
  }
};

/// One object of a document. Without an `object` (an array's element that is none) every read gives its default in silence, and
/// `refuse_unknown` notes the one error that matters.
struct Object::Node {
  const boost::json::object* object = nullptr;
  std::string pointer;
  std::vector<bool> asked;  // by the member's place in the object
  std::string names;  // every name asked for, each followed by a NUL: what "did you mean" chooses from
  bool reported = false;  // of a missing object

  void reset(const boost::json::object* to);
  /// The member of that name, which counts as asked for; nullptr when it is not there.
  const boost::json::value* find(std::string_view name);
};

/// `pointer` with one more step: "/a~1b" below "" for "a/b". An absurdly long name is cut short.
std::string pointer_below(std::string_view pointer, std::string_view name);

/// Of the NUL-terminated names in `names` the one that `name` is probably a slip of; empty when none is close.
std::string_view closest_name(std::string_view names, std::string_view name);

}  // namespace billing::json
