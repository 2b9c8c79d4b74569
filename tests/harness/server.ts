/** The real binary on a database and a Redis number of its own. */

import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { connect } from 'node:net'
import { Api } from './client.ts'
import { closeIdle } from './http.ts'
import { startProxy, type Proxy } from './proxy.ts'
import { patience, until } from './until.ts'

export interface ServerOptions {
  /** Default: a simulated clock that starts at `start`. */
  clock?: 'simulated' | 'system'
  /** `serve` works only while the clock is advanced, all in one order: for what is to be told beforehand to the last document. Default: `run`. */
  command?: 'run' | 'serve'
  start?: string
  env?: Record<string, string>
  /** Puts a relay in front of the stores, so that they can be taken away. */
  relays?: boolean
}

export interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

let count = 0

function need(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run the tests with \`npm test\` or script/test`)
  return value
}

function run(file: string, args: string[], env: Record<string, string | undefined> = process.env, timeout = 60_000): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env, timeout, maxBuffer: 1 << 26 }, (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }))
  })
}

async function sql(statement: string): Promise<void> {
  const { code, stderr } = await run('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', need('BILLING_TEST_DATABASE_URL'), '-c', statement])
  if (code !== 0) throw new Error(`${statement}: ${stderr}`)
}

async function emptyRedis(url: URL): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(url.port || 6379), url.hostname || '127.0.0.1')
    const auth = url.password ? `AUTH ${decodeURIComponent(url.password)}\r\n` : ''
    let answer = ''
    socket.on('error', reject)
    socket.on('data', (data) => {
      answer += data.toString()
      if (answer.includes('-')) reject(new Error(`Redis: ${answer}`))
      else if (answer.split('\r\n').length > (auth ? 3 : 2)) {
        socket.destroy()
        resolve()
      }
    })
    socket.write(`${auth}SELECT ${url.pathname.slice(1)}\r\nFLUSHDB\r\n`)
  })
}

export class Server {
  origin = ''
  readonly api: Api = new Api(this)
  log = ''
  postgres: Proxy | undefined
  redis: Proxy | undefined
  private child: ChildProcess | undefined
  private readonly others: Sidekick[] = []
  private exited: Promise<number | null> = Promise.resolve(0)
  private ended = false

  private constructor(
    private readonly database: string,
    private readonly databaseUrl: string,
    private readonly redisUrl: string,
    private readonly env: Record<string, string | undefined>,
    private readonly command: 'run' | 'serve',
  ) {}

