import { email, explained, same, url, wantedLines } from './expect.ts'
import { client } from './made/hey_api/client.gen.ts'
import { createPlan, createSubscription, createUser, generateInvoice, getInvoice, listUsers, recordUsage } from './made/hey_api/sdk.gen.ts'

client.setConfig({ baseUrl: url, throwOnError: true })
const { data: user } = await createUser({ body: { email: email('hey-api') }, throwOnError: true })
await createSubscription({ body: { user_id: user.id, plan_code: 'pro' }, throwOnError: true })
await recordUsage({ body: { user_id: user.id, metric: 'api_calls', quantity: 120000 as never }, throwOnError: true })
const { data: made } = await generateInvoice({ path: { user_id: user.id }, throwOnError: true })
same('amount', Number(made.amount_cents), 6900)
const { data: invoice } = await getInvoice({ path: { user_id: user.id, invoice_id: made.id }, throwOnError: true })
same('lines', explained(invoice.lines as never), wantedLines)
same('ids', (await listUsers({ query: { ids: [user.id, user.id] }, throwOnError: true })).data.length, 1)
await createPlan({ body: { code: `try-${Date.now().toString(36)}`, amount_cents: 1 as never, charges: [{ metric: 'm', model: 'per_unit', unit_price: '1' }] }, throwOnError: true })
