#pragma once

#include <span>
#include <string_view>

#include "platform/postgres/session.hpp"

namespace billing::verify {

/// A promise that the whole database must keep at every commit.
struct Check {
  std::string_view name;
  std::string_view promise;      // one sentence, for whoever reads that it was broken
  pg::Statement violations = {}; // (text id of an offender, count of all violations): at most 20 rows, none when the promise is kept

  /// Held by core over the facts and books of each user, not by a statement.
  bool by_core() const { return violations.sql == nullptr; }
};

/// All of them, in the order in which they are run and told.
std::span<const Check> checks();

// By concept, each in a file of its own.
std::span<const Check> invoice_checks();      // checks_invoices.cpp
std::span<const Check> item_checks();         // checks_items.cpp, in part by core
std::span<const Check> credit_checks();       // checks_credits.cpp
std::span<const Check> period_checks();       // checks_periods.cpp
std::span<const Check> usage_checks();        // checks_usage.cpp
std::span<const Check> payment_checks();      // checks_payments.cpp
std::span<const Check> refund_checks();       // checks_refunds.cpp
std::span<const Check> audit_checks();        // checks_audit.cpp
std::span<const Check> event_checks();        // checks_events.cpp: events, webhooks, e-mails
std::span<const Check> owed_checks();         // checks_owed.cpp, by core
std::span<const Check> tax_checks();          // checks_tax.cpp, in part by core
std::span<const Check> explanation_checks();  // checks_explanations.cpp, by core

}  // namespace billing::verify
