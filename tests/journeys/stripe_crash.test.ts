import { describe, expect, test } from 'vitest'
import { Hold } from '../harness/hold.ts'
import { invoicesOf, paid } from '../harness/make.ts'
import type { CreditNote, Dispute, InvoiceDetail, User } from '../harness/types.ts'
import { until } from '../harness/until.ts'
import type { Thing } from '../stripe/books.ts'
import type { Request } from '../stripe/counterpart.ts'
import { chargesOf, customerWith, invoice, lastEvent, payment, sepa, useStripe, visa } from '../stripe/story.ts'

const on = useStripe({ start: '2026-03-01T12:00:00Z', relays: true })

/** When the process is killed, and what is then cleared away. */
interface Moment {
  reached: () => Promise<unknown>
  killed: () => unknown
}
type Arm = () => Promise<Moment> | Moment

const written =
  (statement: 'INSERT' | 'UPDATE', table: string, becomes: string): Arm =>
  async () => {
    const hold = await Hold.before(on.server, statement, table, becomes)
    return { reached: () => hold.reached(), killed: () => hold.drop() }
  }
/** Stripe takes its time with a request, or with its answer, until the process that asked is gone. */
const asked =
  (which: (request: Request) => boolean, what: 'wait' | 'answerWaits'): Arm =>
  () => {
    let goOn = () => {}
    const wait = new Promise<void>((resolve) => (goOn = resolve))
    const before = on.stripe.requests.length
    on.stripe.fail(which, what === 'wait' ? { wait } : { answerWaits: wait })
    return { reached: () => until('Stripe is asked', async () => on.stripe.requests.slice(before).some(which)), killed: goOn }
  }
const posts = (path: string) => (request: Request) => request.method === 'POST' && request.path === path

/** Begins something, kills the process at that moment, and starts another one. */
async function killedAt(arm: Arm, begin: () => Promise<unknown>): Promise<void> {
  await until('others can tell when it dies', async () => {
    const { stdout } = await on.server.sql(
      `SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE datname = current_database() AND application_name = 'billing life line' AND locktype = 'advisory' AND granted`,
    )
    return stdout.trim() === '1'
  })
  const moment = await arm()
  const begun = begin()
  await moment.reached()
  await on.server.kill()
  await moment.killed()
  await on.server.launch()
  on.stripe.webhooks = `${on.server.origin}/webhooks/stripe`
  await begun
}

/** A process that was killed before others could tell leaves a claim that has to run out. */
const claim = 90_000

/** The same request until it is answered, also by the process that comes after. */
const asking = <T>(what: string, ask: () => Promise<{ status: number; body: T }>): Promise<T> =>
  until(what, () => ask().then((answer) => (answer.status < 300 ? answer.body : undefined)).catch(() => undefined), claim)

/** What is told to others is what is in the audit, each once. */
const audited = async (user: User, action: string) =>
  Number((await on.server.sql(`SELECT count(*) FROM audit_events WHERE user_id = '${user.id}' AND action = '${action}'`)).stdout)
const handled = (event: Thing) =>
  until(`${String(event.type)} is acted on`, async () => {
    return (await on.server.sql(`SELECT handled_at IS NOT NULL FROM provider_events WHERE reference = '${event.id}'`)).stdout.trim() === 't'
  }, claim)
const balanceOf = async (user: User) => (await on.api.getBalance(user.id)).is(200).find((one) => one.currency === 'USD')?.balance_cents ?? 0
const refundsOf = (made: InvoiceDetail) => on.stripe.books.all('refund').filter((one) => one.payment_intent === chargesOf(on, made)[0]!.id)

function refund(made: InvoiceDetail): Promise<CreditNote> {
  const body = { user_id: made.user_id, invoice_id: made.id, amount_cents: 1900, reason: 'goodwill', credit_to: 'refund' } as const
  return asking('the note is made', () => on.api.createCreditNote(body, { idempotencyKey: made.id }))
}
const gone = (made: InvoiceDetail) =>
  until('the refund has gone', async () => {
    const refunds = (await on.api.getInvoice(made.user_id, made.id)).is(200).payments.filter((one) => one.kind === 'refund')
    return refunds.length === 1 && refunds[0]!.status === 'succeeded'
  }, claim)
