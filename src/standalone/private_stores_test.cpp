#include "standalone/private_stores.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hiredis/hiredis.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <thread>

#include "standalone/places.hpp"
#include "standalone/private_postgres.hpp"

namespace billing::app {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

/// A data directory of its own; what PostgreSQL kept elsewhere for it goes too.
class PrivateStoresTest : public testing::Test {
 protected:
  PrivateStoresTest() {
    umask(022);  // whatever the caller's: some tests are about who may enter
    std::string name = "/tmp/billing-stores-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    top = name;
  }
  ~PrivateStoresTest() override {
    forget(data());
    fs::remove_all(top);
  }
  /// Mode 0755 all the way, as a checkout in a home directory that others may enter.
  void let_everybody_in() const { fs::permissions(top, fs::perms{0755}); }
  fs::path data() const { return top / "data"; }

  static void forget(const fs::path& directory) {
    for (const auto* name : {"postgres", "run"}) {
      const auto link = directory / name;
      if (!fs::is_symlink(link)) continue;
      const auto target = fs::read_symlink(link);
      fs::remove_all(std::string{name} == "postgres" ? target.parent_path() : target);
    }
  }

  fs::path top;
};

std::string query(const std::string& url, const std::string& sql) {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection{PQconnectdb(url.c_str()), PQfinish};
  if (PQstatus(connection.get()) != CONNECTION_OK) return PQerrorMessage(connection.get());
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result{PQexec(connection.get(), sql.c_str()), PQclear};
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return PQerrorMessage(connection.get());
  return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

std::string redis(const std::string& url, const char* command) {
  const std::unique_ptr<redisContext, void (*)(redisContext*)> context{redisConnectUnix(url.substr(7).c_str()), redisFree};
  const std::unique_ptr<void, void (*)(void*)> reply{redisCommand(context.get(), command), freeReplyObject};
  const auto* answer = static_cast<redisReply*>(reply.get());
  return answer && answer->str ? std::string{answer->str, static_cast<std::size_t>(answer->len)} : "";
}

/// A process that has started the stores and waits to be killed. Gives its number once they are up.
pid_t start_in_another_process(const fs::path& directory) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t pid = fork();
  if (pid == 0) {
    const PrivateStores stores{directory};
    query(stores.database_url(), "CREATE TABLE kept AS SELECT 'still here'::text AS what");
    const char ready = '.';
    if (write(ends[1], &ready, 1) != 1) _exit(1);
    for (;;) pause();
  }
  close(ends[1]);
  char ready = 0;
  EXPECT_EQ(read(ends[0], &ready, 1), 1);
  close(ends[0]);
  return pid;
}

std::string refusal(const fs::path& directory) {
  try {
    const PrivateStores stores{directory};
  } catch (const StoresError& error) {
    return error.what();
  }
  return "it started";
}

TEST_F(PrivateStoresTest, StartsBothOnUnixSocketsAndKeepsTheDataOverARestart) {
  {
    PrivateStores stores{data()};
    EXPECT_THAT(stores.database_url(), StartsWith("postgresql:///billing?host=/"));
    EXPECT_EQ(query(stores.database_url(), "SHOW listen_addresses"), "");
    EXPECT_EQ(query(stores.database_url(), "SHOW fsync"), "on");
    EXPECT_EQ(query(stores.database_url(), "SHOW synchronous_commit"), "on");
    EXPECT_EQ(query(stores.database_url(), "SHOW server_encoding"), "UTF8");
    EXPECT_EQ(query(stores.database_url(), "SELECT lower('ÄÉ')"), "äé");
    EXPECT_EQ(redis(stores.redis_url(), "PING"), "PONG");
    EXPECT_THAT(redis(stores.redis_url(), "INFO server"), HasSubstr("tcp_port:0"));
    query(stores.database_url(), "CREATE TABLE kept AS SELECT 'still here'::text AS what");
    EXPECT_EQ(stores.dead_child(), std::nullopt);
    stores.stop();
    EXPECT_EQ(stores.dead_child(), std::nullopt);
    stores.stop();
  }
  const PrivateStores again{data()};
  EXPECT_EQ(query(again.database_url(), "SELECT what FROM kept"), "still here");
}

TEST_F(PrivateStoresTest, NobodyElseMayEnterTheSocketsDirectory) {
  const PrivateStores stores{data()};
  struct stat status{};
  ASSERT_EQ(stat((data() / "run").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(PrivateStoresTest, ACommandBesideFindsTheDatabaseByItsDataDirectory) {
  const PrivateStores stores{data()};  // for root in a directory that PostgreSQL may not enter: by the symlink
  EXPECT_EQ(private_database_url(data()), stores.database_url());
  EXPECT_EQ(query(private_database_url(data()), "SELECT current_database()"), "billing");
  EXPECT_THROW(private_database_url(top / "nothing"), StoresError);
}

TEST_F(PrivateStoresTest, ASecondOneOnTheSameDirectoryIsRefused) {
  const PrivateStores stores{data()};
  EXPECT_THAT(refusal(data()), AllOf(HasSubstr("another billing (process " + std::to_string(getpid()) + ")"), HasSubstr("--data-dir")));
  EXPECT_EQ(query(stores.database_url(), "SELECT 'unharmed'"), "unharmed");
}

TEST_F(PrivateStoresTest, StartsAgainWithAllDataAfterItsParentWasKilled) {
  const pid_t parent = start_in_another_process(data());
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  const PrivateStores stores{data()};
  EXPECT_EQ(query(stores.database_url(), "SELECT what FROM kept"), "still here");
  EXPECT_EQ(redis(stores.redis_url(), "PING"), "PONG");
}

TEST_F(PrivateStoresTest, TheChildrenEndWhenTheirParentIsKilled) {
  const pid_t parent = start_in_another_process(data());
  const auto pid_file = data() / "postgres" / "postmaster.pid";
  ASSERT_TRUE(fs::exists(pid_file));
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  for (int i = 0; i < 1000 && fs::exists(pid_file); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{10});
  EXPECT_FALSE(fs::exists(pid_file)) << "PostgreSQL removes it at the end of an orderly shutdown";
}

TEST_F(PrivateStoresTest, APostgresThatStillRunsIsEndedFirst) {
  const pid_t parent = start_in_another_process(data());
  pid_t postmaster = 0;
  std::ifstream{data() / "postgres" / "postmaster.pid"} >> postmaster;
  kill(postmaster, SIGSTOP);  // so that it does not follow its parent
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  std::thread waker{[postmaster] {
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    kill(postmaster, SIGCONT);
  }};
  {
    const PrivateStores stores{data()};
    EXPECT_EQ(query(stores.database_url(), "SELECT what FROM kept"), "still here");
  }
  waker.join();
}

TEST_F(PrivateStoresTest, AStalePidFileThatNamesAnotherLivingProcessDoesNotHinder) {
  {
    const PrivateStores stores{data()};
  }
  std::ofstream{data() / "postgres" / "postmaster.pid"} << getpid() << "\n" << (data() / "postgres").string() << "\n";
  EXPECT_EQ(query(PrivateStores{data()}.database_url(), "SELECT 'up'"), "up");
}

TEST_F(PrivateStoresTest, AStaleLockOfTheSocketThatNamesAnotherLivingProcessDoesNotHinder) {
  {
    const PrivateStores stores{data()};
  }
  const auto run = fs::canonical(data() / "run");
  std::ofstream{run / ".s.PGSQL.5432.lock"} << getpid() << "\n" << (data() / "postgres").string() << "\n";
  EXPECT_EQ(query(PrivateStores{data()}.database_url(), "SELECT 'up'"), "up");
}

/// A `sleep` that stands in the directory, as a shell of the operator's would.
class Bystander {
 public:
  explicit Bystander(const fs::path& directory) : pid_(fork()) {
    if (pid_ == 0) {
      if (chdir(directory.c_str()) == 0) execlp("sleep", "sleep", "600", nullptr);
      _exit(127);
    }
    for (std::string name; name != "sleep";) std::getline(std::ifstream{"/proc/" + std::to_string(pid_) + "/comm"}, name);
  }
  ~Bystander() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Bystander(const Bystander&) = delete;
  Bystander& operator=(const Bystander&) = delete;
  bool lives() const { return waitpid(pid_, nullptr, WNOHANG) == 0; }

 private:
  pid_t pid_;
};

TEST_F(PrivateStoresTest, WhoeverElseStandsInItsDirectoriesIsLeftAlone) {
  {
    const PrivateStores stores{data()};
  }
  const Bystander in_redis{fs::canonical(data() / "redis")};
  const Bystander in_postgres{fs::canonical(data() / "postgres")};
  EXPECT_EQ(query(PrivateStores{data()}.database_url(), "SELECT 'up'"), "up");
  EXPECT_TRUE(in_redis.lives());
  EXPECT_TRUE(in_postgres.lives());
}

TEST_F(PrivateStoresTest, TellsWhichChildHasDied) {
  PrivateStores stores{data()};
  pid_t postmaster = 0;
  std::ifstream{data() / "postgres" / "postmaster.pid"} >> postmaster;
  kill(postmaster, SIGQUIT);
  std::optional<std::string> told;
  for (int i = 0; i < 1000 && !told; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
    told = stores.dead_child();
  }
  ASSERT_TRUE(told);
  EXPECT_THAT(*told, AllOf(HasSubstr("PostgreSQL ended"), HasSubstr("postgres.log")));
}

TEST_F(PrivateStoresTest, AnInterruptedInitdbIsBegunAnew) {
  fs::create_directories(data() / "postgres.new");
  std::ofstream{data() / "postgres.new" / "PG_VERSION"} << "15\n";
  let_everybody_in();
  EXPECT_EQ(query(PrivateStores{data()}.database_url(), "SELECT 'up'"), "up");
  EXPECT_FALSE(fs::exists(data() / "postgres.new"));
}

TEST_F(PrivateStoresTest, APathTooLongForASocketGetsAShortOne) {
  let_everybody_in();
  const auto directory = top / std::string(80, 'd') / "with, odd & characters";
  fs::create_directories(directory);
  {
    const PrivateStores stores{directory};
    EXPECT_EQ(query(stores.database_url(), "SELECT 'up'"), "up");
    EXPECT_EQ(redis(stores.redis_url(), "PING"), "PONG");
    EXPECT_TRUE(fs::is_symlink(directory / "run"));
  }
  forget(directory);
}

TEST_F(PrivateStoresTest, ForRootPostgresStaysInADirectoryThatItsUserMayEnter) {
  if (geteuid() != 0) GTEST_SKIP() << "only root runs PostgreSQL as another user";
  let_everybody_in();
  const PrivateStores stores{data()};
  EXPECT_FALSE(fs::is_symlink(data() / "postgres"));
  struct stat status{};
  ASSERT_EQ(stat((data() / "postgres").c_str(), &status), 0);
  EXPECT_NE(status.st_uid, 0U);
}

TEST_F(PrivateStoresTest, ForRootPostgresMovesOutOfADirectoryThatItsUserMayNotEnter) {
  if (geteuid() != 0) GTEST_SKIP() << "only root runs PostgreSQL as another user";
  {
    const PrivateStores stores{data()};
  }
  ASSERT_TRUE(fs::is_symlink(data() / "postgres"));
  const auto base = fs::read_symlink(data() / "postgres").parent_path();
  EXPECT_THAT(base.string(), StartsWith("/var/lib/billing-"));
  EXPECT_EQ(query(PrivateStores{data()}.database_url(), "SELECT 'up'"), "up");
  fs::remove_all(base);
  EXPECT_THAT(refusal(data()), AllOf(HasSubstr("is gone"), HasSubstr(base.string())));
}

TEST_F(PrivateStoresTest, AClusterOfAVersionThatIsNotInstalledSaysWhatToInstall) {
  EXPECT_THROW(
      {
        try {
          stores::find_postgres(14);
        } catch (const StoresError& error) {
          EXPECT_THAT(error.what(), HasSubstr("apt-get install postgresql-14"));
          throw;
        }
      },
      StoresError);
}

TEST(StableHash, IsTheSameEverywhere) {
  EXPECT_EQ(stores::stable_hash(""), "cbf29ce484222325");
  EXPECT_EQ(stores::stable_hash("a"), "af63dc4c8601ec8c");
}

}  // namespace
}  // namespace billing::app
