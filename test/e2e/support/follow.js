// Shapes as an app follows them with @electric-sql/client, in its newest version and in an old one.

import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import * as newest from '@electric-sql/client'
import * as old from '@electric-sql/client-1.0'
import { eventually, Hopeless } from './eventually.js'

/** URL of the shape API of this run's server. */
export const shapeUrl = `${process.env.ELECTRIC_URL}/v1/shape`

/** The clients that stories are told with. */
export const clients = [{ name: 'client 1.5', ...newest }, { name: 'client 1.0', ...old }]

/** The newest client, where the version makes no difference. */
export const client = clients[0]

/**
 * Follows a shape until the test ends. `options.client` is one of the clients; the other options are those of
 * ShapeStream, with the shape's definition in `params`.
 */
export function follow(t, params, { client = clients[0], ...options } = {}) {
  const aborter = new AbortController()
  t.after(() => aborter.abort())
  const followed = new Followed()
  followed.stream = new client.ShapeStream({
    url: shapeUrl, params, signal: aborter.signal, onError: error => { followed.error = error }, ...options,
  })
  followed.stream.subscribe(messages => followed.messages.push(...messages), () => {})
  followed.shape = new client.Shape(followed.stream)
  followed.stop = () => aborter.abort()
  return followed
}

const notYet = new Error('not yet')

class Followed {
  /** All messages so far. */
  messages = []

  /** Why the stream has ended; undefined as long as it lives. */
  error = undefined

  get rows() {
    return this.shape.currentRows
  }

  /** Change messages of one operation, or all. */
  changes(operation) {
    return this.messages.filter(m => m.headers.operation && (!operation || m.headers.operation === operation))
  }

  /** Waits until the shape's rows are these, in any order. */
  async shows(expected) {
    const want = sorted(expected)
    try {
      await this.until(() => { if (!isDeepStrictEqual(sorted(this.rows), want)) throw notYet })
    } catch (error) {
      if (error !== notYet) throw error
      assert.deepEqual(sorted(this.rows), want) // it tells the difference, which takes too long to be done all the time
    }
  }

  /** Waits until the shape is up to date and its rows are those that a query gives, as text. */
  async mirrors(db, query) {
    await this.until(async () => {
      const want = await db.run(query)
      assert.deepEqual(sorted(this.rows.map(asText)), sorted(want.map(row => ({ ...row }))))
    })
  }

  /** Waits until the stream has said that nothing is missing. */
  async upToDate() {
    await this.until(() => assert.ok(this.shape.isUpToDate ?? this.stream.isUpToDate, 'not up to date'))
  }

  /** Waits until `check` does not throw; a stream that has ended cannot change any more. */
  async until(check) {
    return eventually(() => {
      if (this.error) throw new Hopeless(`the stream ended: ${this.error.message}`, { cause: this.error })
      return check()
    })
  }
}

/** Rows in an order that depends on nothing but their values. */
export function sorted(rows) {
  const text = row => JSON.stringify(row, (_, v) => (typeof v === 'bigint' ? `${v}n` : v))
  return [...rows].sort((a, b) => (text(a) < text(b) ? -1 : 1))
}

/** A row's scalar values as Postgres writes them. */
function asText(row) {
  const text = value => (value === null ? null : typeof value === 'boolean' ? String(value)[0] : String(value))
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, text(value)]))
}
