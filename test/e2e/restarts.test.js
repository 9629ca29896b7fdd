// Servers and networks fail under running clients: they recover by themselves.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startElectric } from './support/electric.js'
import { eventually } from './support/eventually.js'
import { clients, follow } from './support/follow.js'
import { connect, database } from './support/postgres.js'
import { openProxy } from './support/proxy.js'

describe('the sync server', async () => {
  const server = await startElectric('restarts')
  const db = await database('restarts', server.databaseUrl)
  await db.run('CREATE TABLE items (id int PRIMARY KEY, n int); INSERT INTO items SELECT i, 0 FROM generate_series(1, 100) i')
  const params = { table: db.table('items') }
  const everyone = t => [
    ...clients.map(client => follow(t, params, { client, url: server.shapeUrl })),
    follow(t, params, { url: server.shapeUrl, liveSse: true }),
  ]

  test('leaves nothing in the database when it stops', async t => {
    await follow(t, params, { url: server.shapeUrl }).upToDate()
    await server.stop()
    const left = `SELECT slot_name AS name FROM pg_replication_slots WHERE database = current_database()
      UNION ALL SELECT pubname FROM pg_publication`
    await eventually(async () => assert.deepEqual(await db.run(left), [])) // Postgres ends a slot when it misses its client
    await server.start()
  })

  for (const signal of ['SIGTERM', 'SIGKILL']) {
    test(`is stopped by ${signal} and started again`, async t => {
      const followers = everyone(t)
      await Promise.all(followers.map(follower => follower.upToDate()))
      await server.stop(signal)
      await db.run('UPDATE items SET n = n + 1; DELETE FROM items WHERE id = (SELECT min(id) FROM items)') // nobody is told
      await server.start()
      await Promise.all(followers.map(follower => follower.mirrors(db, 'SELECT * FROM items')))

      await db.run('INSERT INTO items SELECT max(id) + 1, 0 FROM items')
      await Promise.all(followers.map(follower => follower.mirrors(db, 'SELECT * FROM items')))
    })
  }
})

describe('Postgres', async () => {
  let proxy
  const server = await startElectric('postgres', async url => {
    proxy = await openProxy(url)
    return { DATABASE_URL: proxy.url }
  })
  const db = await database('postgres', server.databaseUrl)
  await db.run('CREATE TABLE items (id int PRIMARY KEY, n int); INSERT INTO items SELECT i, 0 FROM generate_series(1, 100) i')

  test('is not to be reached for a while; what is written meanwhile is not lost', async t => {
    const items = follow(t, { table: db.table('items') }, { url: server.shapeUrl })
    const events = follow(t, { table: db.table('items') }, { url: server.shapeUrl, liveSse: true })
    await Promise.all([items.upToDate(), events.upToDate()])
    proxy.down = true
    proxy.cut()
    await db.run('UPDATE items SET n = 1 WHERE id < 50; DELETE FROM items WHERE id = 50; INSERT INTO items VALUES (101, 0)')
    await items.until(async () => assert.equal((await fetch(`${server.url}/v1/health`)).status, 202))
    proxy.down = false
    await Promise.all([items, events].map(follower => follower.mirrors(db, 'SELECT * FROM items')))
  })

  test('ends all connections, as it does when it is shut down', async t => {
    const items = follow(t, { table: db.table('items') }, { url: server.shapeUrl })
    await items.upToDate()
    const admin = await connect(server.databaseUrl)
    t.after(() => admin.end())
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name <> 'story' AND pid <> pg_backend_pid()`)
    await db.run('UPDATE items SET n = 2')
    await items.mirrors(db, 'SELECT * FROM items')
  })
})
