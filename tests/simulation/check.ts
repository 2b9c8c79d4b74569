/** Whether what was billed is what the model says must have been billed, after a run of a subscription. */

import { textOf, type Day } from './calendar.ts'
import { current, statusOn, type ModelSubscription, type ModelUser } from './model.ts'
import { baseInAdvance, claims, owed, type Claims } from './owed.ts'
import type { Seen, SeenSubscription } from './seen.ts'

/** What ran last: a generate or final run bills all as it stands, a roll-over what is over and the base of days in advance. */
export type Ran = 'all' | 'roll-over'

interface Look {
  user: ModelUser
  s: ModelSubscription
  is: SeenSubscription
  open: boolean
  today: Day
  since: Day
  claimed: Claims
}

function statesDiffer({ s, is, today }: Look): string[] {
  const [status, period] = [statusOn(s, today), current(s)]
  const said = `${is.status === 'past_due' ? 'active' : is.status} ${is.start} ${is.end}`
  const meant = `${status} ${textOf(period.start)} ${textOf(period.end)}`
  const wrong = said === meant ? [] : [`is ${said}, must be ${meant}`]
  if (is.error !== null) wrong.push(`billing_error ${is.error}`)
  return wrong
}

/** Of the current period a roll-over bills no more than the base of its days in advance, but leaves what is owed and billed already. */
function wanted(look: Look, ran: Ran, untouched: boolean): Map<string, bigint> {
  const { s, is, today, since, claimed } = look
  const all = owed(s, claimed, today, (p) => p.start >= since)
  const period = current(s)
  if (ran === 'all' || s.canceled || period.end <= today) return all
  for (const key of [...all.keys()].filter((k) => k.startsWith(textOf(period.start)))) {
    const billed = is.billed.get(key) ?? 0n
    const whole = all.get(key)!
    const least = key.endsWith(' base') ? baseInAdvance(s, period) : 0n
    if (untouched) all.set(key, least)
    else if (!key.endsWith(' base')) all.delete(key)
    else all.set(key, billed < least ? least : billed > whole ? whole : billed)
  }
  return all
}

function billedDiffers(look: Look, ran: Ran, untouched: boolean): string[] {
  const { is, open, since } = look
  const wrong: string[] = []
  const all = wanted(look, ran, untouched)
  let waiting = 0n
  for (const [key, amount] of all) {
    const billed = is.billed.get(key) ?? 0n
    if (billed < amount && open) waiting += amount - billed
    else if (billed !== amount) wrong.push(`${key}: owed ${amount}, billed ${billed}`)
  }
  if (ran === 'all' && wrong.length === 0) {
    for (const [key, billed] of is.billed) {
      if (billed !== 0n && !all.has(key) && key.slice(0, 10) >= textOf(since)) wrong.push(`${key}: billed ${billed}, and nothing is owed`)
    }
  }
  if (wrong.length === 0 && waiting !== is.waiting) wrong.push(`waiting ${is.waiting}, must be ${waiting}`)
  return wrong
}

/** Why what is seen is not what must be; empty when it is. */
export function differences(
  seen: Seen, user: ModelUser, ran: (s: ModelSubscription) => Ran | null, untouched: (s: ModelSubscription) => boolean, today: Day, since: Day,
): string[] {
  const claimed = claims(user)
  return user.subscriptions.flatMap((s) => {
    const is = seen.subscriptions.get(s.id)!
    const { currency } = s.terms[0]!.of
    const open = s.periods.slice(-2).some((p) => seen.open.has(`${user.id} ${textOf(p.start)} ${textOf(p.end)} ${currency}`))
    const look = { user, s, is, open, today, since, claimed }
    const how = ran(s)
    const wrong = [...statesDiffer(look), ...(how === null ? [] : billedDiffers(look, how, untouched(s)))]
    return wrong.map((what) => `${s.id} after ${how}: ${what}`)
  })
}
