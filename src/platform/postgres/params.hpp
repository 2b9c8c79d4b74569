#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace billing::pg {

using UuidBytes = std::array<std::uint8_t, 16>;
inline const UuidBytes& uuid_bytes(const UuidBytes& bytes) { return bytes; }
/// A UUID, or what wraps one.
template <class T>
concept Uuid = requires(const T& id) {
  { uuid_bytes(id) } -> std::same_as<const UuidBytes&>;
};

/// The values of $1, $2, … in order. Texts and single values are sent as text; arrays of what has a width of its own as PostgreSQL's own bytes, whose
/// reading costs it a fraction: there the statement must name the very type ($1::uuid[], bigint[], date[], timestamptz[]).
class Params {
 public:
  Params& add(std::string_view value);
  Params& add(const char* value) { return add(std::string_view{value}); }
  Params& add(const std::string& value) { return add(std::string_view{value}); }
  Params& add(std::int64_t value);
  Params& add(int value) { return add(static_cast<std::int64_t>(value)); }
  Params& add(bool value);
  Params& add(Instant value);
  Params& add(Date value);
  Params& add_null();
  template <class T>
  Params& add(const std::optional<T>& value) {
    return value ? add(*value) : add_null();
  }
  /// One array parameter, for unnest($1::text[]) and = ANY($1::uuid[]). A nullopt element is NULL. Texts may be of any type that is read from text.
  Params& add_array(const std::vector<std::string>& values);
  Params& add_array(const std::vector<std::optional<std::string>>& values);
  Params& add_array(const std::vector<std::int64_t>& values);
  Params& add_array(const std::vector<std::optional<std::int64_t>>& values);
  Params& add_array(const std::vector<Date>& values);
  Params& add_array(const std::vector<std::optional<Date>>& values);
  Params& add_array(const std::vector<Instant>& values);
  Params& add_array(const std::vector<std::optional<Instant>>& values);
  template <Uuid Id>
  Params& add_array(const std::vector<Id>& ids) {
    begin_uuids(ids.size());
    for (const auto& id : ids) append_uuid(&uuid_bytes(id));
    return *this;
  }
  template <Uuid Id>
  Params& add_array(const std::vector<std::optional<Id>>& ids) {
    begin_uuids(ids.size());
    for (const auto& id : ids) append_uuid(id ? &uuid_bytes(*id) : nullptr);
    return *this;
  }

  struct Value {
    std::string bytes = {};
    bool is_null = false;
    bool is_text = true;
  };
  const std::vector<Value>& values() const { return values_; }

 private:
  Params& add(Value value);
  Params& add_text(std::string text);
  void begin_uuids(std::size_t count);
  void append_uuid(const UuidBytes* bytes);

  std::vector<Value> values_;
};

}  // namespace billing::pg
