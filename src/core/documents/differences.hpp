#pragma once

#include <vector>

#include "core/documents/books.hpp"
#include "core/owed/owed.hpp"

namespace billing {

/// What a run bills of one subscription. An invoice that is paid or fully credited, beside which something waits, makes a roll_over too.
enum class RunKind : std::uint8_t {
  none,        // nothing: it is there for its claims only
  start,       // the first day of a version in advance: the base of its days in advance
  roll_over,   // all of the periods that are over, the base of the current one for its days in advance; once ended, everything
  generate,    // everything as it stands, no minimum of a period that is not over
  change_now,  // the base of the current period's days in advance
  cancel_now,  // everything, the minimum included; a smallest invoice does not hold it back
};

/// One subscription in a run.
struct Account {
  Life life;
  RunKind run;
};

/// Owed minus billed of one key, as far as this run bills it.
struct Difference {
  std::size_t account;  // its index
  ItemKey key;
  BillingPeriod period;
  Period invoice_period;
  Money amount;  // what is to be billed (> 0) or taken back (< 0, at most what is left of the key)
  std::int64_t quantity;  // units that it newly covers; else 1
  OwedItem owed;
  Money earlier_billed;
  std::int64_t earlier_discount;  // of what was billed earlier
  std::int64_t sequence;
  TaxedAs taxed;  // as a line that is made now is taxed
  bool may_be_taken_off;  // below zero: the key's newest line was taxed as it would be now
  std::string plan_code;  // of the last term in the period
  std::int64_t version;

  Currency currency() const { return amount.currency(); }
};

/// The period whose invoice a subscription's lines go on: at a roll-over into a day whose version bills in arrears the one that ended, else the current.
Period invoice_period(const Life& life, RunKind run, Date today);

/// Every difference that the run bills or takes back, and those of zero that newly cover usage; in the order of lines. `rates`: the user's tax rates.
/// Throws Overflow, naming the subscription.
std::vector<Difference> differences(const std::vector<Account>& accounts, const std::vector<UsageDay>& usage, const Books& books,
                                    const std::vector<TaxRate>& rates, Date today);

}  // namespace billing
