import { setTimeout as sleep } from 'node:timers/promises'

/** How long the tests wait for what must come: no measure of speed, for the machine may be slow, or stand still for a while. */
export const patience = 30_000

/** Calls `look` until it gives something other than undefined or false, or throws once `withinMs` have passed. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>, withinMs = patience): Promise<T> {
  const deadline = Date.now() + withinMs
  for (let wait = 5; ; wait = Math.min(wait * 2, 100)) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`)
    await sleep(wait)
  }
}
