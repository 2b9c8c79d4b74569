import { email, explained, same, url, wantedLines } from './expect.ts'
import { createPlan, createSubscription, createUser, generateInvoice, getInvoice, listUsers, recordUsage } from './made/orval.ts'

// Its functions call paths alone: where they go is the program's to say.
const plain = globalThis.fetch
globalThis.fetch = (path, init) => plain(new URL(String(path), url), init)

const user = await createUser({ email: email('orval') })
if (user.status !== 201) throw new Error(JSON.stringify(user))
const { id } = user.data
same('subscribed', (await createSubscription({ user_id: id, plan_code: 'pro' })).status, 201)
same('metered', (await recordUsage({ user_id: id, metric: 'api_calls', quantity: 120000 })).status, 201)
const made = await generateInvoice(id)
if (made.status !== 201) throw new Error(JSON.stringify(made))
same('amount', made.data.amount_cents, 6900)
const invoice = await getInvoice(id, made.data.id)
if (invoice.status !== 200) throw new Error(JSON.stringify(invoice))
same('lines', explained(invoice.data.lines), wantedLines)
const listed = await listUsers({ ids: [id, id] })
same('ids', listed.status === 200 && listed.data.length, 1)
same('plan', (await createPlan({ code: `try-${Date.now().toString(36)}`, amount_cents: 1, charges: [{ metric: 'm', model: 'per_unit', unit_price: '1' }] })).status, 201)
