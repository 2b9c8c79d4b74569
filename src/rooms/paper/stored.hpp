#pragma once

#include <boost/json/fwd.hpp>
#include <string_view>
#include <vector>

#include "rooms/paper/paper.hpp"

namespace billing::paper {

// Members of an object that is stored with a document. What is not there, or of another kind, is empty: a document is printed all the same.
std::string_view text_at(const boost::json::object& from, std::string_view name);
std::int64_t number_at(const boost::json::object& from, std::string_view name);
bool true_at(const boost::json::object& from, std::string_view name);
std::vector<const boost::json::object*> objects_at(const boost::json::object& from, std::string_view name);

/// Who buys or sells, as the document keeps it: name, address, tax_id, email.
Party stored_party(std::string_view json);
/// The taxes of a document as it keeps them.
std::vector<Tax> stored_taxes(std::string_view json);
/// Why a document without tax has none, of a buyer's tax_status; empty for one who is taxed.
std::string_view no_tax_reason(std::string_view buyer_json);
/// The seller's words at the foot.
std::string stored_footer(std::string_view seller_json);

}  // namespace billing::paper
