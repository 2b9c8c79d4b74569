/** A mail server (mail_server.py) and what has come to it. */

import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Arrived {
  to: string[]
  sender: string
  /** As it travelled. */
  data: string
  tls: boolean
  user: string | null
}

export interface Part {
  type: string
  headers: Map<string, string>
  body: Buffer
}

/** Headers unfolded, names in lower case. */
function splitHead(text: string): { headers: Map<string, string>; body: string } {
  const end = text.indexOf('\r\n\r\n')
  const lines = text.slice(0, end).replace(/\r\n[ \t]/g, ' ').split('\r\n')
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  return { headers, body: text.slice(end + 4) }
}

/** The parts of a mail, those of a part among them; and its headers, words decoded. */
export function parse(mail: string): { headers: Map<string, string>; parts: Part[]; text: string; html: string } {
  const { headers, body } = splitHead(mail)
  const parts: Part[] = []
  const read = (of: Map<string, string>, text: string): void => {
    const type = of.get('content-type') ?? 'text/plain'
    const boundary = /boundary="([^"]+)"/.exec(type)?.[1]
    if (!boundary) return void parts.push({ type: type.split(';')[0]!, headers: of, body: Buffer.from(text, 'base64') })
    for (const piece of text.split(`--${boundary}`).slice(1, -1)) {
      const inner = splitHead(piece.replace(/^\r\n/, ''))
      read(inner.headers, inner.body)
    }
  }
  read(headers, body)
  for (const [name, value] of headers) {
    const joined = value.replace(/\?= =\?UTF-8\?B\?/g, '')
    headers.set(name, joined.replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, words: string) => Buffer.from(words, 'base64').toString()))
  }
  const said = (type: string) => parts.find((part) => part.type === type)?.body.toString() ?? ''
  return { headers, parts, text: said('text/plain'), html: said('text/html') }
}

export interface Certificate {
  certificate: string
  key: string
}
/** For `localhost`, signed by itself. */
export function makeCertificate(): Certificate {
  const dir = mkdtempSync(join(tmpdir(), 'billing-mail-'))
  const [certificate, key] = [join(dir, 'certificate.pem'), join(dir, 'key.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', ...subject, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  return { certificate, key }
}

export class MailServer {
  readonly arrived: Arrived[] = []
  /** Recipients, each time that they were named. */
  readonly asked: string[] = []
  port = 0
  private child: ChildProcess | undefined

  static async start(...args: string[]): Promise<MailServer> {
    const server = new MailServer()
    await server.launch(...args)
    return server
  }
  async launch(...args: string[]): Promise<void> {
    const port = this.port === 0 ? [] : ['--port', String(this.port)]
    const child = spawn('/usr/bin/python3', [join(import.meta.dirname, 'mail_server.py'), ...args, ...port], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.child = child
    const lines = createInterface({ input: child.stdout })
    this.port = Number(await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve)
      child.once('exit', () => reject(new Error('the mail server has not started')))
    }))
    lines.on('line', (line) => {
      const event = JSON.parse(line) as Arrived & { asked?: string }
      if (event.asked) this.asked.push(event.asked)
      else this.arrived.push(event)
    })
  }
  /** Nobody listens there any more, until `launch`. */
  async stop(): Promise<void> {
    const { child } = this
    if (!child || child.exitCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  /** The one that has come of one of ours. */
  of(id: string): Arrived {
    const found = this.arrived.filter((mail) => mail.data.includes(`Message-ID: <${id}@`))
    if (found.length !== 1) throw new Error(`${found.length} mails ${id} have come`)
    return found[0]!
  }
  to(address: string): Arrived[] {
    return this.arrived.filter((mail) => mail.to.includes(address))
  }
}
