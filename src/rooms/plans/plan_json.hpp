#pragma once

#include <boost/json/fwd.hpp>

#include "core/facts/life.hpp"
#include "platform/json/json.hpp"
#include "rooms/plans/store.hpp"

namespace billing::plans {

boost::json::object to_json(const StoredPlan& plan);
boost::json::object to_json(const StoredVersion& stored);
boost::json::array to_json(const std::vector<Charge>& charges);

enum class CodeMember : std::uint8_t { required, optional };

// What is wrong with a body is noted as errors of it, in which case what was read of it is not to be used.

/// The plan in a body, with its first version.
NewPlan parse_plan(json::Object& body, CodeMember code = CodeMember::required);
/// One more version of the plan in a body: what is left out has POST /plans' default, not the last version's.
PlanVersion parse_version(json::Object& body, const StoredPlan& plan);
/// `charges`; none when they are left out.
std::vector<Charge> parse_charges(json::Object& body);

/// A customer's own prices: `{amount_cents?, charges?}`, in a body and in the database.
Overrides parse_overrides(json::Object& body);
/// null when there are none.
boost::json::value to_json(const Overrides& overrides);

}  // namespace billing::plans
