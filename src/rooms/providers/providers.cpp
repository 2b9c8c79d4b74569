#include "rooms/providers/providers.hpp"

#include <algorithm>

namespace billing::providers {

void Providers::add(std::unique_ptr<PaymentProvider> provider) { all_.push_back(std::move(provider)); }

PaymentProvider* Providers::find(std::string_view name) const {
  const auto found = std::ranges::find(all_, name, [](const auto& provider) { return provider->name(); });
  return found == all_.end() ? nullptr : found->get();
}

}  // namespace billing::providers
