#pragma once

#include <stdexcept>

namespace billing {

/// A sum or product that does not fit 64 bits of minor units. Never a wrap: on demand it is answered 422.
class Overflow : public std::overflow_error {
 public:
  using std::overflow_error::overflow_error;
};

}  // namespace billing
