#include "platform/postgres/pool.hpp"

#include <boost/asio/steady_timer.hpp>
#include <limits>

#include "platform/postgres/pipeline/batcher.hpp"
#include "platform/postgres/script.hpp"
#include "platform/postgres/transaction.hpp"

namespace billing::pg {

using namespace std::chrono_literals;

namespace {

constexpr auto sweep_every = 100ms;
/// Migrations rewrite tables: they take longer than any statement of a request may.
constexpr auto script_timeout = std::chrono::milliseconds{10min};
constexpr std::size_t max_params = 65'535;  // the protocol counts them in 16 bits

PoolOptions with_normal_url(PoolOptions options) {
  bool changed = false;
  options.url = normalize_url(options.url, changed);
  return options;
}

}  // namespace

struct Pool::State : std::enable_shared_from_this<Pool::State> {
  State(Reactor& r, PoolOptions options)
      : reactor(r),
        core(std::make_shared<Core>(r.io(), with_normal_url(std::move(options)))),
        batcher(std::make_shared<Batcher>(core)),
        lender(std::make_shared<Lender>(core)),
        timer(r.io()) {}

  /// One coarse timer for all deadlines of the pool.
  void sweep_on() {
    timer.expires_after(sweep_every);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (error || !self) return;
      const auto now = std::chrono::steady_clock::now();
      self->core->close_overdue(now);
      self->batcher->sweep(now);
      self->lender->sweep(now);
      self->sweep_on();
    });
  }

  bool quiet() const { return batcher->waiting() + batcher->busy() + lender->waiting() + lender->busy() + scripts == 0; }

  void shut() {
    core->closing = true;
    batcher->abandon("the pool is closed");
    lender->abandon("the pool is closed");
    core->close_all("the pool is closed");
    timer.cancel();
  }

  Reactor& reactor;
  std::shared_ptr<Core> core;
  std::shared_ptr<Batcher> batcher;
  std::shared_ptr<Lender> lender;
  boost::asio::steady_timer timer;
  std::size_t scripts = 0;
  bool refusing = false;
};

Pool::Pool(Reactor& reactor, PoolOptions options) : state_(std::make_shared<State>(reactor, std::move(options))) { state_->sweep_on(); }

Pool::~Pool() { state_->shut(); }

Task<Result> Pool::query(const Statement& statement, Params params) {
  const auto state = state_;
  if (state->refusing) throw Unavailable("the pool is closed");
  if (params.size() > max_params) throw std::length_error("too many parameters");
  const auto item = state->batcher->queue(statement, std::move(params));
  co_await item->wait();
  if (item->error) std::rethrow_exception(item->error);
  co_return std::move(item->result);
}

Task<Transaction> Pool::begin() {
  const auto state = state_;
  if (state->refusing) throw Unavailable("the pool is closed");
  auto connection = co_await state->lender->borrow();
  co_return Transaction{std::make_shared<Transaction::State>(state->lender, std::move(connection)), true};
}

Task<void> Pool::run_script(std::string sql) {
  const auto state = state_;
  if (state->refusing) throw Unavailable("the pool is closed");
  const auto script = std::make_shared<Script>(state->reactor.io(), std::move(sql), script_timeout + answer_margin);
  state->core->watch(script);
  const auto& options = state->core->options;
  script->open(connect_words(options.url, options.application_name, script_timeout), options.connect_timeout);
  ++state->scripts;
  const std::unique_ptr<State, void (*)(State*)> over{state.get(), [](State* s) { --s->scripts; }};
  co_await script->outcome();
}

Task<void> Pool::close() {
  const auto state = state_;
  state->refusing = true;
  const auto& options = state->core->options;
  const auto deadline = std::chrono::steady_clock::now() + options.wait_timeout + options.statement_timeout + answer_margin;
  // Closing is rare: looking again and again keeps every other path free of it. Twice quiet, so that who was woken has run.
  for (int quiet = 0; quiet < 2 && std::chrono::steady_clock::now() < deadline; quiet = state->quiet() ? quiet + 1 : 0) {
    co_await state->reactor.sleep(5ms);
  }
  state->shut();
}

Pool::Stats Pool::stats() const {
  const auto& counters = state_->core->counters;
  return {.open = state_->batcher->open() + state_->lender->open(),
          .in_use = state_->batcher->busy() + state_->lender->busy(),
          .waiting = state_->batcher->waiting() + state_->lender->waiting(),
          .batches = counters.syncs,
          .statements = counters.statements,
          .resubmitted = counters.resubmitted,
          .reconnects = counters.reconnects};
}

}  // namespace billing::pg