  static async start(options: ServerOptions = {}): Promise<Server> {
    const n = count++
    const worker = Number(process.env.VITEST_POOL_ID ?? '1')
    const database = `billing_test_${process.pid}_${n}`
    const databaseUrl = new URL(need('BILLING_TEST_DATABASE_URL'))
    databaseUrl.pathname = `/${database}`
    // Two workers, seven of Redis's numbers each.
    const redisUrl = new URL(need('BILLING_TEST_REDIS_URL'))
    redisUrl.pathname = `/${((worker - 1) % 2) * 7 + 1 + (n % 7)}`
    await sql(`CREATE DATABASE ${database}`)
    await emptyRedis(redisUrl)

    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('BILLING_')))
    const env = {
      ...inherited,
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: databaseUrl.href,
      REDIS_URL: redisUrl.href,
      BILLING_CLOCK: options.clock ?? 'simulated',
      ...((options.clock ?? 'simulated') === 'simulated' ? { BILLING_CLOCK_START: options.start ?? '2026-01-15T12:00:00Z' } : {}),
      BILLING_USER_RATE: '0',
      ...options.env,
    }
    const server = new Server(database, databaseUrl.href, redisUrl.href, env, options.command ?? 'run')
    if (options.relays) {
      server.postgres = await startProxy(databaseUrl.href)
      server.redis = await startProxy(redisUrl.href)
      Object.assign(env, { DATABASE_URL: server.postgres.url, REDIS_URL: server.redis.url })
    }
    try {
      await server.launch()
    } catch (error) {
      await server.kill()
      server.postgres?.close()
      server.redis?.close()
      throw error
    }
    return server
  }

  /** Starts the process; also again, after `kill`, on another port unless `env` names one. */
  async launch(env: Record<string, string> = {}): Promise<void> {
    const child = spawn(need('BILLING_BINARY'), [this.command, '--seed'], { env: { ...this.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    this.child = child
    // No server outlives its tests, however they end.
    const orphan = () => child.kill('SIGKILL')
    process.once('exit', orphan)
    let done = false
    this.exited = new Promise((resolve) => {
      child.on('exit', (code) => {
        done = true
        process.off('exit', orphan)
        resolve(code)
      })
    })
    const from = this.log.length
    const keep = (data: Buffer) => {
      this.log += data.toString()
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const port = await until(
      'the server says {"event":"listening"}',
      async () => {
        if (done) throw new Error(`the server ended before it listened:\n${this.tail()}`)
        for (const line of this.log.slice(from).split('\n')) {
          if (!line.includes('"listening"')) continue
          try {
            const entry = JSON.parse(line) as { event?: string; port?: number }
            if (entry.event === 'listening' && entry.port) return entry.port
          } catch {
            // The line has not come whole yet.
          }
        }
        return undefined
      },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.tail()}`)
    })
    this.origin = `http://127.0.0.1:${port}`
    await until('the server is ready', async () => (await this.api.getReadiness()).status === 200)
  }

  tail(): string {
    return this.log.split('\n').slice(-40).join('\n')
  }

  /** `billing <args>` on this server's stores. */
  billing(...args: string[]): Promise<Ran> {
    return this.billingWith({}, ...args)
  }

  /** The same with other settings. */
  billingWith(env: Record<string, string>, ...args: string[]): Promise<Ran> {
    return run(need('BILLING_BINARY'), args, { ...this.env, DATABASE_URL: this.databaseUrl, REDIS_URL: this.redisUrl, ...env }, 180_000)
  }

  /** A new API key, made as an operator makes it. */
  async key(name: string, scope: string): Promise<string> {
    const { code, stdout, stderr } = await this.billing('keys', 'create', '--name', name, '--scope', scope)
    if (code !== 0) throw new Error(`billing keys create: ${stderr}`)
    return stdout.trim()
  }

  /** Runs `billing run`, or another command, with other settings, for those that must make it refuse to start. */
  runWith(env: Record<string, string>, command = 'run'): Promise<Ran> {
    return run(need('BILLING_BINARY'), [command], this.environment(env), patience)
  }

  /** One statement on this server's database, by psql: its rows, or the error with the violated constraint's name. */
  sql(statement: string): Promise<Ran> {
    return run('psql', ['-X', '-q', '-A', '-t', '-v', 'VERBOSITY=verbose', '-d', this.databaseUrl, '-c', statement])
  }

  /** How many sessions of this server's database sleep, or wait for a lock, just now. */
  async waiting(what: 'PgSleep' | 'Lock'): Promise<number> {
    const { stdout } = await this.sql(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND '${what}' IN (wait_event, wait_event_type)`)
    return Number(stdout)
  }

  /** A ring too many, as a crash or a second schedule may leave it. */
  async ring(job: string, ids: string[]): Promise<void> {
    const { stdout } = await this.sql("SELECT 'billing:' || left(id::text, 8) || ':jobs' FROM installation")
    const { code, stderr } = await run('redis-cli', ['-u', this.redisUrl, 'XADD', stdout.trim(), '*', 'job', job, 'ids', ids.join(' ')])
    if (code !== 0) throw new Error(`redis-cli: ${stderr}`)
  }

  /** Everything that Redis holds for this server is gone. */
  forgetRedis(): Promise<void> {
    return emptyRedis(new URL(this.redisUrl))
  }

  /** kill -9 */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL')
    await this.exited
  }

  /** SIGTERM must end it with 0. */
  async terminate(): Promise<void> {
    if (this.origin) closeIdle(this.origin)
    this.child?.kill('SIGTERM')
    const late = Symbol('late')
    const timer = new Promise<typeof late>((resolve) => setTimeout(() => resolve(late), patience).unref())
    const code = await Promise.race([this.exited, timer])
    if (code === late) {
      await this.kill()
      throw new Error(`the server did not end within ${patience} ms of SIGTERM\n${this.tail()}`)
    }
    if (code !== 0) throw new Error(`the server ended with ${String(code)} after SIGTERM\n${this.tail()}`)
  }

  /** `billing verify` must find nothing wrong with what is in the database. */
  async verify(): Promise<void> {
    const { code, stdout, stderr } = await this.billing('verify')
    if (code !== 0) throw new Error(`billing verify ended with ${code}\n${stdout}\n${stderr}`)
  }

  /** The environment of a process on the same stores. */
  environment(env: Record<string, string> = {}): Record<string, string | undefined> {
    return { ...this.env, DATABASE_URL: this.databaseUrl, REDIS_URL: this.redisUrl, ...env }
  }

  /**
   * One more process on the same stores: `also('serve')` (answers at its `api`), `also('work')`, `also('schedule')`. With METRICS_PORT=0 in
   * `env`, `work` and `schedule` answer /metrics there.
   */
  async also(command: 'serve' | 'work' | 'schedule', env: Record<string, string> = {}, ...args: string[]): Promise<Sidekick> {
    const sidekick = await Sidekick.start([command, ...args], this.environment(env))
    this.others.push(sidekick)
    return sidekick
  }

  /** How each test file ends: SIGTERM, exit 0, verify clean, database gone. */
  async stop(): Promise<void> {
    if (this.ended) return
    this.ended = true
    try {
      for (const other of this.others) await other.terminate()
      await this.terminate()
      await this.verify()
    } finally {
      this.postgres?.close()
      this.redis?.close()
    }
    await sql(`DROP DATABASE ${this.database} WITH (FORCE)`)
  }
}

export class Sidekick {
  origin = ''
  readonly api: Api = new Api(this)
  log = ''
  private exit: number | null | undefined
  private killed = false

  private constructor(
    private readonly command: string[],
    private readonly child: ChildProcess,
  ) {}

  static async start(command: string[], env: Record<string, string | undefined>): Promise<Sidekick> {
    const child = spawn(need('BILLING_BINARY'), command, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const sidekick = new Sidekick(command, child)
    const orphan = () => child.kill('SIGKILL')
    process.once('exit', orphan)
    child.on('exit', (code) => {
      process.off('exit', orphan)
      sidekick.exit = code
    })
    const keep = (data: Buffer) => {
      sidekick.log += data.toString()
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const event = command[0] === 'serve' ? 'listening' : env.METRICS_PORT === undefined ? undefined : 'metrics_listening'
    if (event) {
      const pattern = new RegExp(`"${event}".*"port":(\\d+)`)
      const port = await until(`billing ${command.join(' ')} says ${event}`, async () => pattern.exec(sidekick.log)?.[1])
      sidekick.origin = `http://127.0.0.1:${port}`
    }
    return sidekick
  }

  /** kill -9 */
  async kill(): Promise<void> {
    this.killed = true
    this.child.kill('SIGKILL')
    await until(`billing ${this.command.join(' ')} ends after SIGKILL`, async () => this.exit !== undefined)
  }

  /** SIGTERM must end it with 0; again, or after `kill`, does nothing. */
  async terminate(): Promise<void> {
    if (this.killed) return
    if (this.origin) closeIdle(this.origin)
    if (this.exit === undefined) this.child.kill('SIGTERM')
    await until(`billing ${this.command.join(' ')} ends after SIGTERM`, async () => this.exit !== undefined).catch((error: unknown) => {
      this.child.kill('SIGKILL')
      throw error
    })
    if (this.exit !== 0) throw new Error(`billing ${this.command.join(' ')} ended with ${String(this.exit)}\n${this.log.slice(-4000)}`)
  }
}
