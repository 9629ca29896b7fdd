// A network that fails: connections through it can be cut, and refused for a while.

import { connect, createServer } from 'node:net'
import { cleanup } from './cleanup.js'

/** Opens a TCP proxy to where a URL points, until the file's tests are over. `proxy.url` leads through it. */
export async function openProxy(target) {
  const to = new URL(target)
  const proxy = new Proxy(to)
  await new Promise(resolve => proxy.server.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = proxy.server.address().port
  proxy.url = url.href
  cleanup(() => proxy.close())
  return proxy
}

class Proxy {
  down = false
  #sockets = new Set()

  constructor(to) {
    this.server = createServer(socket => {
      if (this.down) return socket.destroy()
      const target = connect(Number(to.port), to.hostname)
      for (const [from, into] of [[socket, target], [target, socket]]) {
        this.#sockets.add(from)
        from.on('error', () => {}).on('close', () => { this.#sockets.delete(from); into.destroy() }).pipe(into)
      }
    })
  }

  /** Cuts all connections. New ones are taken. */
  cut() {
    for (const socket of this.#sockets) socket.destroy()
  }

  close() {
    this.down = true
    this.cut()
    this.server.close()
  }
}