const charged = (made: InvoiceDetail) =>
  until('the invoice is paid', async () => {
    const now = (await on.api.getInvoice(made.user_id, made.id)).is(200)
    return now.status === 'paid' ? now : undefined
  }, claim)

describe('a charge whose process is killed', () => {
  test.each<[string, Arm]>([
    ['before Stripe has it', asked(posts('/v1/payment_intents'), 'wait')],
    ['before Stripe has answered', asked(posts('/v1/payment_intents'), 'answerWaits')],
    ['before the answer is committed', written('UPDATE', 'payments', `NEW.status = 'succeeded'`)],
  ])('%s is made once', async (_, arm) => {
    const { user } = await customerWith(on, visa)
    await killedAt(arm, () => asking('there is an invoice', () => on.api.generateInvoice(user.id)))
    const [made] = await invoicesOf(on.api, user.id)
    const { payments } = await charged(made!)
    expect(chargesOf(on, made!)).toHaveLength(1)
    expect(payments.map((one) => [one.status, one.amount_cents])).toEqual([['succeeded', 4900]])
    expect(await audited(user, 'payment.succeeded')).toBe(1)
  })
})

describe('a refund whose process is killed', () => {
  test.each<[string, Arm]>([
    ['before it is begun', written('UPDATE', 'refunds', 'OLD.claimed_until IS NULL AND NEW.claimed_until IS NOT NULL')],
    ['before Stripe has it', asked(posts('/v1/refunds'), 'wait')],
    ['before Stripe has answered', asked(posts('/v1/refunds'), 'answerWaits')],
    ['before the answer is committed', written('UPDATE', 'refunds', `NEW.status = 'succeeded'`)],
  ])('%s goes back once', async (_, arm) => {
    const { user } = await customerWith(on, visa)
    const made = await paid(on.api, await invoice(on, user))
    const before = on.stripe.requests.length
    await killedAt(arm, () => refund(made))
    await gone(made)
    await until('each request has been answered', async () => on.stripe.requests.slice(before).every((one) => one.status !== 0))
    expect(refundsOf(made).map((one) => one.amount)).toEqual([1900])
    expect(new Set(on.stripe.requests.slice(before).filter(posts('/v1/refunds')).map((one) => one.key)).size).toBe(1)
    // What Stripe told nobody, or the one that is gone.
    const event = on.stripe.books.events.findLast((one) => (one.data as { object: Thing }).object.id === refundsOf(made)[0]!.id)!
    expect(await on.stripe.deliver(event)).toBe(200)
    await handled(event)
    expect(await audited(user, 'payment.refunded')).toBe(1)
    expect(await balanceOf(user)).toBe(0)
  })
})

