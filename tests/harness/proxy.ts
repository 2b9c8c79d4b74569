/** A TCP relay in front of a store, so that a test can take the store away from one server and give it back. */

import { connect, createServer, type Socket } from 'node:net'

export interface Proxy {
  url: string
  /** Drops what is connected and refuses what comes, until `restore`. */
  cut: () => void
  restore: () => void
  /** Keeps what is connected, and passes nothing on, until `thaw`. */
  freeze: () => void
  thaw: () => void
  close: () => void
}

export async function startProxy(target: string): Promise<Proxy> {
  const url = new URL(target)
  const defaultPort = url.protocol === 'redis:' ? 6379 : 5432
  const socketDir = url.searchParams.get('host')
  const port = Number(url.port || url.searchParams.get('port') || defaultPort)
  const sockets = new Set<Socket>()
  let up = true
  let frozen = false
  const server = createServer((client) => {
    if (!up) return client.destroy()
    const upstream = socketDir?.startsWith('/') ? connect(`${socketDir}/.s.PGSQL.${port}`) : connect(port, url.hostname || socketDir || '127.0.0.1')
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.on('error', () => socket.destroy())
      socket.pipe(other)
      if (frozen) socket.pause()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const relayed = new URL(target)
  relayed.searchParams.delete('host')
  relayed.searchParams.delete('port')
  relayed.host = `127.0.0.1:${(server.address() as { port: number }).port}`
  return {
    url: relayed.href,
    cut: () => {
      up = false
      for (const socket of sockets) socket.destroy()
    },
    restore: () => {
      up = true
    },
    freeze: () => {
      frozen = true
      for (const socket of sockets) socket.unpipe().pause()
    },
    thaw: () => {
      frozen = false
      for (const socket of sockets) socket.destroy()
    },
    close: () => {
      up = false
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
