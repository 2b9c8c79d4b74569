#pragma once

#include <string>

#include "demo/demo_client.hpp"
#include "demo/demo_company.hpp"

namespace billing::app::demo {

/// What the company's office does beside the subscriptions: it sends documents in the company's name, taxes them, gives coupons, charges for work,
/// and makes good what went wrong. It throws dice of its own.
class Office {
 public:
  explicit Office(Client& api) : api_(api) {}

  /// The seller, the tax rates and the coupons.
  Task<void> open();
  /// The coupon of a new customer; empty: none.
  std::string coupon_for(const Customer& customer);
  /// A larger customer may want to be shown how it works.
  Task<void> welcome(const Customer& customer, const std::string& user_id, const std::string& subscription_id);
  /// Whether a new customer pays by invoice, within 30 days.
  bool invoices(const Customer& customer);
  /// What has come on the company's account by bank transfer for what the customer owes: all, a part, or nothing yet.
  Task<void> look_at_the_account(const std::string& user_id);
  /// What is charged or credited on a day.
  Task<void> look_after(const Customer& customer, const std::string& user_id);

 private:
  Task<void> charge(const std::string& user_id, boost::json::object item);
  Task<void> make_good(const std::string& user_id);

  Client& api_;
  Dice dice_{20260228};
};

}  // namespace billing::app::demo
