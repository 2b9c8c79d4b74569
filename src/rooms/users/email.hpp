#pragma once

#include <string>
#include <string_view>

namespace billing::users {

/// Whether it is dot-atom@domain of RFC 5321, in letters of any script: a domain of at least two labels of letters, digits and inner hyphens, 1 to 63
/// octets each, the last one not all digits; before the '@' 1 to 64 octets; 254 in all. Quoted local parts and address literals are none.
/// Whether it receives mail only a mail can tell.
bool is_email(std::string_view text);

/// How addresses are compared, whatever the database's locale: composed (NFC), without letter case.
std::string email_key(std::string_view email);

}  // namespace billing::users
