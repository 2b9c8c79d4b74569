import createClient from 'openapi-fetch'
import { email, explained, same, url, wantedLines } from './expect.ts'
import type { paths } from './made/openapi_typescript.ts'

const api = createClient<paths>({ baseUrl: url })
const ok = <T>({ data, error }: { data?: T; error?: unknown }): T => {
  if (data === undefined) throw new Error(JSON.stringify(error))
  return data
}

const user = ok(await api.POST('/users', { body: { email: email('openapi-typescript') } }))
ok(await api.POST('/subscriptions', { body: { user_id: user.id, plan_code: 'pro' } }))
ok(await api.POST('/usage', { body: { user_id: user.id, metric: 'api_calls', quantity: 120000 } }))
const made = ok(await api.POST('/invoices/generate/{user_id}', { params: { path: { user_id: user.id } } }))
same('amount', made.amount_cents, 6900)
const invoice = ok(await api.GET('/invoices/{user_id}/{invoice_id}', { params: { path: { user_id: user.id, invoice_id: made.id } } }))
same('lines', explained(invoice.lines), wantedLines)
same('ids', ok(await api.GET('/users', { params: { query: { ids: [user.id, user.id] } } })).length, 1)
ok(await api.POST('/plans', { body: { code: `try-${Date.now().toString(36)}`, amount_cents: 1, charges: [{ metric: 'm', model: 'per_unit', unit_price: '1' }] } }))
