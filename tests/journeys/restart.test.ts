import { spawn } from 'node:child_process'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { freePort } from '../harness/stores.ts'
import { makeUser, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'

const on = useServer({ clock: 'system' })

/** One request on `agent`; whatever is not 2xx, and every connection that breaks, is a failure. Nothing is tried twice. */
function ask(port: number, agent: Agent, method: string, path: string, body?: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': String(body.length) }
    const r = request({ agent, port, host: '127.0.0.1', method, path, headers, timeout: 20_000 }, (answer) => {
      answer.on('error', (error) => resolve(`${method} ${path}: ${error.message}`))
      answer.on('end', () => resolve((answer.statusCode ?? 0) < 300 ? undefined : `${method} ${path}: ${answer.statusCode}`))
      answer.resume()
    })
    r.on('timeout', () => r.destroy(new Error('no answer within 20 s')))
    r.on('error', (error) => resolve(`${method} ${path}: ${error.message}`))
    r.end(body)
  })
}

class Load {
  answered = 0
  readonly failures: string[] = []
  private ended = false
  private readonly clients: Promise<void>[] = []

  /** Half of the clients keep their connection, some with pauses; half make a new one for each request. Some of them write. */
  constructor(
    private readonly port: number,
    private readonly userId: string,
  ) {
    for (let n = 0; n < 16; n++) this.clients.push(this.client(n))
  }

  private async client(n: number): Promise<void> {
    const agent = new Agent({ keepAlive: n % 2 === 0, maxSockets: 1 })
    const usage = JSON.stringify({ user_id: this.userId, metric: 'api_calls', quantity: 1 })
    for (let i = 0; !this.ended; i++) {
      const failure = await (i % 10 === n % 10 ? ask(this.port, agent, 'POST', '/usage', usage) : ask(this.port, agent, 'GET', '/plans/pro'))
      if (failure === undefined) this.answered++
      else this.failures.push(failure)
      if (n % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 20 + 15 * n))
    }
    agent.destroy()
  }

  async stop(): Promise<void> {
    this.ended = true
    await Promise.all(this.clients)
  }

  /** Goes on for as long as `more` requests are answered. */
  async goOn(more = 500): Promise<void> {
    const enough = this.answered + more
    await until(`${more} more requests are answered`, async () => this.answered + this.failures.length >= enough)
  }
}

async function totalUsage(userId: string): Promise<number> {
  return (await on.api.getUsage(userId)).is(200).reduce((sum, day) => sum + Number(day.quantity), 0)
}

test('two servers that share a port are replaced one after the other under load, and no request fails', async () => {
  const user = await makeUser(on.api)
  const env = { PORT: String(await freePort()) }
  let running = await on.server.also('serve', env, '--share-port')
  const load = new Load(Number(env.PORT), user.id)
  for (let restart = 0; restart < 4; restart++) {
    await load.goOn()
    const next = await on.server.also('serve', env, '--share-port')
    await running.terminate()
    running = next
  }
  await load.goOn()
  await load.stop()
  expect(load.failures).toEqual([])
  expect(await totalUsage(user.id)).toBeGreaterThan(0)
}, 90_000)

test("a server on systemd's socket is restarted under load, alone, and no request fails", async () => {
  const user = await makeUser(on.api)
  const holder = spawn('python3', [fileURLToPath(new URL('../harness/hold_socket.py', import.meta.url)), process.env.BILLING_BINARY!, 'serve'], {
    env: on.server.environment(),
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  try {
    let said = ''
    holder.stdout.on('data', (data: Buffer) => (said += data.toString()))
    const hears = (pattern: RegExp) => until(`the holder says ${pattern}`, async () => pattern.exec(said)?.slice(1))
    const start = async (nth: number) => {
      holder.stdin.write('start\n')
      return (await hears(new RegExp(`(?:started (\\d+)[^]*){${nth}}`)))[0]!
    }
    const port = Number((await hears(/port (\d+)/))[0])
    let pid = await start(1)
    const load = new Load(port, user.id)
    for (let restart = 2; restart < 5; restart++) {
      await load.goOn()
      holder.stdin.write(`stop ${pid}\n`)
      expect(await hears(new RegExp(`ended ${pid} (-?\\d+)`))).toEqual(['0'])
      pid = await start(restart)
    }
    await load.goOn()
    await load.stop()
    expect(load.failures).toEqual([])
  } finally {
    holder.stdin.end()
  }
}, 90_000)
