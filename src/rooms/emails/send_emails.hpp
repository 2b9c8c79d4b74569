#pragma once

#include <chrono>

#include "platform/outbound/smtp_client.hpp"
#include "platform/runtime/side_thread.hpp"
#include "platform/runtime/task.hpp"
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

/// Mails that are on their way.
struct Sending {
  TaskGroup mails{};
  std::chrono::steady_clock::time_point not_before{};  // the server could not be reached
  bool stopping = false;
};

/// Begins to hand over what is due, as many at the same time as there is room for; whether it has begun any. One that is slow keeps none of the others.
Task<bool> send_due(Context context, Post post, Sending& sending);

}  // namespace billing::emails
