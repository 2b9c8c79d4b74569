#pragma once

#include "platform/outbound/smtp_client.hpp"
#include "platform/runtime/side_thread.hpp"
#include "rooms/emails/message.hpp"
#include "rooms/emails/store.hpp"

namespace billing::emails {

/// What hands mail over.
struct Post {
  outbound::SmtpClient& smtp;
  const Mailbox& from;
  SideThread& press;  // makes PDFs
  Reactor& home;
};

/// Hands over what is due, some at the same time. True when there may be more; false also when the server cannot be reached, so that nobody hurries.
Task<bool> send_due(Context& context, const Post& post);

}  // namespace billing::emails
