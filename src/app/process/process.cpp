#include "app/process/process.hpp"

#include <signal.h>
#include <unistd.h>

#include <system_error>
#include <thread>
#include <vector>

#include "app/app.hpp"
#include "app/http/dispatch.hpp"
#include "app/presence.hpp"
#include "app/process/life_line.hpp"
#include "app/process/memory_budget.hpp"
#include "app/process/report_pools.hpp"
#include "app/process/service_manager.hpp"
#include "app/process/start_up.hpp"
#include "app/process/torn_sessions.hpp"
#include "app/work/jobs.hpp"
#include "app/work/mailer.hpp"
#include "app/work/schedule.hpp"
#include "app/work/simulated_time.hpp"
#include "base/uuid.hpp"
#include "platform/runtime/log.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/invoices/run/run.hpp"
#include "rooms/webhooks/sender.hpp"

namespace billing::app {
namespace {

/// All of the end takes no longer, whatever does not answer: supervisors kill after 30 seconds.
constexpr auto drain_grace = std::chrono::milliseconds{20'000};
/// Then whoever still waits for PostgreSQL is told that it does not answer, so that what is left ends in order.
constexpr auto patience_with_postgres = std::chrono::milliseconds{17'000};
// A client that uses its connection at all does so within two seconds, is answered with `Connection: close`, and comes back elsewhere.
constexpr auto farewell = std::chrono::milliseconds{2'000};

std::string consumer_name(std::size_t thread) { return process_name() + "-" + std::to_string(thread); }

std::string_view role_name(const Roles& roles) {
  if (roles.serve && !roles.work && !roles.schedule) return "serve";
  if (roles.work && !roles.serve && !roles.schedule) return "work";
  if (roles.schedule && !roles.serve && !roles.work) return "schedule";
  return "run";
}

/// One thread and all that it owns.
struct Thread {
  Thread(Shared& shared, std::size_t number) : app(shared, "billing"), number(number), dispatcher(app), watched(app, Door::operations) {}

  http::ServerOptions server_options() const {
    http::ServerOptions options;
    options.max_held_body_bytes = app.shared.body_budget / app.shared.config.threads;
    return options;
  }

  void listen(std::uint16_t port, bool exclusive) {
    auto options = server_options();
    options.exclusive = exclusive;
    options.host = app.shared.config.host;
    options.port = port;
    servers.push_back(std::make_unique<http::Server>(app.reactor, options, dispatcher.service()));
  }

  /// On this thread's share of the sockets: each thread has one at least, and each socket a thread.
  void listen_on(const std::vector<int>& sockets) {
    const auto threads = app.shared.config.threads;
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      if (i % threads != number && number % sockets.size() != i) continue;
      auto options = server_options();
      options.socket = sockets[i];
      servers.push_back(std::make_unique<http::Server>(app.reactor, options, dispatcher.service()));
    }
  }

  void let_watch(std::uint16_t port) {
    auto options = server_options();
    options.host = app.shared.config.host;
    options.port = port;
    operations.emplace(app.reactor, options, watched.service());
  }

  void work() {
    queue::WorkerOptions options;
    options.redis_url = app.shared.config.redis_url;
    options.stream = app.queue.stream();
    options.consumer = consumer_name(number);
    options.concurrency = 8;
    options.ids_together = invoices::payments_per_ring;
    worker.emplace(app.reactor, options,
                   [this](queue::Ring ring) { return run_job(app, "worker", std::move(ring.job), std::move(ring.ids)); });
    worker->start();
    sender.emplace(
        app.reactor, app.shared.metrics, [this] { return app.context(app.background, "worker"); }, app.shared.config.webhooks_to_private);
    loops.spawn(sender->run(stopping));
  }

  void schedule(Duties duties) {
    scheduler.emplace(app, duties);
    loops.spawn(scheduler->run());
  }

  void send_mail() {
    mailer.emplace(app);
    loops.spawn(mailer->run());
  }

  void run() {
    loops.spawn(report_pools(app, number, stopping));
    if (number == 0) loops.spawn(life_line.emplace(app).hold(stopping));
    if (number == 0) loops.spawn(announce_process(app, role, stopping));
    if (number == 0) loops.spawn(end_torn_sessions(app, stopping));
    if (number == 0 && app.shared.simulated_clock()) loops.spawn(follow_simulated_time(app, stopping));
    app.reactor.run();
  }

  /// Finishes what is in flight, all of it under one deadline.
  Task<void> shut_down(std::chrono::milliseconds patience) {
    constexpr auto margin = std::chrono::milliseconds{1'000};
    const auto deadline = std::chrono::steady_clock::now() + drain_grace - margin;
    const auto left = [deadline] {
      const auto until = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      return std::max(until, std::chrono::milliseconds{0});
    };
    stopping = true;
    app.stopping = true;
    cutting.spawn(give_up_on_postgres());
    if (scheduler) scheduler->stop();
    if (mailer) mailer->stop();
    for (auto& server : servers) draining.spawn(server->drain(left(), patience));
    if (worker) draining.spawn(worker->stop(left()));
    co_await draining.join();
    app.provider_http.close();
    if (operations) co_await operations->drain(std::min(left(), margin));
    co_await loops.join();
    co_await app.db.close(left());
    co_await app.background.close(left());
    app.redis.close();
    ended = true;
    co_await cutting.join();
    app.reactor.stop();
  }

  Task<void> give_up_on_postgres() {
    const auto at = std::chrono::steady_clock::now() + patience_with_postgres;
    while (!ended && std::chrono::steady_clock::now() < at) co_await app.reactor.sleep(std::chrono::milliseconds{10});
    if (ended) co_return;
    log::warn("postgres_given_up", {{"after_seconds", patience_with_postgres.count() / 1000}});
    app.provider_http.close();
    app.db.shut();
    app.background.shut();
    if (scheduler) scheduler->shut();
    if (life_line) life_line->shut();
  }

  App app;
  std::size_t number;
  Dispatcher dispatcher;
  Dispatcher watched;
  std::vector<std::unique_ptr<http::Server>> servers;
  std::optional<http::Server> operations;
  std::optional<queue::Worker> worker;
  std::optional<Scheduler> scheduler;
  std::optional<Mailer> mailer;
  std::optional<LifeLine> life_line;
  std::optional<webhooks::Sender> sender;
  TaskGroup loops;
  TaskGroup draining;
  TaskGroup cutting;
  TaskGroup closing;
  std::string_view role = "run";
  bool stopping = false;
  bool ended = false;
  std::thread running;
};

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

struct Process::State {
  StartOptions options;
  Shared shared;
  std::vector<std::unique_ptr<Thread>> threads;

  void open_doors();
  void announce() const;
  void shut_down(std::chrono::milliseconds patience);
};

/// Binds every port, so that one that is taken ends the start.
void Process::State::open_doors() {
  const auto& config = shared.config;
  std::uint16_t port = config.port;
  const char* choose = "Choose another with PORT or --port.";
  try {
    for (auto& thread : threads) {
      if (!options.roles.serve) break;
      if (options.sockets.empty()) {
        thread->listen(port, options.exclusive_port && thread->number == 0);
      } else {
        thread->listen_on(options.sockets);
      }
      port = thread->servers.front()->port();
    }
    if (!config.metrics_port) return;
    port = *config.metrics_port;
    choose = "Choose another with METRICS_PORT.";
    threads.front()->let_watch(port);
  } catch (const std::system_error& error) {
    throw std::runtime_error("cannot listen on " + config.host + " port " + std::to_string(port) + ": " + error.code().message() + ". " +
                             choose);
  }
}

void Process::State::announce() const {
  const auto& front = *threads.front();
  const auto& host = shared.config.host;
  const auto api_host = shared.config.socket_host.value_or(host);
  if (!front.servers.empty()) {
    log::info("listening", {{"host", api_host}, {"port", front.servers.front()->port()}, {"threads", threads.size()}});
  }
  if (front.operations) log::info("metrics_listening", {{"host", host}, {"port", front.operations->port()}});
  const auto& roles = options.roles;
  log::info("ready", {{"serve", roles.serve}, {"work", roles.work}, {"schedule", roles.schedule}});
  tell_service_manager("READY=1");
}

void Process::State::shut_down(std::chrono::milliseconds patience) {
  log::info("stopping", {{"grace_seconds", drain_grace.count() / 1000}});
  tell_service_manager("STOPPING=1");
  for (auto& thread : threads) {
    thread->app.reactor.post([&thread, patience] { thread->closing.spawn(thread->shut_down(patience)); });
  }
  for (auto& thread : threads) thread->running.join();
  shared.press.stop();  // it would come back to a thread
  log::info("stopped");
}

Process::Process(Config config, StartOptions options) : state_(std::make_unique<State>()) {
  // Blocked before any thread is made, so that only `run` takes them.
  const auto signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);

  log::set_level(config.log_level);
  state_->options = std::move(options);
  auto& shared = state_->shared;
  shared.config = std::move(config);
  shared.clock = make_clock(shared.config);
  shared.process = uuid_text(new_uuid7());
  shared.body_budget = body_budget(memory_of_process());
  const auto& roles = state_->options.roles;
  start_up(shared, state_->options.seed, roles.serve);

  for (std::size_t i = 0; i < shared.config.threads; ++i) state_->threads.push_back(std::make_unique<Thread>(shared, i));
  state_->open_doors();
  for (auto& thread : state_->threads) {
    thread->role = role_name(roles);
    if (roles.work) thread->work();
    if (roles.work && thread->number == 0 && shared.config.smtp) thread->send_mail();
    if ((roles.schedule || roles.work) && thread->number == 0) thread->schedule({.rings = roles.schedule, .works = roles.work});
  }
}

Process::~Process() = default;

std::uint16_t Process::port() const {
  const auto& servers = state_->threads.front()->servers;
  return servers.empty() ? 0 : servers.front()->port();
}

int Process::run(const std::function<std::optional<std::string>()>& trouble) {
  for (auto& thread : state_->threads) thread->running = std::thread([&thread] { thread->run(); });
  state_->announce();

  int status = 0;
  int signal = 0;
  const auto signals = stop_signals();
  const timespec moment{0, 200'000'000};
  while ((signal = sigtimedwait(&signals, nullptr, &moment)) < 0) {
    const auto problem = trouble ? trouble() : std::nullopt;
    if (!problem) continue;
    log::error("stopping", {{"reason", *problem}});
    status = 1;
    break;
  }
  state_->shut_down(signal == SIGTERM ? farewell : std::chrono::milliseconds{0});
  return status;
}

}  // namespace billing::app
