// Servers that a story starts, stops and restarts itself.

import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cleanup } from './cleanup.js'
import { eventually, Hopeless } from './eventually.js'
import { ownDatabase } from './postgres.js'

/**
 * Starts `electric daemon` with a database of its own; both are gone after the file's tests. `env` are settings besides, or
 * a function of the database's URL that gives them. `server.databaseUrl` is for the story's own connections.
 */
export async function startElectric(name, env = {}) {
  const databaseUrl = await ownDatabase(name)
  const dir = await mkdtemp(join(tmpdir(), 'electric-e2e-'))
  if (typeof env === 'function') env = await env(databaseUrl)
  const server = new Electric(dir, {
    DATABASE_URL: databaseUrl, ELECTRIC_INSECURE: 'true', ELECTRIC_LOG_LEVEL: 'warning', XDG_CONFIG_HOME: dir, HOME: dir, ...env,
  })
  server.databaseUrl = databaseUrl
  server.port = await freePort()
  cleanup(async () => {
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  })
  await server.start()
  return server
}

/**
 * A port that nobody listens on, and that nobody gets who asks the system for one: while the server is down, a client that
 * connects would be given it.
 */
async function freePort() {
  for (;;) {
    const port = randomInt(10_000, 30_000)
    const server = createServer()
    const listens = await new Promise(resolve => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)))
    if (!listens) continue
    await new Promise(resolve => server.close(resolve))
    return port
  }
}

class Electric {
  output = ''

  constructor(dir, env) {
    Object.assign(this, { dir, env })
  }

  get url() {
    return `http://localhost:${this.port}`
  }

  get shapeUrl() {
    return `${this.url}/v1/shape`
  }

  /** Starts the server, always on the same port, and waits until it is active. */
  async start() {
    const { PATH } = process.env
    const env = Object.fromEntries(Object.entries({ PATH, ...this.env }).filter(([, value]) => value !== undefined))
    this.process = spawn(process.env.ELECTRIC_BIN, ['daemon', '--port', String(this.port)], {
      cwd: this.dir, env, stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.ended = new Promise(resolve => this.process.once('exit', resolve))
    this.process.stderr.setEncoding('utf8').on('data', text => { this.output += text })
    await this.active()
  }

  /** Waits until changes arrive. */
  async active() {
    await eventually(async () => {
      if (this.process.exitCode !== null || this.process.signalCode !== null) throw new Hopeless(`the server has ended:\n${this.output}`)
      const response = await fetch(`${this.url}/v1/health`)
      const { status } = await response.json()
      if (status !== 'active') throw new Error(`the server is ${status}`)
    })
  }

  /** Stops the server: with SIGTERM, as a supervisor does, or as `signal` says. */
  async stop(signal = 'SIGTERM') {
    this.process.kill(signal)
    await this.ended
  }
}
