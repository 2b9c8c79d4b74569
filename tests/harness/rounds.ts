/** Races are run a few times with the other tests, and as often as one likes with script/races. */

/** How many rounds: BILLING_RACE_ROUNDS, or so few. */
export const raceRounds = (few: number): number => Number(process.env.BILLING_RACE_ROUNDS ?? few)

/** Runs that many rounds of a race, some side by side; the first that ends wrong ends it. */
export async function rounds(few: number, race: (round: number) => Promise<void>, atOnce = 5): Promise<void> {
  const all = raceRounds(few)
  let next = 0
  const runner = async () => {
    while (next < all) await race(next++)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, all) }, runner))
}
