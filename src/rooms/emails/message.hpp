#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace billing::emails {

/// Who a mail is from or to. Its address is bare, its name for people.
struct Mailbox {
  std::string address;
  std::string name{};
};
/// "Acme Billing <billing@acme.example>" or the address alone; nullopt for anything else.
std::optional<Mailbox> parse_mailbox(std::string_view text);

struct Attachment {
  std::string name;
  std::string type;  // "application/pdf"
  std::string bytes;
};

struct Message {
  std::string id;  // of Message-ID, before the @ of the sender's domain
  Instant date;
  Mailbox from;
  Mailbox to;
  std::optional<Mailbox> reply_to{};
  std::string subject;
  std::string language;
  std::string text;
  std::string html;
  std::optional<Attachment> attachment{};
};

/// As it travels (RFC 5322, MIME): ASCII, lines of at most 78 octets, ended by CRLF; text as UTF-8 in base64. Nothing that a header is given can begin another one: control
/// characters are left out of it, and what is not plain is encoded.
std::string to_text(const Message& message);

}  // namespace billing::emails
