#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <coroutine>

namespace billing::http {

using Executor = boost::asio::io_context::executor_type;  // concrete: any_io_executor costs an indirect call an operation
using Tcp = boost::asio::ip::tcp;
using Socket = boost::asio::basic_stream_socket<Tcp, Executor>;
using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
using ErrorCode = boost::system::error_code;

/// co_await ReadSome{socket, buffer}: how many bytes came; 0 with `error` set at the end of the stream or when it was cut off.
struct ReadSome {
  Socket& socket;
  boost::asio::mutable_buffer buffer;
  ErrorCode& error;
  std::size_t count = 0;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> caller) {
    socket.async_read_some(buffer, [this, caller](const ErrorCode& failed, std::size_t read) {
      error = failed;
      count = read;
      caller.resume();
    });
  }
  std::size_t await_resume() const noexcept { return count; }
};

/// co_await Writable{socket}: until the socket takes bytes again, or was cut off.
struct Writable {
  Socket& socket;
  ErrorCode& error;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> caller) {
    socket.async_wait(Socket::wait_write, [this, caller](const ErrorCode& failed) {
      error = failed;
      caller.resume();
    });
  }
  void await_resume() const noexcept {}
};

/// co_await NextTurn{socket}: lets everyone else on the reactor go first.
struct NextTurn {
  Socket& socket;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> caller) {
    boost::asio::post(socket.get_executor(), [caller] { caller.resume(); });
  }
  void await_resume() const noexcept {}
};

}  // namespace billing::http