describe('what Stripe tells a process that is killed', () => {
  interface News {
    user: User
    event: Thing
    /** Where Stripe is asked, and what is then written. */
    path: string
    write: ['INSERT' | 'UPDATE', string, string]
    /** It has come to what it should, once. */
    right: () => Promise<void>
  }

  async function aDebitHasCome(): Promise<News> {
    const { user } = await customerWith(on, sepa)
    const made = await invoice(on, user)
    const waiting = await payment(on, made, { status: 'pending', failure_code: 'processing' })
    await handled(lastEvent(on, 'payment_intent.processing'))
    await on.stripe.silently(() => on.stripe.books.settle(waiting.provider_reference!))
    return {
      user,
      event: lastEvent(on, 'payment_intent.succeeded'),
      path: `/v1/payment_intents/${waiting.provider_reference!}`,
      write: ['UPDATE', 'payments', `NEW.status = 'succeeded'`],
      right: async () => {
        const now = await charged(made)
        expect(now.payments.map((one) => [one.status, one.amount_cents])).toEqual([['succeeded', 4900]])
        expect(chargesOf(on, made)).toHaveLength(1)
        expect(await audited(user, 'payment.succeeded')).toBe(1)
        expect(await audited(user, 'invoice.paid')).toBe(1)
      },
    }
  }
  async function aRefundHasComeBack(): Promise<News> {
    const { user } = await customerWith(on, visa)
    const made = await paid(on.api, await invoice(on, user))
    await refund(made)
    await gone(made)
    await handled(lastEvent(on, 'refund.created'))
    const { id } = refundsOf(made)[0]!
    await on.stripe.silently(() => on.stripe.books.endRefund(id, 'expired_or_canceled_card'))
    return {
      user,
      event: lastEvent(on, 'refund.failed'),
      path: `/v1/refunds/${id}`,
      write: ['UPDATE', 'refunds', `NEW.status = 'failed'`],
      right: async () => {
        expect(await balanceOf(user)).toBe(1900)
        expect(refundsOf(made)).toHaveLength(1)
        expect(await audited(user, 'payment.refund_failed')).toBe(1)
        expect(await audited(user, 'credit.granted')).toBe(1)
      },
    }
  }
  async function aCustomerDisputes(): Promise<News> {
    const { user } = await customerWith(on, visa)
    const made = await paid(on.api, await invoice(on, user))
    const { id } = await on.stripe.silently(() => on.stripe.books.dispute(chargesOf(on, made)[0]!.id))
    return {
      user,
      event: lastEvent(on, 'charge.dispute.created'),
      path: `/v1/disputes/${id}`,
      write: ['INSERT', 'disputes', 'true'],
      right: async () => {
        const disputes = (await on.api.raw<Dispute[]>('GET', `/disputes?user_id=${user.id}`)).is(200)
        expect(disputes.map((one) => [one.provider_reference, one.status, one.amount_cents])).toEqual([[id, 'needs_response', 4900]])
        expect(await audited(user, 'payment.disputed')).toBe(1)
      },
    }
  }

  /** Written down, and the answer does not reach the process: PostgreSQL says nothing any more. */
  const keptUnanswered: Arm = async () => {
    const hold = await Hold.before(on.server, 'INSERT', 'provider_events', 'true')
    return {
      reached: async () => {
        await hold.reached()
        on.server.postgres!.freeze()
        await hold.release()
      },
      killed: () => on.server.postgres!.thaw(),
    }
  }
  const moments: [string, boolean, (news: News) => Arm][] = [
    ['before it is kept', false, () => written('INSERT', 'provider_events', 'true')],
    ['before it is answered', false, () => keptUnanswered],
    ['before Stripe is asked', true, ({ path }) => asked((request) => request.method === 'GET' && request.path === path, 'wait')],
    ['before what Stripe says is committed', true, ({ write }) => written(...write)],
    ['before it is noted as acted on', true, () => written('UPDATE', 'provider_events', 'NEW.handled_at IS NOT NULL')],
  ]
  const news: [string, () => Promise<News>][] = [
    ['a debit has come', aDebitHasCome],
    ['a refund has come back', aRefundHasComeBack],
    ['a customer disputes', aCustomerDisputes],
  ]
  test.each(news.flatMap(([what, happens]) => moments.map(([when, answered, arm]) => ({ what, when, happens, answered, arm }))))(
    '$what: killed $when, it acts on that once',
    async ({ happens, answered, arm }) => {
      const happened = await happens()
      let status = 0
      await killedAt(arm(happened), async () => (status = await on.stripe.deliver(happened.event).catch(() => 0)))
      expect(status).toBe(answered ? 200 : 0)
      // What was not answered is sent again; what was, here, as well, once it has been acted on.
      if (answered) await handled(happened.event)
      expect(await on.stripe.deliver(happened.event)).toBe(200)
      await handled(happened.event)
      await happened.right()
      expect((await on.server.sql(`SELECT count(*) FROM provider_events WHERE reference = '${happened.event.id}'`)).stdout.trim()).toBe('1')
    },
  )
})
