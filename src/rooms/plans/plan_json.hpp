#pragma once

#include <boost/json/fwd.hpp>

#include "platform/json/json.hpp"
#include "rooms/plans/store.hpp"

namespace billing::plans {

boost::json::object to_json(const StoredPlan& stored);

enum class CodeMember : std::uint8_t { required, optional };

/// The plan in a body; what is wrong with it is noted as errors of `body`, in which case the plan is not to be used.
Plan parse_plan(json::Object& body, CodeMember code = CodeMember::required);

}  // namespace billing::plans
