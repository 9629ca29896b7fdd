// A table's definition changes under clients: they fetch the shape again by themselves, and show what there is now.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { clients, follow } from './support/follow.js'
import { database } from './support/postgres.js'

/** What is done to a table `id int PRIMARY KEY, a text NOT NULL`, which holds (1, 'x'); and what it holds then. */
const changes = [
  ['TRUNCATE', 'TRUNCATE t; INSERT INTO t VALUES (2, $$y$$)', [{ id: 2, a: 'y' }]],
  ['ADD COLUMN', 'ALTER TABLE t ADD b int DEFAULT 7', [{ id: 1, a: 'x', b: 7 }]],
  ['DROP COLUMN', 'ALTER TABLE t DROP a', [{ id: 1 }]],
  ['RENAME COLUMN', 'ALTER TABLE t RENAME a TO b', [{ id: 1, b: 'x' }]],
  ['ALTER TYPE', 'ALTER TABLE t ALTER a TYPE int USING 5', [{ id: 1, a: 5 }]],
  ['ALTER TYPE of the key', 'ALTER TABLE t ALTER id TYPE bigint', [{ id: 1n, a: 'x' }]],
  ['another primary key', 'ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (a)', [{ id: 1, a: 'x' }]],
  ['DROP NOT NULL', 'ALTER TABLE t ALTER a DROP NOT NULL; UPDATE t SET a = NULL', [{ id: 1, a: null }]],
  ['DROP and CREATE', 'DROP TABLE t; CREATE TABLE t (id text PRIMARY KEY); INSERT INTO t VALUES ($$new$$)', [{ id: 'new' }]],
  ['another table in its place', 'ALTER TABLE t RENAME TO old; CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (9)', [{ id: 9 }]],
  ['REPLICA IDENTITY DEFAULT', 'ALTER TABLE t REPLICA IDENTITY DEFAULT; UPDATE t SET a = $$z$$', [{ id: 1, a: 'z' }]],
]

for (const client of clients) {
  describe(client.name, { concurrency: 4 }, () => {
    for (const [what, statements, rows] of changes) {
      test(what, async t => {
        const db = await database('changes')
        await db.run(`CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL); INSERT INTO t VALUES (1, 'x')`)
        const followed = follow(t, { table: db.table('t') }, { client })
        await followed.shows([{ id: 1, a: 'x' }])
        await db.run(statements)
        await followed.shows(rows)
        await db.run(`INSERT INTO t (id) VALUES (77) ON CONFLICT DO NOTHING`).catch(() => {}) // where other columns allow it
        await followed.until(async () => {
          const [{ count }] = await db.run('SELECT count(*) FROM t')
          assert.equal(followed.rows.length, Number(count))
        })
      })
    }
  })
}

test('a column that is not selected may come and go', async t => {
  const db = await database('changes')
  await db.run(`CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x')`)
  const followed = follow(t, { table: db.table('t'), columns: ['id', 'a'] })
  await followed.upToDate()
  const handle = followed.stream.shapeHandle
  await db.run(`ALTER TABLE t ADD b int; UPDATE t SET b = 1, a = 'y'`)
  await followed.shows([{ id: 1, a: 'y' }])
  await db.run(`ALTER TABLE t DROP b; UPDATE t SET a = 'z'`)
  await followed.shows([{ id: 1, a: 'z' }])
  assert.equal(followed.stream.shapeHandle, handle)
})

test('a table that comes back a while after it was dropped', async t => {
  const db = await database('changes')
  await db.run(`CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)`)
  const statuses = []
  const fetchClient = async (...args) => {
    const response = await fetch(...args)
    statuses.push(response.status)
    return response
  }
  const followed = follow(t, { table: db.table('t') }, { fetchClient })
  await followed.shows([{ id: 1 }])
  await db.run('DROP TABLE t')
  await followed.until(() => assert.equal(statuses.at(-1), 503)) // the client has asked for it in vain
  await db.run('CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (2)')
  await followed.shows([{ id: 2 }])
})
