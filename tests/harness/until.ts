import { setTimeout as sleep } from 'node:timers/promises'

/** Calls `look` until it gives something other than undefined or false, or throws once `withinMs` have passed. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>, withinMs = 5_000): Promise<T> {
  const deadline = Date.now() + withinMs
  for (let wait = 5; ; wait = Math.min(wait * 2, 100)) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`)
    await sleep(wait)
  }
}
