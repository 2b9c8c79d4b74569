#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace billing::outbound {

/// A server on a port of 127.0.0.1 that does with each connection exactly what the test says, each on a thread of its own.
class RawServer {
 public:
  using Talk = std::function<void(int socket)>;

  explicit RawServer(Talk talk) : talk_(std::move(talk)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 64), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept_on(); });
  }

  ~RawServer() {
    shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
    for (auto& thread : talking_) thread.join();
    for (const int socket : sockets_) ::close(socket);
    ::close(listener_);
  }

  std::string url(const std::string& path = "/") const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }

  /// The head and the body (of a Content-Length) of the next request; empty when the client has gone.
  static std::string read_request(int socket) {
    std::string text;
    std::array<char, 4096> buffer{};
    for (;;) {
      const auto end = text.find("\r\n\r\n");
      if (end != std::string::npos) {
        const auto length = text.find("Content-Length: ");
        const auto body = length == std::string::npos ? 0 : std::stoul(text.substr(length + 16));
        if (text.size() >= end + 4 + body) return text;
      }
      const auto count = recv(socket, buffer.data(), buffer.size(), 0);
      if (count <= 0) return {};
      text.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }
  static bool write(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
      const auto count = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  static std::string answer(const std::string& body, const std::string& status = "200 OK", const std::string& headers = "") {
    return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  /// Answers each request with its own text.
  static void echo(int socket) {
    for (auto request = read_request(socket); !request.empty(); request = read_request(socket)) write(socket, answer(request));
  }
  /// Until the client has gone.
  static void say_nothing(int socket) {
    char byte = 0;
    while (recv(socket, &byte, 1, 0) > 0) {
    }
  }

 private:
  void accept_on() {
    for (;;) {
      const int socket = accept(listener_, nullptr, nullptr);
      if (socket < 0) return;
      ++connections_;
      sockets_.push_back(socket);
      talking_.emplace_back([this, socket] {
        talk_(socket);
        shutdown(socket, SHUT_RDWR);
      });
    }
  }

  Talk talk_;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::vector<int> sockets_;
  std::vector<std::thread> talking_;
  std::thread accepting_;
};

/// A server of TLS with a certificate for localhost that it has signed itself (`certificate()` is the file), by Python's own HTTP server.
class TlsServer {
 public:
  TlsServer() : folder_(std::filesystem::temp_directory_path() / ("billing_tls_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    const auto make =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext "
        "subjectAltName=DNS:localhost -keyout " +
        file("key.pem") + " -out " + certificate() + " 2>/dev/null";
    EXPECT_EQ(std::system(make.c_str()), 0);
    std::ofstream(file("server.py")) << R"(import http.server, ssl, sys
class Hello(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a): pass
    def do_GET(self):
        self.send_response(200); self.send_header('Content-Length', '5'); self.end_headers(); self.wfile.write(b'hello')
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Hello)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain(sys.argv[1], sys.argv[2])
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_address[1], flush=True)
import threading; threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
)";
    // It ends when its standard input does: the fifo's other end is ours.
    EXPECT_EQ(std::system(("mkfifo " + file("life")).c_str()), 0);
    output_ = popen(
        ("python3 " + file("server.py") + " " + certificate() + " " + file("key.pem") + " 2>/dev/null <" + file("life")).c_str(), "r");
    life_ = fopen(file("life").c_str(), "w");
    std::array<char, 32> line{};
    EXPECT_NE(fgets(line.data(), line.size(), output_), nullptr);
    port_ = std::atoi(line.data());
  }
  ~TlsServer() {
    fclose(life_);
    pclose(output_);
    std::filesystem::remove_all(folder_);
  }

  std::string certificate() const { return file("certificate.pem"); }
  std::string url(const std::string& host) const { return "https://" + host + ":" + std::to_string(port_) + "/"; }

 private:
  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  std::filesystem::path folder_;
  FILE* output_ = nullptr;
  FILE* life_ = nullptr;
  int port_ = 0;
};

}  // namespace billing::outbound
