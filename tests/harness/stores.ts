/** Private stores for one run: a PostgreSQL cluster and a Redis in a directory of their own, for when script/test has not brought any. */

import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './until.ts'

export interface Stores {
  databaseUrl: string
  redisUrl: string
  stop: () => void
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

function postgresBin(): string {
  const root = '/usr/lib/postgresql'
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0]
  if (!newest) throw new Error(`no PostgreSQL in ${root}`)
  return join(root, newest, 'bin')
}

export async function startStores(): Promise<Stores> {
  const dir = mkdtempSync(join(tmpdir(), 'billing-test-'))
  const bin = postgresBin()
  // PostgreSQL refuses to run as root.
  const root = process.getuid?.() === 0
  if (root) execFileSync('chown', ['postgres', dir])
  const pg = (program: string, ...args: string[]) => {
    const command = [join(bin, program), ...args]
    const [file, ...rest] = root ? ['runuser', '-u', 'postgres', '--', ...command] : command
    execFileSync(file!, rest, { stdio: ['ignore', 'ignore', 'inherit'], cwd: dir })
  }
  const data = join(dir, 'postgres')
  const port = await freePort()
  pg('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--lc-collate=C', '--lc-ctype=C.UTF-8', '--lc-messages=C', '--no-sync')
  const settings = [`-p ${port}`, '-c listen_addresses=127.0.0.1', `-c unix_socket_directories=${dir}`, '-c fsync=off', '-c max_connections=200']
  pg('pg_ctl', '-D', data, '-w', '-l', join(dir, 'postgres.log'), '-o', settings.join(' '), 'start')

  const redisPort = await freePort()
  const redis: ChildProcess = spawn(
    'redis-server',
    ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir],
    { stdio: 'ignore' },
  )
  await until('Redis listens', () => canConnect(redisPort))

  return {
    databaseUrl: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    redisUrl: `redis://127.0.0.1:${redisPort}`,
    stop: () => {
      redis.kill('SIGKILL')
      pg('pg_ctl', '-D', data, '-m', 'immediate', 'stop')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
