// Server-sent events: one request stays open, and is made again when the network fails.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { follow, shapeUrl } from './support/follow.js'
import { database } from './support/postgres.js'
import { openProxy } from './support/proxy.js'

const db = await database('events')
await db.run('CREATE TABLE items (id int PRIMARY KEY, n int); INSERT INTO items VALUES (1, 0)')

/** A fetch that counts the requests for events. */
function counting() {
  const count = (url, init) => {
    if (new URL(url).searchParams.get('live_sse') === 'true') count.events++
    return fetch(url, init)
  }
  count.events = 0
  return count
}

test('many changes come by one request', async t => {
  const fetchClient = counting()
  const began = performance.now()
  const items = follow(t, { table: db.table('items') }, { liveSse: true, fetchClient })
  await items.upToDate()
  for (let i = 2; i <= 30; i++) {
    await db.run(`INSERT INTO items VALUES (${i}, 0)`)
    if (i % 10 === 0) await items.mirrors(db, 'SELECT * FROM items')
  }
  const minutes = Math.floor((performance.now() - began) / 60_000) // after one, the server ends a request
  assert.ok(fetchClient.events >= 1 && fetchClient.events <= 1 + minutes, `${fetchClient.events} requests`)
})

test('after a broken connection it goes on where it was', async t => {
  const proxy = await openProxy(shapeUrl)
  const fetchClient = counting()
  const items = follow(t, { table: db.table('items') }, { url: proxy.url, liveSse: true, fetchClient })
  await items.mirrors(db, 'SELECT * FROM items')
  for (let round = 1; round <= 2; round++) {
    await items.until(() => assert.ok(fetchClient.events >= round))
    proxy.down = true
    proxy.cut()
    await db.transaction(`UPDATE items SET n = n + 1`, `DELETE FROM items WHERE id = ${round}`)
    proxy.down = false
    await items.mirrors(db, 'SELECT * FROM items')
  }
  assert.equal(items.messages.filter(m => m.headers.control === 'must-refetch').length, 0)
})

test('when the shape ends, the stream ends, and the client fetches again', async t => {
  const items = follow(t, { table: db.table('items') }, { liveSse: true })
  await items.mirrors(db, 'SELECT * FROM items')
  await db.run('TRUNCATE items; INSERT INTO items VALUES (500, 1)')
  await items.shows([{ id: 500, n: 1 }])
})
