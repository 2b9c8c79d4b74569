/** Each race a few rounds, side by side; `script/races` runs as many as one likes. Once all are over, `verify` finds nothing. */

import { expect, test } from 'vitest'
import { useServer } from '../harness/make.ts'
import { paymentRaces } from '../races/payments.ts'
import { refundRaces } from '../races/refunds.ts'
import type { Race } from '../races/race.ts'

const on = useServer()
const rounds = Number(process.env.BILLING_RACE_ROUNDS ?? 8)
const sideBySide = 4

const races: Race[] = [...paymentRaces, ...refundRaces]

test.each(races)(
  'at the same time: $name',
  async ({ prepare }) => {
    const round = await prepare(on)
    let begun = 0
    let ended = 0
    await Promise.all(
      Array.from({ length: sideBySide }, async () => {
        while (begun++ < rounds) {
          await round()
          ended++
        }
      }),
    )
    expect(ended).toBe(rounds)
  },
  120_000 + rounds * 2_000,
)
