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
}

const ofLives: Record<string, (user: ModelUser) => number> = {
  'discount': ({ subscriptions }) => subscriptions.flatMap((s) => s.discounts).length,
  'discount that was deleted': ({ subscriptions }) => subscriptions.flatMap((s) => s.discounts).filter((d) => d.deletedOn !== null).length,
  'subscription paused': ({ subscriptions }) => subscriptions.filter((s) => s.pauses.length > 0).length,
}
/** What passes is counted each time that it is seen. */
const ofMoments: Record<string, (user: ModelUser) => number> = {
  'subscription that waits': ({ subscriptions }) => subscriptions.filter((s) => s.waiting > 0n).length,
  'subscription past due': ({ subscriptions }) => subscriptions.filter((s) => s.pastDue && !s.canceled).length,
}

export class Happened {
  readonly counts = new Map<string, number>([ofBooks, ofLives, ofMoments].flatMap((some) => Object.keys(some)).map((what) => [what, 0]))

  sees(user: ModelUser): void {
    for (const [what, count] of Object.entries(ofMoments)) this.counts.set(what, this.counts.get(what)! + count(user))
  }
  /** What stays is counted anew each time. */
  stays(users: ModelUser[], today: Day): void {
    const sum = (what: string, count: (user: ModelUser) => number) => this.counts.set(what, users.reduce((all, user) => all + count(user), 0))
    for (const [what, count] of Object.entries(ofBooks)) sum(what, ({ books }) => count(books, today))
    for (const [what, count] of Object.entries(ofLives)) sum(what, count)
  }
  get never(): string[] {
    return [...this.counts].filter(([, n]) => n === 0).map(([what]) => what)
  }
}
