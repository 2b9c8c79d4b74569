export * from './api.ts'
export { BillingError, BillingUnreachable, Paged, type BillingOptions, type CallOptions, type Int64, type Register } from './core.ts'
