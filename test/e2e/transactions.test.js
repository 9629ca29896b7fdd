// @electric-sql/experimental: several shapes as one stream, with each transaction whole.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchBy, matchStream, MultiShapeStream, TransactionalMultiShapeStream } from '@electric-sql/experimental'
import { eventually, patience } from './support/eventually.js'
import { follow, shapeUrl } from './support/follow.js'
import { database } from './support/postgres.js'

const db = await database('transactions')
await db.run(`
  CREATE TABLE orders (id int PRIMARY KEY, total int NOT NULL);
  CREATE TABLE lines (id int PRIMARY KEY, order_id int NOT NULL, price int NOT NULL);
  INSERT INTO orders VALUES (1, 30); INSERT INTO lines VALUES (1, 1, 10), (2, 1, 20)`)

/** The shapes' options. A signal ends the streams with the test. */
function shapes(t) {
  const aborter = new AbortController()
  t.after(() => aborter.abort())
  const shape = table => ({ url: shapeUrl, params: { table: db.table(table) }, signal: aborter.signal })
  return { orders: shape('orders'), lines: shape('lines') }
}

test('MultiShapeStream: messages of several shapes, each with its name', async t => {
  const stream = new MultiShapeStream({ shapes: shapes(t), checkForUpdatesAfterMs: 50 })
  const rows = { orders: new Map(), lines: new Map() }
  stream.subscribe(messages => {
    for (const { shape, key, value, headers } of messages) {
      if (headers.operation) rows[shape].set(key, value)
    }
  })
  await eventually(() => assert.deepEqual([rows.orders.size, rows.lines.size, stream.isUpToDate], [1, 2, true]))
  await db.transaction('INSERT INTO orders VALUES (2, 5)', 'INSERT INTO lines VALUES (3, 2, 5)')
  await eventually(() => assert.deepEqual([rows.orders.size, rows.lines.size], [2, 3]))
})

test('TransactionalMultiShapeStream: an order is never seen without its lines', async t => {
  const stream = new TransactionalMultiShapeStream({ shapes: shapes(t), checkForUpdatesAfterMs: 20 })
  const rows = { orders: new Map(), lines: new Map() }
  const torn = []
  let batches = 0
  stream.subscribe(messages => {
    for (const { shape, key, value, headers } of messages) {
      if (headers.operation === 'delete') rows[shape].delete(key)
      else if (headers.operation) rows[shape].set(key, { ...rows[shape].get(key), ...value })
    }
    batches++
    const sums = new Map()
    for (const line of rows.lines.values()) sums.set(line.order_id, (sums.get(line.order_id) ?? 0) + line.price)
    for (const order of rows.orders.values()) if ((sums.get(order.id) ?? 0) !== order.total) torn.push(order)
  })
  await eventually(() => assert.ok(stream.isUpToDate))

  for (let i = 10; i < 30; i++) {
    await db.transaction(
      `INSERT INTO orders VALUES (${i}, 0)`, `INSERT INTO lines SELECT ${i} * 100 + n, ${i}, n FROM generate_series(1, 5) n`,
      `UPDATE orders SET total = 15 WHERE id = ${i}`, `DELETE FROM lines WHERE id = ${i - 1} * 100 + 1`,
      `UPDATE orders SET total = total - 1 WHERE id = ${i - 1} AND id >= 10`,
    )
  }
  await eventually(async () => {
    const [{ orders, lines }] = await db.run('SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM lines) AS lines')
    assert.deepEqual([rows.orders.size, rows.lines.size], [Number(orders), Number(lines)])
  })
  assert.deepEqual(torn, [])
  assert.ok(batches > 1)
})

test('matchStream: waiting for a row that one has written', async t => {
  const orders = follow(t, { table: db.table('orders') })
  await orders.upToDate()
  const seen = matchStream(orders.stream, ['insert'], matchBy('id', 1000), patience)
  await db.run('INSERT INTO orders VALUES (1000, 0)')
  assert.deepEqual((await seen).value, { id: 1000, total: 0 })
})
