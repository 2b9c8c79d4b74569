#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "rooms/context.hpp"
#include "rooms/events/store.hpp"

namespace billing::events {

/// What events are about, by kind and id, each as GET shows it now.
using Objects = std::map<std::pair<std::string, std::string>, boost::json::value>;

/// Of all of the events, in a statement or a few for each kind.
Task<Objects> load_objects(Context& context, const std::vector<Event>& events);

/// An event as it is told; what it is about is null where it is gone.
boost::json::object to_json(const Event& event, const Objects& objects);

}  // namespace billing::events
