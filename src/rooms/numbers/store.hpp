#pragma once

#include <string>

#include "platform/postgres/session.hpp"

namespace billing::numbers {

/// A JSON text with the numbers of the documents in it that had none when it was written, `"id":"<uuid>","number":""`: no text of anybody's
/// looks like that, for its quotes are escaped. A document is numbered by the commit of the transaction that makes it, so an answer that
/// commits together with it cannot name the number yet.
Task<std::string> fill_in(pg::Session& db, std::string json);

}  // namespace billing::numbers
