// A client goes on where it stopped, with the handle and the offset that it kept.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { clients, follow, shapeUrl } from './support/follow.js'
import { database } from './support/postgres.js'

for (const client of clients) {
  describe(client.name, async () => {
    const db = await database('resume')
    await db.run(`CREATE TABLE items (id int PRIMARY KEY, n int); INSERT INTO items SELECT i, 0 FROM generate_series(1, 10) i`)
    const params = { table: db.table('items') }
    const where = followed => ({ handle: followed.stream.shapeHandle, offset: followed.stream.lastOffset })

    test('it gets what it has missed, and nothing twice', async t => {
      const before = follow(t, params, { client })
      await before.upToDate()
      await db.run('UPDATE items SET n = 1 WHERE id = 1')
      await before.until(() => assert.equal(before.changes('update').length, 1))
      before.stop()

      await db.run('UPDATE items SET n = 2 WHERE id = 2; DELETE FROM items WHERE id = 3')
      const after = follow(t, params, { client, ...where(before) })
      await after.until(() => assert.equal(after.changes().length, 2))
      assert.deepEqual(after.changes().map(m => [m.headers.operation, m.value.id]), [['update', 2], ['delete', 3]])
    })

    test('when nothing happened, it is up to date at once', async t => {
      const before = follow(t, params, { client })
      await before.upToDate()
      before.stop()
      const after = follow(t, params, { client, ...where(before) })
      await after.upToDate()
      assert.deepEqual(after.changes(), [])
    })

    test('when its shape has ended meanwhile, it fetches all again', async t => {
      const before = follow(t, params, { client })
      await before.upToDate()
      before.stop()
      const deletion = `${shapeUrl}?${new URLSearchParams({ ...params, handle: before.stream.shapeHandle })}`
      assert.equal((await fetch(deletion, { method: 'DELETE' })).status, 202)

      const after = follow(t, params, { client, ...where(before) })
      await after.mirrors(db, 'SELECT * FROM items')
      assert.notEqual(after.stream.shapeHandle, before.stream.shapeHandle)
      assert.ok(after.messages.some(m => m.headers.control === 'must-refetch'))
    })
  })
}
