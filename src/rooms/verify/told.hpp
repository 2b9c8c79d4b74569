#pragma once

#include <boost/json.hpp>
#include <stdexcept>
#include <string_view>

#include "base/time.hpp"
#include "core/money/decimal.hpp"

namespace billing::verify {

// An explanation, read strictly.

/// It does not add up, or is none.
class DoesNotAddUp : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws DoesNotAddUp, with what was to hold, unless it does.
inline void require(bool holds, const char* what) {
  if (!holds) throw DoesNotAddUp(what);
}

/// "-12.5"; of any size, unlike a price.
Decimal decimal_of(std::string_view text);

/// Reads members of an object; what is missing or of another kind throws DoesNotAddUp.
class ToldObject {
 public:
  explicit ToldObject(const boost::json::value& value);

  std::int64_t integer(std::string_view name) const;
  Decimal decimal(std::string_view name) const;
  Decimal decimal_or_zero(std::string_view name) const;
  bool boolean(std::string_view name) const;
  bool contains(std::string_view name) const { return object_->contains(name); }
  std::string_view text(std::string_view name) const;
  Date day(std::string_view name) const;
  ToldObject object(std::string_view name) const;
  const boost::json::array& array(std::string_view name) const;
  const boost::json::value& value(std::string_view name) const;

 private:
  const boost::json::object* object_;
};

}  // namespace billing::verify
