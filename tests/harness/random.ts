/** A small seeded generator (mulberry32), so that a run can be repeated. */
export class Random {
  private state: number
  constructor(readonly seed: number) {
    this.state = seed >>> 0
  }
  /** [0, 1) */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  /** [min, max], whole */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }
  pick<T>(of: readonly T[]): T {
    if (of.length === 0) throw new Error('nothing to pick from')
    return of[this.int(0, of.length - 1)]!
  }
  chance(probability: number): boolean {
    return this.next() < probability
  }
}

/** SIM_SEED repeats a run. */
export function seedOfThisRun(): number {
  return process.env.SIM_SEED ? Number(process.env.SIM_SEED) : Date.now() % 1_000_000_007
}
