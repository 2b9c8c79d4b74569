#pragma once

#include <boost/json/fwd.hpp>

#include "platform/http/csv.hpp"
#include "rooms/facts/store.hpp"
#include "rooms/invoices/run/run.hpp"

namespace billing::subscriptions {

boost::json::object to_json(const facts::Subscription& subscription, Date today);
/// As a list shows it on a day.
struct Listed {
  facts::Subscription subscription;
  Date today;
};
/// The same as a line of a file.
http::csv::Columns<Listed> csv_columns();
/// With the documents that the call made.
boost::json::object to_json(const facts::Subscription& subscription, const invoices::Made& made, Date today);
/// Oldest first.
boost::json::array terms_json(const Life& life);
boost::json::array periods_json(const Life& life);
boost::json::array pauses_json(const Life& life);

boost::json::object to_json(const Discount& discount, const Life& life);

}  // namespace billing::subscriptions
