/** Somebody's application: takes webhooks, and does with each what the test says. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

export interface ReceivedEvent {
  id: string
  sequence: number | null
  type: string
  at: string
  user_id: string | null
  data: { object_kind: string; object_id: string; object: Record<string, unknown> | null }
}
export interface Delivered {
  headers: Record<string, string>
  body: string
  event: ReceivedEvent
}
/** What it answers; by itself it answers 204. */
export type Behaviour = (request: Delivered, response: ServerResponse, n: number) => void | Promise<void>

const accept: Behaviour = (_request, response) => {
  response.writeHead(204).end()
}

export class Receiver {
  readonly received: Delivered[] = []
  behave: Behaviour = accept
  private readonly server = createServer((request, response) => void this.take(request, response))

  static async start(behave: Behaviour = accept): Promise<Receiver> {
    const receiver = new Receiver()
    receiver.behave = behave
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve))
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hooks`
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    for await (const part of request) parts.push(part as Buffer)
    const body = Buffer.concat(parts).toString()
    const delivered: Delivered = { headers: request.headers as Record<string, string>, body, event: JSON.parse(body) as ReceivedEvent }
    this.received.push(delivered)
    await this.behave(delivered, response, this.received.length)
  }

  /** The events it has, each once, in the order in which they came first. */
  get sequences(): number[] {
    return [...new Set(this.received.map((one) => one.event.sequence).filter((one) => one !== null))]
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

/** Throws where the delivery was not signed with the secret, as any library of Standard Webhooks does. */
export function verify(secret: string, delivered: Delivered): unknown {
  return new Webhook(secret).verify(delivered.body, delivered.headers)
}
