/** What the API takes and answers: the types of the TypeScript client, where integers may be beyond 2^53. */

import type { Int } from './json.ts'

declare module '../../clients/typescript/src/core.ts' {
  interface Register {
    int64: Int
  }
}

export * from '../../clients/typescript/src/api.ts'
export type { NewUsageEvent as UsageEvent, RatingStep as Step, SubscriptionTerm as Term } from '../../clients/typescript/src/api.ts'
