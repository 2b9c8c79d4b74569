/** What random lives have come to: what never happens in them is not compared either. */

import { leftOfGrant, type Books } from './books.ts'
import type { Day } from './calendar.ts'
import type { ModelUser } from './model.ts'

const ofBooks: Record<string, (books: Books, today: Day) => number> = {
  'invoice with inclusive lines': ({ invoices }) => invoices.filter((i) => i.taxes.some((t) => t.inclusive)).length,
  'invoice of several rates': ({ invoices }) => invoices.filter((i) => i.taxes.filter((t) => !t.inclusive).length > 1).length,
  'invoice without tax': ({ invoices }) => invoices.filter((i) => i.taxes.length === 0).length,
  'invoice paid by balance': ({ invoices }) => invoices.filter((i) => i.fromBalance > 0n).length,
  'invoice that was declined': ({ invoices }) => invoices.filter((i) => i.failed > 0).length,
  'invoice of items alone': ({ invoices }) => invoices.filter((i) => i.kind === 'one_off').length,
  'item beside other lines': ({ invoices }) => invoices.filter((i) => i.kind === 'subscription' && i.lines.some((l) => l.subscription === null)).length,
  'invoice on net days': ({ invoices }) => invoices.filter((i) => i.dueOn !== null).length,
  'overpayment': ({ grants }) => grants.filter((g) => g.source === 'overpayment').length,
  'void invoice': ({ invoices }) => invoices.filter((i) => i.status === 'void').length,
  'line that takes something back': ({ invoices }) => invoices.flatMap((i) => i.lines).filter((l) => l.amount < 0n).length,
  'line of free usage': ({ invoices }) => invoices.flatMap((i) => i.lines).filter((l) => l.amount === 0n).length,
  'line of a minimum': ({ invoices }) => invoices.flatMap((i) => i.lines).filter((l) => l.item === 'minimum').length,
  'correction off what is due': ({ notes }) => notes.filter((n) => n.kind === 'correction' && n.applied > 0n).length,
  'correction to the balance': ({ notes }) => notes.filter((n) => n.kind === 'correction' && n.applied < n.amount).length,
  'goodwill off what is due': ({ notes }) => notes.filter((n) => n.kind === 'goodwill' && n.applied > 0n).length,
  'goodwill to the balance': ({ notes }) => notes.filter((n) => n.kind === 'goodwill' && n.applied < n.amount).length,
  'refund': ({ refunds }) => refunds.filter((r) => r.status === 'succeeded').length,
  'refund that failed': ({ refunds }) => refunds.filter((r) => r.status === 'failed').length,
  'refund of a cancel': ({ refunds }) => refunds.filter((r) => r.note.kind === 'correction').length,
  'refund beside the balance': ({ notes }) => notes.filter((n) => n.refunded > 0n && n.refunded < n.amount - n.applied).length,
  'payment given back in parts': ({ charges, refunds }) => charges.filter((c) => refunds.filter((r) => r.charge === c).length > 1).length,
  'invoice with several notes': ({ invoices, notes }) => invoices.filter((i) => notes.filter((n) => n.invoice === i).length > 1).length,
  'balance that expired': ({ grants }, today) => grants.filter((g) => g.expires !== null && g.expires <= today && leftOfGrant(g) > 0n).length,
  'balance that was ended': ({ grants }) => grants.filter((g) => g.ended > 0n).length,
  'discount': () => 0,
  'discount that was deleted': () => 0,
  'subscription that waits': () => 0,
  'subscription past due': () => 0,
  'subscription paused': () => 0,
}

export class Happened {
  readonly counts = new Map<string, number>(Object.keys(ofBooks).map((what) => [what, 0]))

  private add(what: string, n: number): void {
    this.counts.set(what, this.counts.get(what)! + n)
  }
  /** What passes. */
  sees({ subscriptions }: ModelUser): void {
    this.add('subscription that waits', subscriptions.filter((s) => s.waiting > 0n).length)
    this.add('subscription past due', subscriptions.filter((s) => s.pastDue && !s.canceled).length)
  }
  /** What stays: counted anew each time. */
  stays(users: ModelUser[], today: Day): void {
    const sum = (count: (user: ModelUser) => number): number => users.reduce((all, user) => all + count(user), 0)
    for (const [what, count] of Object.entries(ofBooks)) this.counts.set(what, sum(({ books }) => count(books, today)))
    const discounts = ({ subscriptions }: ModelUser) => subscriptions.flatMap((s) => s.discounts)
    this.counts.set('discount', sum((user) => discounts(user).length))
    this.counts.set('discount that was deleted', sum((user) => discounts(user).filter((d) => d.deletedOn !== null).length))
    this.counts.set('subscription paused', sum((user) => user.subscriptions.filter((s) => s.pauses.length > 0).length))
  }
  get never(): string[] {
    return [...this.counts].filter(([, n]) => n === 0).map(([what]) => what)
  }
}
