#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/documents/testing_stories.hpp"

namespace billing {
namespace {

using namespace test;

RC_GTEST_PROP(DocumentsProperty, what_was_billed_less_credited_is_what_is_owed_when_all_is_over, ()) {
  auto story = any_story();
  live(story);
  finish(story);
  RC_ASSERT(billed(story.user.books) == owed_by_key(story));
}

RC_GTEST_PROP(DocumentsProperty, billing_in_any_steps_is_billing_at_once, ()) {
  auto story = any_story();
  live(story);
  finish(story);
  auto at_once = story;
  at_once.user.books.clear();
  run(at_once, RunKind::cancel_now);
  RC_ASSERT(billed(story.user.books) == billed(at_once.user.books));
}

RC_GTEST_PROP(DocumentsProperty, generating_again_bills_nothing, ()) {
  auto story = any_story();
  live(story);
  story.user.pay_all();  // a credit may close an open invoice, and then what waited beside it is billed
  run(story, RunKind::generate);
  run(story, RunKind::generate);
  RC_ASSERT(story.user.last.invoices.empty());
  RC_ASSERT(story.user.last.notes.empty());
}

/// Both are asked of every run of every property here; this one is there to be named.
RC_GTEST_PROP(DocumentsProperty, nothing_negative_waits_and_no_document_is_below_zero, ()) {
  auto story = any_story();
  live(story);
  run(story, within(0, 1) == 0 ? RunKind::generate : RunKind::roll_over);
}

RC_GTEST_PROP(DocumentsProperty, a_change_taken_back_costs_nothing, ()) {
  auto story = any_story();
  live(story);
  story.user.pay_all();
  run(story, RunKind::generate);
  const auto before = billed(story.user.books);
  auto wish = any_change(story, 0);
  wish.at = ChangeAt::now;
  const auto was = story.user.lives[0];
  const auto made = change(was, wish, {}, story.today);
  if (!made || was.end) return;
  story.user.lives[0] = made->life;
  story.user.pay_all();
  run(story, RunKind::generate);
  // Back: each term of before on its own day.
  auto& life = story.user.lives[0];
  for (const auto& term : was.terms) {
    if (term.from < story.today && &term != &term_on(was, story.today)) continue;
    TermChange back;
    back.plan = term.version;
    back.version_named = true;
    back.quantity = term.quantity;
    back.overrides = term.overrides;
    back.at = std::max(term.from, story.today);
    if (const auto undone = change(life, back, {}, story.today)) life = undone->life;
  }
  RC_ASSERT(terms_text(life) == terms_text(was));
  story.user.pay_all();
  run(story, RunKind::generate);
  RC_ASSERT(billed(story.user.books) == before);
}

RC_GTEST_PROP(DocumentsProperty, facts_in_any_order_are_facts_at_once, ()) {
  auto story = any_story();
  const auto on = first_day + days_within(0, 20);
  const auto other = first_day + days_within(0, 20);
  const auto quantity = to_quantity(within(1, 5), on);
  const auto overrides = to_overrides({within(0, 20'000), any_charges()}, other);
  auto one = story;
  auto two = story;
  const auto apply = [](Story& to, const TermChange& wish) {
    if (const auto made = change(to.user.lives[0], wish, {}, to.today)) to.user.lives[0] = made->life;
  };
  apply(one, quantity);
  any_usage(one);
  if (within(0, 1) == 0) run(one, RunKind::generate);
  one.user.pay_all();
  any_usage(one);
  apply(one, overrides);
  apply(two, overrides);
  apply(two, quantity);
  two.user.usage = {one.user.usage.rbegin(), one.user.usage.rend()};
  run(one, RunKind::generate);
  run(two, RunKind::generate);
  RC_ASSERT(billed(one.user.books) == billed(two.user.books));
}

RC_GTEST_PROP(DocumentsProperty, usage_of_one_event_is_owed_by_one_subscription, ()) {
  auto story = any_story();
  live(story);
  for (const auto& used : story.user.usage) {
    std::size_t claims = 0;
    for (const auto& mine : claim(story.user.lives, {used})) claims += mine.size();
    RC_ASSERT(claims <= 1);
  }
}

RC_GTEST_PROP(DocumentsProperty, how_usage_is_split_changes_nothing, ()) {
  auto story = any_story();
  live(story);
  auto split = story;
  for (const auto& used : story.user.usage) {
    const auto part = within(0, static_cast<std::int64_t>(used.quantity));
    split.user.usage[static_cast<std::size_t>(&used - story.user.usage.data())].quantity -= part;
    split.user.usage.push_back({used.metric, used.day, used.subscription, part});
  }
  RC_ASSERT(owed_by_key(split) == owed_by_key(story));
}

RC_GTEST_PROP(DocumentsProperty, what_was_forgiven_is_never_below_zero_and_never_taken_back_twice, ()) {
  auto story = any_story();
  story.forgives = true;
  live(story);
  for (auto& invoice : story.user.books) {
    if (within(0, 2) == 0) story.user.forgive(invoice);
  }
  live(story);
  finish(story);
  for (const auto& [key, item] : billed_by_key(story.user.books)) RC_ASSERT(item.left >= 0);
}

RC_GTEST_PROP(DocumentsProperty, what_was_forgiven_stays_billed, ()) {
  auto story = any_story();
  live(story);
  story.user.pay_all();
  run(story, RunKind::generate);
  for (auto& invoice : story.user.books) {
    if (!invoice.is_void) story.user.forgive(invoice, within(1, 100));
  }
  story.user.pay_all();
  run(story, RunKind::generate);
  RC_ASSERT(story.user.last.invoices.empty());
  RC_ASSERT(story.user.last.notes.empty());
}

/// However late it comes: nothing of a period that is over is left for another one.
RC_GTEST_PROP(DocumentsProperty, a_roll_over_bills_all_that_is_over, ()) {
  auto story = any_story();
  live(story);
  go_on(story, false);
  story.user.pay_all();
  run(story, RunKind::roll_over);
  const auto is_billed = billed(story.user.books);
  for (const auto& [key, amount] : owed_by_key(story)) {
    const auto& life = *std::ranges::find(story.user.lives, key.subscription, &Life::id);
    if (key.period == life.current().days.start && !has_ended(life, story.today)) continue;
    RC_ASSERT((is_billed.contains(key) && is_billed.at(key) == amount));
  }
}

RC_GTEST_PROP(DocumentsProperty, of_a_base_not_over_no_more_is_charged_than_is_in_advance, ()) {
  auto story = any_story();
  live(story);
  story.user.pay_all();
  run(story, within(0, 1) == 0 ? RunKind::roll_over : RunKind::change_now);
  for (const auto& invoice : story.user.last.invoices) {
    for (const auto& line : invoice.lines) {
      const auto& life = *std::ranges::find(story.user.lives, line.key.subscription, &Life::id);
      const auto* base = std::get_if<BaseOwed>(&line.owed.how);
      const bool over = line.period.start != life.current().days.start || has_ended(life, story.today);
      if (base == nullptr || over || line.amount.is_negative()) continue;
      RC_ASSERT(line.earlier_billed + line.amount <= base->in_advance);
    }
  }
}

}  // namespace
}  // namespace billing
