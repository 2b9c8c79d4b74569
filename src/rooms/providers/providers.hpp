#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rooms/providers/provider.hpp"

namespace billing::providers {

/// The providers that this process can ask: the one that new attempts are made with, and those of before, for what was begun with them.
class Providers {
 public:
  /// The first one is what new attempts are made with.
  void add(std::unique_ptr<PaymentProvider> provider);
  PaymentProvider& current() const { return *all_.front(); }
  /// By a payment's `provider`; nullptr where this process has no such one (its key is gone from the configuration).
  PaymentProvider* find(std::string_view name) const;

 private:
  std::vector<std::unique_ptr<PaymentProvider>> all_;
};

}  // namespace billing::providers
