#include "rooms/provider_events/store.hpp"

#include "platform/queue/queue.hpp"
#include "platform/runtime/uuid7.hpp"

namespace billing::provider_events {
namespace {

template <class Id>
std::optional<std::string> text_of(const std::optional<Id>& id) {
  return id ? std::optional{id->text()} : std::nullopt;
}

constexpr pg::Statement insert_event{R"(
  INSERT INTO provider_events (id, provider, reference, type, about, object, payment_id, refund_id, received_at, due_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp(), clock_timestamp())
  ON CONFLICT ON CONSTRAINT provider_events_reference DO NOTHING
  RETURNING id)"};

}  // namespace

Task<std::optional<ProviderEventId>> keep(pg::Session& db, const Context& context, std::string_view provider, const Event& event) {
  const ProviderEventId id{new_uuid7()};
  pg::Params params;
  params.add(id.text()).add(provider).add(event.reference).add(event.type).add(to_text(event.about)).add(event.object);
  params.add(text_of(event.payment)).add(text_of(event.refund));
  const auto kept = co_await db.query(insert_event, std::move(params));
  if (kept.empty()) co_return std::nullopt;
  context.queue.ring(act_job, {id.text()});
  co_return id;
}

namespace {
constexpr pg::Statement select_still_due{R"(
  SELECT id, provider, failures, reference, type, about, object, payment_id, refund_id
  FROM provider_events
  WHERE id = ANY ((SELECT $1::uuid[])::uuid[]) AND due_at <= clock_timestamp()
  ORDER BY id)"};
}

Task<std::vector<Kept>> find_still_due(pg::Session& db, const std::vector<std::string>& ids) {
  std::vector<Kept> found;
  for (const auto row : co_await db.query(select_still_due, pg::Params{}.add_array(ids))) {
    Kept kept{.id = row.as<ProviderEventId>(0),
              .provider = std::string{row.text(1)},
              .failures = row.integer(2),
              .event = {.reference = std::string{row.text(3)},
                        .type = std::string{row.text(4)},
                        .about = row.as(5, parse_about),
                        .object = std::string{row.text(6)},
                        .payment = {},
                        .refund = {}}};
    if (!row.is_null(7)) kept.event.payment = row.as<PaymentId>(7);
    if (!row.is_null(8)) kept.event.refund = row.as<RefundId>(8);
    found.push_back(std::move(kept));
  }
  co_return found;
}

namespace {
constexpr pg::Statement update_done{"UPDATE provider_events SET due_at = NULL, handled_at = clock_timestamp() WHERE id = $1"};
constexpr pg::Statement update_put_off{R"(
  UPDATE provider_events SET due_at = clock_timestamp() + make_interval(secs => $2), failures = failures + 1
  WHERE id = $1 AND due_at IS NOT NULL)"};
}  // namespace

Task<void> note_done(pg::Session& db, const Context&, ProviderEventId id) { co_await db.query(update_done, pg::Params{}.add(id.text())); }

Task<void> put_off(pg::Session& db, ProviderEventId id, std::chrono::seconds wait) {
  co_await db.query(update_put_off, pg::Params{}.add(id.text()).add(std::int64_t{wait.count()}));
}

namespace {
constexpr pg::Statement select_payment{R"(
  SELECT id, invoice_id, user_id, provider, status, claimed_until IS NOT NULL AND claimed_until > clock_timestamp()
  FROM payments WHERE id = $1)"};
constexpr pg::Statement select_refund{R"(
  SELECT id, status, claimed_until IS NOT NULL AND claimed_until > clock_timestamp() FROM refunds WHERE id = $1)"};
}  // namespace

Task<std::optional<Known>> find_payment(pg::Session& db, PaymentId id) {
  const auto found = co_await db.query(select_payment, pg::Params{}.add(id.text()));
  if (found.empty()) co_return std::nullopt;
  const auto row = found[0];
  co_return Known{.id = row.as<PaymentId>(0),
                  .invoice = row.as<InvoiceId>(1),
                  .user = row.as<UserId>(2),
                  .provider = std::string{row.text(3)},
                  .status = row.as(4, parse_payment_status),
                  .being_asked = row.boolean(5)};
}

Task<std::optional<KnownRefund>> find_refund(pg::Session& db, RefundId id) {
  const auto found = co_await db.query(select_refund, pg::Params{}.add(id.text()));
  if (found.empty()) co_return std::nullopt;
  co_return KnownRefund{found[0].as<RefundId>(0), found[0].as(1, parse_payment_status), found[0].boolean(2)};
}

namespace {
constexpr pg::Statement select_due{R"(
  SELECT id FROM provider_events WHERE due_at <= clock_timestamp() ORDER BY due_at, id LIMIT $1)"};
constexpr pg::Statement delete_old{"DELETE FROM provider_events WHERE handled_at < clock_timestamp() - interval '30 days'"};
}  // namespace

Task<std::vector<std::string>> find_due(pg::Session& db, Instant, std::int64_t limit) {
  std::vector<std::string> due;
  for (const auto row : co_await db.query(select_due, pg::Params{}.add(limit))) due.emplace_back(row.text(0));
  co_return due;
}

Task<void> prune(pg::Session& db) { co_await db.query(delete_old); }

namespace {
constexpr pg::Statement select_due_sweeps{"SELECT provider FROM provider_sweeps WHERE due_at <= clock_timestamp() LIMIT $1"};
constexpr pg::Statement insert_sweep{
    "INSERT INTO provider_sweeps (provider, due_at) VALUES ($1, clock_timestamp()) ON CONFLICT (provider) DO NOTHING"};
constexpr pg::Statement take_due_sweep{R"(
  UPDATE provider_sweeps SET due_at = clock_timestamp() + interval '1 hour' WHERE provider = $1 AND due_at <= clock_timestamp()
  RETURNING provider)"};
}  // namespace

Task<std::vector<std::string>> find_due_sweeps(pg::Session& db, Instant, std::int64_t limit) {
  std::vector<std::string> due;
  for (const auto row : co_await db.query(select_due_sweeps, pg::Params{}.add(limit))) due.emplace_back(row.text(0));
  co_return due;
}

Task<void> begin_sweeps(pg::Session& db, std::string_view provider) { co_await db.query(insert_sweep, pg::Params{}.add(provider)); }

Task<bool> take_sweep(pg::Session& db, std::string_view provider) {
  co_return !(co_await db.query(take_due_sweep, pg::Params{}.add(provider))).empty();
}

}  // namespace billing::provider_events
