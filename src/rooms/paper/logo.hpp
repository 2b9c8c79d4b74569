#pragma once

#include <string>

#include "core/ids.hpp"
#include "platform/postgres/session.hpp"

namespace billing::paper {

/// The PNG of the seller when the document was made; empty where it had none.
Task<std::string> logo_of(pg::Session& db, InvoiceId id);
Task<std::string> logo_of(pg::Session& db, CreditNoteId id);

}  // namespace billing::paper
