#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// Child processes for the private stores: started without a shell, ended with us.
namespace billing::app::stores {

/// An open file, closed with its owner.
class File {
 public:
  explicit File(int fd = -1) : fd_(fd) {}
  File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~File();
  int fd() const { return fd_; }

 private:
  int fd_;
};

/// Whom a program runs as.
struct User {
  uid_t uid;
  gid_t gid;
  std::vector<gid_t> groups;
  std::string name;

  static User self();
  static std::optional<User> named(const std::string& name);
  /// A uid that no account has gets a number for a name.
  static User with_id(uid_t uid);
  bool is_self() const;
};

/// Whether `user` may enter `directory`, every parent of it included. Only root can ask for another.
bool may_enter(const User& user, const std::filesystem::path& directory);

struct Command {
  std::vector<std::string> words;  // the first is the program's absolute path
  User user = User::self();
  int death_signal;  // what the kernel sends it when the thread that started it ends
};

/// A running program in a session of its own, so that a terminal's Ctrl-C reaches us and not it. Its working directory is "/".
class Child {
 public:
  /// `output` takes what it writes. Throws std::system_error when it cannot be started.
  Child(const Command& command, const File& output);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  /// Killed, when it still runs.
  ~Child();

  /// Its wait status once it has ended, nullopt while it runs. Never waits.
  std::optional<int> ended();
  /// As `ended`, but waits for it, at most that long.
  std::optional<int> wait(std::chrono::milliseconds at_most);
  void signal(int number);

 private:
  pid_t pid_;
  std::optional<int> status_;
};

/// "exit code 1", "signal 9"
std::string status_text(int status);

/// What `command` prints, when it ends well within 10 s; nullopt otherwise.
std::optional<std::string> output_of(const Command& command);

/// What an earlier start may have left running.
struct LeftOver {
  std::string program;  // "postgres", "redis-server"
  uid_t user;           // whom it runs as
  pid_t first = 0;      // the one that ends the others, where there is one
  int polite;
  int forceful;
};

/// Ends the processes of that kind that work in `directory` (PostgreSQL's and Redis's stay in their data directory), and nobody else's: first
/// `first` gets `polite`, or all do when it is not among them; after 30 s all are killed by `forceful`. Gives how many there were.
/// Throws StoresError when some do not end.
int end_left_over(const std::filesystem::path& directory, const LeftOver& kind);

}  // namespace billing::app::stores
