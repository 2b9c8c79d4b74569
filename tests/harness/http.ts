/** Requests exactly as told: any method, any header, any bytes. */

import { Agent, request } from 'node:http'

export interface Sent {
  method: string
  path: string
  headers?: Record<string, string>
  body?: string | Buffer
}

export interface Received {
  status: number
  headers: Record<string, string>
  text: string
  bytes: Buffer
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** The connections to a server that nobody uses just now: one that ends listens to them for two more seconds. */
export function closeIdle(origin: string): void {
  const { port } = new URL(origin)
  for (const [name, sockets] of Object.entries(agent.freeSockets)) {
    if (name.includes(`:${port}:`)) for (const socket of sockets ?? []) socket.destroy()
  }
}

export function send(origin: string, sent: Sent, timeoutMs = 90_000): Promise<Received> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin)
    const body = sent.body === undefined ? undefined : Buffer.from(sent.body as string)
    const headers: Record<string, string> = { ...sent.headers }
    if (body) headers['Content-Length'] = String(body.length)
    else if (sent.method === 'POST' || sent.method === 'PATCH') headers['Content-Length'] = '0'
    const r = request({ agent, hostname, port, method: sent.method, path: sent.path, headers, timeout: timeoutMs }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const flat: Record<string, string> = {}
        for (const [name, value] of Object.entries(answer.headers)) flat[name] = Array.isArray(value) ? value.join(', ') : (value ?? '')
        const bytes = Buffer.concat(chunks)
        resolve({ status: answer.statusCode ?? 0, headers: flat, text: bytes.toString('utf8'), bytes })
      })
    })
    r.on('timeout', () => r.destroy(new Error(`no answer to ${sent.method} ${sent.path} within ${timeoutMs} ms`)))
    r.on('error', reject)
    r.end(body)
  })
}
