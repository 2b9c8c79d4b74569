#include "platform/postgres/pool.hpp"

#include <boost/asio/steady_timer.hpp>
#include <limits>

#include "platform/postgres/pipeline/batcher.hpp"
#include "platform/postgres/pipeline/solo.hpp"
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

BatcherOptions quick_options(const PoolOptions& options, std::function<void(std::shared_ptr<Item>)> blocked) {
  return {.connections = options.batch_connections,
          .max_batch = options.max_batch,
          .max_waiting = options.max_waiting,
          .limits = {std::min(options.quick_timeout, options.statement_timeout), options.quick_lock_timeout},
          .blocked = std::move(blocked)};
}

BatcherOptions scan_options(const PoolOptions& options) {
  return {.connections = options.scan_connections,
          .max_batch = 1,
          .max_waiting = options.max_scans_waiting,
          .limits = {std::min(options.scan_timeout, options.statement_timeout), options.quick_lock_timeout},
          .blocked = {}};
}

}  // namespace

struct Pool::State : std::enable_shared_from_this<Pool::State> {
  State(Reactor& r, PoolOptions options)
      : reactor(r),
        core(std::make_shared<Core>(r.io(), with_normal_url(std::move(options)))),
        lender(std::make_shared<Lender>(core, Limits{core->options.statement_timeout, core->options.lock_timeout, core->options.one_plan})),
        solo(std::make_shared<Solo>(core, lender)),
        batcher(std::make_shared<Batcher>(
            core, quick_options(core->options, [to = solo](const std::shared_ptr<Item>& item) { to->take_over(item); }))),
        scanner(std::make_shared<Batcher>(core, scan_options(core->options))),
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
      self->scanner->sweep(now);
      self->solo->sweep(now);
      self->lender->sweep(now);
      self->sweep_on();
    });
  }

  bool quiet() const {
    const auto queued = batcher->waiting() + scanner->waiting() + solo->waiting() + lender->waiting();
    return queued + batcher->busy() + scanner->busy() + lender->busy() + scripts == 0;
  }

  void shut() {
    core->closing = true;
    batcher->abandon("the pool is closed");
    scanner->abandon("the pool is closed");
    solo->abandon("the pool is closed");
    lender->abandon("the pool is closed");
    core->close_all("the pool is closed");
    timer.cancel();
  }

  Reactor& reactor;
  std::shared_ptr<Core> core;
  std::shared_ptr<Lender> lender;
  std::shared_ptr<Solo> solo;
  std::shared_ptr<Batcher> batcher;
  std::shared_ptr<Batcher> scanner;
  boost::asio::steady_timer timer;
  std::size_t scripts = 0;
  bool refusing = false;
};

/// Its statements go to the connections for what scans.
class Pool::Unhurried final : public Session {
 public:
  Unhurried(Pool& pool, State& state) : pool_(pool), state_(state) {}

  Task<Result> query(const Statement& statement, Params params) override {
    const auto state = state_.shared_from_this();
    if (state->refusing) throw Unavailable("the pool is closed");
    const auto item = std::make_shared<Item>(statement, std::move(params));
    state->scanner->queue(item);
    co_await item->wait();
    if (item->error) std::rethrow_exception(item->error);
    co_return std::move(item->result);
  }
  using Session::query;
  Task<Transaction> begin() override { return pool_.begin(); }
  bool in_transaction() const override { return false; }

 private:
  Pool& pool_;
  State& state_;
};

Pool::Pool(Reactor& reactor, PoolOptions options)
    : state_(std::make_shared<State>(reactor, std::move(options))), unhurried_(std::make_unique<Unhurried>(*this, *state_)) {
  state_->sweep_on();
}

Session& Pool::unhurried() { return *unhurried_; }

Pool::~Pool() { state_->shut(); }

Task<Result> Pool::query(const Statement& statement, Params params) { return query(statement, std::move(params), nullptr); }

Task<Result> Pool::query(const Statement& statement, Params params, const Caller* caller) {
  const auto state = state_;
  if (state->refusing) throw Unavailable("the pool is closed");
  if (params.values().size() > max_params) throw std::length_error("too many parameters");
  const auto item = std::make_shared<Item>(statement, std::move(params), caller);
  switch (statement.lane) {
    case Lane::quick:
    case Lane::together: state->batcher->queue(item); break;
    case Lane::scan: state->scanner->queue(item); break;
    case Lane::alone: state->solo->queue(item); break;
  }
  co_await item->wait();
  if (item->error) std::rethrow_exception(item->error);
  co_return std::move(item->result);
}

Task<Transaction> Pool::begin() { return begin(nullptr); }

Task<Transaction> Pool::begin(const Caller* caller) {
  const auto state = state_;
  if (state->refusing) throw Unavailable("the pool is closed");
  auto connection = co_await state->lender->borrow(caller);
  co_return Transaction{std::make_shared<Transaction::State>(state->lender, std::move(connection), caller), true};
}

Task<void> Pool::run_script(std::string sql) {
  const auto state = state_;
  if (state->refusing) throw Unavailable("the pool is closed");
  const auto script = std::make_shared<Script>(state->reactor.io(), std::move(sql), script_timeout + answer_margin);
  state->core->watch(script);
  const auto& options = state->core->options;
  script->open(connect_words(options.url, options.application_name, {.statement = script_timeout}), options.connect_timeout);
  ++state->scripts;
  const std::unique_ptr<State, void (*)(State*)> over{state.get(), [](State* s) { --s->scripts; }};
  co_await script->outcome();
}

Task<void> Pool::close(std::chrono::milliseconds patience) {
  const auto state = state_;
  state->refusing = true;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  // Closing is rare: looking again and again keeps every other path free of it. Twice quiet, so that who was woken has run.
  for (int quiet = 0; quiet < 2 && std::chrono::steady_clock::now() < deadline; quiet = state->quiet() ? quiet + 1 : 0) {
    co_await state->reactor.sleep(5ms);
  }
  state->shut();
}

void Pool::shut() {
  state_->refusing = true;
  state_->shut();
}

Pool::Stats Pool::stats() const {
  const auto& counters = state_->core->counters;
  return {.open = state_->batcher->open() + state_->scanner->open() + state_->lender->open(),
          .in_use = state_->batcher->busy() + state_->scanner->busy() + state_->lender->busy(),
          .waiting = state_->batcher->waiting() + state_->scanner->waiting() + state_->solo->waiting() + state_->lender->waiting(),
          .batches = counters.syncs,
          .statements = counters.statements,
          .resubmitted = counters.resubmitted,
          .reconnects = counters.reconnects};
}

}  // namespace billing::pg
