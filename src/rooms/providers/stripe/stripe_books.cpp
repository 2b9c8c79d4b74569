#include "rooms/providers/stripe/stripe_books.hpp"

#include "rooms/providers/stripe/amounts.hpp"

namespace billing::providers::stripe {
namespace {

using namespace std::chrono_literals;

constexpr auto one_question = 20'000ms;
constexpr auto one_list = std::chrono::minutes{10};
constexpr std::size_t most_listed = 1'000'000;

template <class IdType>
std::optional<IdType> id_in(const boost::json::value& object, std::string_view path) {
  const auto found = text(object, path);
  return found ? IdType::parse(*found) : std::nullopt;
}

std::optional<Money> amount_of(const boost::json::value& object) {
  return from_stripe(integer(object, "amount").value_or(0), text(object, "currency").value_or(""));
}

Instant instant(const boost::json::value& object, std::string_view path) {
  return Instant{std::chrono::seconds{integer(object, path).value_or(0)}};
}

BookedCharge charge_of(const boost::json::value& intent) {
  const auto status = text(intent, "status").value_or("");
  const bool failed = status == "canceled" || (status == "requires_payment_method" && find(intent, "last_payment_error"));
  return {.reference = text(intent, "id").value_or(""),
          .payment = id_in<PaymentId>(intent, "metadata.payment_id"),
          .amount = amount_of(intent),
          .status = status == "succeeded" ? PaymentStatus::succeeded
                    : failed              ? PaymentStatus::failed
                                          : PaymentStatus::pending};
}

BookedRefund refund_of(const boost::json::value& refund) {
  const auto status = text(refund, "status").value_or("");
  const bool failed = status == "failed" || status == "canceled";
  return {.reference = text(refund, "id").value_or(""),
          .refund = id_in<RefundId>(refund, "metadata.refund_id"),
          .charge_reference = text(refund, "payment_intent"),
          .amount = amount_of(refund),
          .status = status == "succeeded" ? PaymentStatus::succeeded
                    : failed              ? PaymentStatus::failed
                                          : PaymentStatus::pending,
          .failure_code = failed ? std::optional{text(refund, "failure_reason").value_or(status)} : std::nullopt};
}

/// Early warnings (warning_…) stand as disputes do; one that Stripe's partners have averted is over.
DisputeStatus status_of(std::string_view status) {
  if (status.ends_with("needs_response")) return DisputeStatus::needs_response;
  if (status.ends_with("under_review")) return DisputeStatus::under_review;
  if (status == "won") return DisputeStatus::won;
  if (status == "lost") return DisputeStatus::lost;
  return DisputeStatus::closed;
}

BookedDispute dispute_of(const boost::json::value& dispute) {
  BookedDispute booked{.reference = text(dispute, "id").value_or(""),
                       .charge_reference = text(dispute, "payment_intent").value_or(""),
                       .amount = amount_of(dispute),
                       .status = status_of(text(dispute, "status").value_or("")),
                       .reason = text(dispute, "reason").value_or("general"),
                       .respond_by = {},
                       .opened_at = instant(dispute, "created")};
  if (integer(dispute, "evidence_details.due_by")) booked.respond_by = instant(dispute, "evidence_details.due_by");
  return booked;
}

Refused refused(const Reply& reply) { return {reply.error_code(), "The payment provider knows nothing of that name."}; }

}  // namespace

template <class Thing>
Task<Answer<Thing>> StripeBooks::one(std::string path, Thing (*read)(const boost::json::value&)) {
  const auto reply = co_await api_.get(std::move(path), {}, Deadline{one_question});
  if (reply.refused()) co_return refused(reply);
  if (!reply.done()) co_return Unreachable{};
  co_return read(reply.body);
}

template <class Thing>
Task<Answer<std::vector<Thing>>> StripeBooks::all(std::string path, Instant since, Thing (*read)(const boost::json::value&)) {
  std::vector<boost::json::value> objects;
  bool complete = false;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since.time_since_epoch()).count();
  const auto reply =
      co_await api_.list(std::move(path), {{"created[gte]", std::to_string(seconds)}}, Deadline{one_list}, most_listed, objects, complete);
  if (reply.refused()) co_return refused(reply);
  if (!reply.done() || !complete) co_return Unreachable{};
  std::vector<Thing> things;
  for (const auto& object : objects) things.push_back(read(object));
  co_return things;
}

Task<Answer<BookedDispute>> StripeBooks::dispute(std::string reference) { return one("/v1/disputes/" + reference, dispute_of); }
Task<Answer<BookedRefund>> StripeBooks::refund(std::string reference) { return one("/v1/refunds/" + reference, refund_of); }
Task<Answer<BookedCharge>> StripeBooks::charge(std::string reference) { return one("/v1/payment_intents/" + reference, charge_of); }
Task<Answer<std::vector<BookedCharge>>> StripeBooks::charges_since(Instant since) { return all("/v1/payment_intents", since, charge_of); }
Task<Answer<std::vector<BookedRefund>>> StripeBooks::refunds_since(Instant since) { return all("/v1/refunds", since, refund_of); }
Task<Answer<std::vector<BookedDispute>>> StripeBooks::disputes_since(Instant since) { return all("/v1/disputes", since, dispute_of); }

}  // namespace billing::providers::stripe
