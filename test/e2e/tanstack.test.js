// TanStack DB on Electric: collections, live queries, and writes that wait until they have come back.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCollection, createLiveQueryCollection, eq, gt } from '@tanstack/db'
import { electricCollectionOptions } from '@tanstack/electric-db-collection'
import { eventually, patience } from './support/eventually.js'
import { shapeUrl, sorted } from './support/follow.js'
import { database } from './support/postgres.js'

const db = await database('tanstack')
await db.run(`CREATE TABLE todos (id int PRIMARY KEY, title text NOT NULL, prio int NOT NULL);
  INSERT INTO todos SELECT i, 'todo ' || i, i % 10 FROM generate_series(1, 100) i`)

// On demand, rows may move into a query that was not loaded: replica=full has their changes tell the whole row.
function collection(t, options = {}) {
  const todos = createCollection(electricCollectionOptions({
    id: `todos-${Math.random()}`, getKey: todo => todo.id,
    shapeOptions: { url: shapeUrl, params: { table: db.table('todos'), replica: 'full' } }, ...options,
  }))
  t.after(() => todos.cleanup())
  return todos
}

const shows = (query, expected) => eventually(() => assert.deepEqual(
  sorted(query.toArray.map(({ id, title, prio }) => ({ id, title, prio }))), sorted(expected),
))

/** What a back end does with a write: it tells the transaction's id. */
const backEnd = {
  onInsert: async ({ transaction }) => {
    const { id, title, prio } = transaction.mutations[0].modified
    return { txid: await db.transaction(`INSERT INTO todos VALUES (${id}, '${title}', ${prio})`), timeout: patience }
  },
  onUpdate: async ({ transaction }) => {
    const [{ original, changes }] = transaction.mutations
    return { txid: await db.transaction(`UPDATE todos SET title = '${changes.title}' WHERE id = ${original.id}`), timeout: patience }
  },
  onDelete: async ({ transaction }) => {
    const [{ original }] = transaction.mutations
    return { txid: await db.transaction(`DELETE FROM todos WHERE id = ${original.id}`), timeout: patience }
  },
}

test('optimistic writes hold when the server has confirmed them', async t => {
  const todos = collection(t, backEnd)
  await todos.preload()
  assert.equal(todos.size, 100)
  await todos.insert({ id: 101, title: 'mine', prio: 5 }).isPersisted.promise
  await todos.update(101, todo => { todo.title = 'still mine' }).isPersisted.promise
  assert.equal(todos.get(101).title, 'still mine')
  await todos.delete(101).isPersisted.promise
  assert.equal(todos.has(101), false)
})

test('awaitTxId, for a transaction that somebody else wrote', async t => {
  const todos = collection(t)
  await todos.preload()
  const txid = await db.transaction(`UPDATE todos SET title = 'theirs' WHERE id = 1`)
  assert.equal(await todos.utils.awaitTxId(txid, patience), true)
  assert.equal(todos.get(1).title, 'theirs')
})

for (const syncMode of ['on-demand', 'progressive']) {
  test(`${syncMode}: live queries load what they need, and stay up to date`, async t => {
    const todos = collection(t, { syncMode, ...backEnd })
    const urgent = createLiveQueryCollection(q => q.from({ todo: todos }).where(({ todo }) => gt(todo.prio, 8)))
    const first = createLiveQueryCollection(q => q.from({ todo: todos })
      .where(({ todo }) => eq(todo.prio, 3)).orderBy(({ todo }) => todo.id).limit(2))
    t.after(() => Promise.all([urgent, first].map(query => query.cleanup())))
    await Promise.all([urgent.preload(), first.preload()])
    const mirrors = async () => {
      await shows(urgent, (await db.run('SELECT * FROM todos WHERE prio > 8')).map(numbers))
      await shows(first, (await db.run('SELECT * FROM todos WHERE prio = 3 ORDER BY id LIMIT 2')).map(numbers))
    }
    await mirrors()
    await db.run(`UPDATE todos SET prio = 9 WHERE id = 50; UPDATE todos SET prio = 1 WHERE id IN (9, 13); DELETE FROM todos WHERE id = 19`)
    await mirrors()
    await todos.insert({ id: 500, title: 'new', prio: 9 }).isPersisted.promise
    await mirrors()
    await db.run(`DELETE FROM todos WHERE id = 500; UPDATE todos SET prio = id % 10; INSERT INTO todos VALUES (19, 'todo 19', 9)`)
    await mirrors()
  })
}

const numbers = ({ id, title, prio }) => ({ id: Number(id), title, prio: Number(prio) })
