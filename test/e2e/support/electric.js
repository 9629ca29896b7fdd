// Servers that a story starts, stops and restarts itself.

import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cleanup } from './cleanup.js'
import { eventually } from './eventually.js'

/** Starts `electric daemon` for a database; it is stopped after the file's tests. `env` are settings besides. */
export async function startElectric(databaseUrl, env = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'electric-e2e-'))
  const server = new Electric(dir, {
    DATABASE_URL: databaseUrl, ELECTRIC_INSECURE: 'true', ELECTRIC_LOG_LEVEL: 'warning', XDG_CONFIG_HOME: dir, HOME: dir, ...env,
  })
  cleanup(async () => {
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  })
  await server.start()
  return server
}

class Electric {
  port = 0 // any that is free, the first time
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

  /** Starts the server, again on the same port, and waits until it is active. */
  async start() {
    const { PATH } = process.env
    const env = Object.fromEntries(Object.entries({ PATH, ...this.env }).filter(([, value]) => value !== undefined))
    this.process = spawn(process.env.ELECTRIC_BIN, ['daemon', '--port', String(this.port)], {
      cwd: this.dir, env, stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.ended = new Promise(resolve => this.process.once('exit', resolve))
    this.process.stderr.setEncoding('utf8').on('data', text => { this.output += text })
    await eventually(() => this.#listening())
    await this.active()
  }

  #listening() {
    const port = this.output.match(/listens on http:\/\/localhost:(\d+)/)?.[1]
    if (!port || this.process.exitCode !== null) throw new Error(`the server did not start:\n${this.output}`)
    this.port = Number(port)
  }

  /** Waits until changes arrive. */
  async active() {
    await eventually(async () => {
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
