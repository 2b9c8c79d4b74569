#pragma once

#include "platform/json/json.hpp"
#include "rooms/subscriptions/change_facts.hpp"
#include "rooms/subscriptions/subscribe.hpp"

namespace billing::subscriptions {

// What the calls that change a subscription's facts ask for, read from their bodies. Whoever calls finishes the body.

struct Call {
  ChangeName name;
  Decide decide;
};

Call parse_change(json::Object& body);
Call parse_pause(json::Object& body);
Call resume_call();  // its body has no members
Call parse_cancel(json::Object& body);

SubscribeWish parse_subscribe(json::Object& body);
/// All but whose it is to be.
SubscribeWish parse_subscribe_terms(json::Object& body);

}  // namespace billing::subscriptions
