#include "standalone/child_process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string_view>
#include <system_error>
#include <thread>

#include "standalone/private_stores.hpp"

namespace billing::app::stores {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

User from_account(const passwd& account) {
  User user{account.pw_uid, account.pw_gid, std::vector<gid_t>(64), account.pw_name};
  int count = static_cast<int>(user.groups.size());
  if (getgrouplist(account.pw_name, account.pw_gid, user.groups.data(), &count) < 0) count = 0;
  user.groups.resize(static_cast<std::size_t>(count));
  return user;
}

// What runs between fork and exec may only make system calls: another thread may have held any lock when we forked.
bool become(const User& user) noexcept {
  return setgroups(user.groups.size(), user.groups.data()) == 0 && setresgid(user.gid, user.gid, user.gid) == 0 &&
         setresuid(user.uid, user.uid, user.uid) == 0;
}

void reset_signals() noexcept {
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGCHLD, SIGUSR1, SIGUSR2}) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

struct Launch {
  char* const* words;
  char* const* environment;
  const User& user;
  bool change_user;
  int death_signal;
  int output;
  int failure;  // takes errno when the program cannot be started; closed by a successful exec
  pid_t parent;
};

[[noreturn]] void launch(const Launch& how) noexcept {
  reset_signals();
  setsid();
  umask(077);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const bool wired = dup2(nothing, 0) >= 0 && dup2(how.output, 1) >= 0 && dup2(how.output, 2) >= 0 && chdir("/") == 0;
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  // Only now: a change of user clears the death signal.
  if (wired && (!how.change_user || become(how.user)) && prctl(PR_SET_PDEATHSIG, how.death_signal) == 0) {
    if (getppid() != how.parent) _exit(127);  // the parent ended before the line above
    execve(how.words[0], how.words, how.environment);
  }
  const int reason = errno;
  if (write(how.failure, &reason, sizeof reason) < 0) _exit(126);
  _exit(127);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// Ours, without what would change how PostgreSQL's programs behave.
std::vector<std::string> environment_for_children() {
  std::vector<std::string> result{"LC_ALL=C"};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!text.starts_with("PG") && !text.starts_with("LC_") && !text.starts_with("LANG")) result.emplace_back(text);
  }
  return result;
}

pid_t start(const Command& command, int output) {
  auto words = command.words;
  auto environment = environment_for_children();
  const auto word_pointers = pointers(words);
  const auto environment_pointers = pointers(environment);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const File reading{ends[0]};
  File writing{ends[1]};
  const Launch how{word_pointers.data(),
                   environment_pointers.data(),
                   command.user,
                   !command.user.is_self(),
                   command.death_signal,
                   output,
                   ends[1],
                   getpid()};
  const pid_t pid = fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) launch(how);
  writing = File{};
  int reason = 0;
  if (read(reading.fd(), &reason, sizeof reason) == sizeof reason) {
    waitpid(pid, nullptr, 0);
    throw std::system_error(reason, std::generic_category(), command.words.front());
  }
  return pid;
}

/// Only our programs, and only as the user whom they run as: whoever else stands in the directory, a shell or an editor, is none of ours.
bool is_ours(const std::filesystem::path& process, const LeftOver& kind) {
  struct stat status{};
  if (::stat(process.c_str(), &status) != 0 || status.st_uid != kind.user) return false;
  std::string program;
  return std::getline(std::ifstream{process / "comm"}, program) && program == kind.program;
}

std::vector<pid_t> processes_in(const std::filesystem::path& directory, const LeftOver& kind) {
  std::vector<pid_t> result;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const auto name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const bool works_there = std::filesystem::read_symlink(entry.path() / "cwd", ignored) == directory && !ignored;
    if (works_there && is_ours(entry.path(), kind)) result.push_back(std::stoi(name));
  }
  return result;
}

bool emptied(const std::filesystem::path& directory, const LeftOver& kind, milliseconds at_most) {
  const auto deadline = steady_clock::now() + at_most;
  while (!processes_in(directory, kind).empty()) {
    if (steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds{20});
  }
  return true;
}

}  // namespace

File::~File() {
  if (fd_ >= 0) close(fd_);
}

User User::self() { return with_id(geteuid()); }

std::optional<User> User::named(const std::string& name) {
  const passwd* account = getpwnam(name.c_str());
  return account ? std::optional{from_account(*account)} : std::nullopt;
}

User User::with_id(uid_t uid) {
  const passwd* account = getpwuid(uid);
  return account ? from_account(*account) : User{uid, getegid(), {}, std::to_string(uid)};
}

bool User::is_self() const { return uid == geteuid(); }

bool may_enter(const User& user, const std::filesystem::path& directory) {
  if (user.is_self()) return access(directory.c_str(), X_OK) == 0;
  const pid_t pid = fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) _exit(become(user) && access(directory.c_str(), X_OK) == 0 ? 0 : 1);
  int status = 0;
  waitpid(pid, &status, 0);
  return status == 0;
}

Child::Child(const Command& command, const File& output) : pid_(start(command, output.fd())) {}

Child::~Child() {
  if (ended()) return;
  signal(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::optional<int> Child::ended() {
  int status = 0;
  if (!status_ && waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
  return status_;
}

std::optional<int> Child::wait(milliseconds at_most) {
  const auto deadline = steady_clock::now() + at_most;
  while (!ended() && steady_clock::now() < deadline) std::this_thread::sleep_for(milliseconds{5});
  return status_;
}

void Child::signal(int number) {
  if (!ended()) kill(pid_, number);
}

std::string status_text(int status) {
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  return "exit code " + std::to_string(WEXITSTATUS(status));
}

std::optional<std::string> output_of(const Command& command) {
  const File memory{memfd_create("output", MFD_CLOEXEC)};
  Child child{command, memory};
  if (child.wait(milliseconds{10'000}) != 0) return std::nullopt;
  std::string text(4096, '\0');
  const auto size = pread(memory.fd(), text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}

int end_left_over(const std::filesystem::path& directory, const LeftOver& kind) {
  const auto found = processes_in(directory, kind);
  if (found.empty()) return 0;
  const bool has_first = std::find(found.begin(), found.end(), kind.first) != found.end();
  for (const pid_t pid : found) {
    if (!has_first || pid == kind.first) kill(pid, kind.polite);
  }
  if (!emptied(directory, kind, milliseconds{30'000})) {
    for (const pid_t pid : processes_in(directory, kind)) kill(pid, kind.forceful);
    if (!emptied(directory, kind, milliseconds{10'000})) {
      throw StoresError("processes of an earlier start still work in " + directory.string() + " and do not end: see `fuser -v` for them");
    }
  }
  return static_cast<int>(found.size());
}

}  // namespace billing::app::stores
