#include "platform/postgres/pipeline/waiter.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace billing::pg {

void Waiter::wake(boost::asio::io_context& io) {
  if (std::exchange(woken_, true)) return;
  boost::asio::post(io, [self = shared_from_this()] {
    if (auto caller = std::exchange(self->caller_, {})) caller.resume();
  });
}

}  // namespace billing::pg
