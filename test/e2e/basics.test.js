// What happens to a table's rows happens to the shape's: with both clients, by long-polling and by server-sent events
// (those of the old one need a browser).

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { clients, follow } from './support/follow.js'
import { database } from './support/postgres.js'

const ways = [
  ...clients.map(client => ({ name: client.name, options: { client } })),
  { name: 'client 1.5, events', options: { liveSse: true } },
]

for (const { name, options } of ways) {
  describe(name, async () => {
    const db = await database('basics')
    await db.run(`
      CREATE TABLE todos (id int PRIMARY KEY, title text NOT NULL, done bool NOT NULL DEFAULT false);
      INSERT INTO todos VALUES (1, 'buy milk'), (2, 'buy bread')`)

    test('rows that were there, an insert, an update, a delete', async t => {
      const todos = follow(t, { table: db.table('todos') }, options)
      await todos.shows([{ id: 1, title: 'buy milk', done: false }, { id: 2, title: 'buy bread', done: false }])

      await db.run(`INSERT INTO todos VALUES (3, 'call Ann')`)
      await db.run(`UPDATE todos SET done = true WHERE id = 1`)
      await db.run(`DELETE FROM todos WHERE id = 2`)
      await todos.shows([{ id: 1, title: 'buy milk', done: true }, { id: 3, title: 'call Ann', done: false }])
    })

    test('a row that gets another key is deleted and inserted', async t => {
      const todos = follow(t, { table: db.table('todos') }, options)
      await todos.upToDate()
      await db.run(`UPDATE todos SET id = 30 WHERE id = 3`)
      await todos.mirrors(db, 'SELECT * FROM todos')

      const gone = todos.changes('delete').find(m => m.value.id === 3)
      const come = todos.changes('insert').find(m => m.value.id === 30)
      assert.equal(gone.headers.key_change_to, come.key)
      assert.equal(come.headers.key_change_from, gone.key)
    })

    test('several changes of one row, in one transaction and in several', async t => {
      const todos = follow(t, { table: db.table('todos') }, options)
      await todos.upToDate()
      await db.transaction(
        `INSERT INTO todos VALUES (5, 'once')`, `UPDATE todos SET title = 'twice' WHERE id = 5`, `DELETE FROM todos WHERE id = 1`,
      )
      await db.run(`UPDATE todos SET title = 'three times' WHERE id = 5`)
      await db.run(`INSERT INTO todos VALUES (1, 'again')`)
      await todos.mirrors(db, 'SELECT * FROM todos')
    })

    test('what is rolled back is never seen', async t => {
      const todos = follow(t, { table: db.table('todos') }, options)
      await db.run(`BEGIN; INSERT INTO todos VALUES (6, 'no'); SAVEPOINT s; ROLLBACK`)
      await db.run(`BEGIN; SAVEPOINT s; INSERT INTO todos VALUES (7, 'no'); ROLLBACK TO s; INSERT INTO todos VALUES (8, 'yes'); COMMIT`)
      await todos.mirrors(db, 'SELECT * FROM todos')
      assert.deepEqual(todos.changes().filter(m => m.value.title === 'no'), [])
    })
  })
}
