#pragma once

#include <string>
#include <string_view>

#include "rooms/emails/message.hpp"
#include "rooms/emails/store.hpp"
#include "rooms/emails/template.hpp"

namespace billing::emails {

/// Why a mail is not wanted any more, such as that its invoice is void; empty where it is.
std::string_view pointless(std::string_view kind, const Facts& facts);

/// What the templates may say of the facts.
Values values_of(std::string_view kind, const Facts& facts);

/// The mail of a kind, without its PDF.
Message compose(const EmailId& id, std::string_view kind, const Facts& facts, const Mailbox& from, Instant now);

}  // namespace billing::emails
