// What a shape's definition may say: where, params, columns, replica; tables of every kind.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { clients, follow } from './support/follow.js'
import { database } from './support/postgres.js'

const quoted = name => `"${name.replaceAll('"', '""')}"`

for (const client of clients) {
  describe(client.name, async () => {
    const db = await database('shapes')
    await db.run(`
      CREATE TABLE songs (id int PRIMARY KEY, title text, rating int, genre text[]);
      INSERT INTO songs VALUES (1, 'Blue', 5, '{folk}'), (2, 'Hejira', 4, NULL), (3, 'Mingus', 2, '{jazz,folk}')`)

    test('where: rows come and go as they match', async t => {
      const good = follow(t, { table: db.table('songs'), where: 'rating >= 4', columns: ['id', 'rating'] }, { client })
      await good.shows([{ id: 1, rating: 5 }, { id: 2, rating: 4 }])

      await db.run('UPDATE songs SET rating = 5 WHERE id = 3')
      await db.run('UPDATE songs SET rating = 3 WHERE id = 1')
      await db.run(`UPDATE songs SET title = 'not selected' WHERE id = 2`)
      await good.shows([{ id: 2, rating: 4 }, { id: 3, rating: 5 }])
    })

    test('params stand for $1, $2 in where', async t => {
      const found = follow(t, {
        table: db.table('songs'), where: 'title ILIKE $1 AND rating = ANY($2)', params: ['%in%', '{2,3,5}'], columns: ['id'],
      }, { client })
      await found.shows([{ id: 3 }])
      await db.run(`INSERT INTO songs VALUES (4, 'Shine', 2), (5, 'Shine', 1), (6, 'Wild Things', 3)`)
      await found.shows([{ id: 3 }, { id: 4 }, { id: 6 }])
    })

    test('columns: names with commas, quotes and capitals', async t => {
      await db.run(`CREATE TABLE odd ("Id" int PRIMARY KEY, "a,b" text, "c""d" text, "é" text, rest text);
        INSERT INTO odd VALUES (1, 'x', 'y', 'z', 'not this')`)
      const columns = ['Id', 'a,b', 'c"d', 'é'].map(client.name === 'client 1.0' ? quoted : name => name) // newer ones quote
      const odd = follow(t, { table: db.table('odd'), columns }, { client })
      await odd.shows([{ Id: 1, 'a,b': 'x', 'c"d': 'y', é: 'z' }])
    })

    test('a table whose name has capitals and blanks is quoted', async t => {
      await db.run(`CREATE TABLE "My Table" (id int PRIMARY KEY); INSERT INTO "My Table" VALUES (1)`)
      await follow(t, { table: `${db.schema}."My Table"` }, { client }).shows([{ id: 1 }])
    })

    test('replica=full: updates and deletes tell the whole row, and what was there before', async t => {
      await db.run(`CREATE TABLE notes (id int PRIMARY KEY, a text, b text); INSERT INTO notes VALUES (1, 'a', 'b')`)
      const notes = follow(t, { table: db.table('notes'), replica: 'full' }, { client })
      await notes.upToDate()
      await db.run(`UPDATE notes SET a = 'A'`)
      await db.run('DELETE FROM notes')
      await notes.until(() => assert.equal(notes.changes('delete').length, 1))

      const [update] = notes.changes('update')
      assert.deepEqual(update.value, { id: 1, a: 'A', b: 'b' })
      assert.deepEqual(update.old_value, { a: 'a' })
      assert.deepEqual(notes.changes('delete')[0].value, { id: 1, a: 'A', b: 'b' })
    })

    test('the default replica: updates tell the key and what changed, deletes the key', async t => {
      await db.run(`CREATE TABLE brief (id int PRIMARY KEY, a text, b text); INSERT INTO brief VALUES (1, 'a', 'b')`)
      const brief = follow(t, { table: db.table('brief') }, { client })
      await brief.upToDate()
      await db.run(`UPDATE brief SET a = 'A'`)
      await db.run('DELETE FROM brief')
      await brief.until(() => assert.equal(brief.changes('delete').length, 1))
      assert.deepEqual(brief.changes('update')[0].value, { id: 1, a: 'A' })
      assert.deepEqual(brief.changes('delete')[0].value, { id: 1 })
    })

    test('a table without a key: a row is all its columns', async t => {
      await db.run(`CREATE TABLE log (at int, line text); INSERT INTO log VALUES (1, 'up'), (2, NULL)`)
      const log = follow(t, { table: db.table('log') }, { client })
      await log.shows([{ at: 1, line: 'up' }, { at: 2, line: null }])
      await db.run(`UPDATE log SET line = 'down' WHERE at = 2; DELETE FROM log WHERE at = 1; INSERT INTO log VALUES (3, 'up')`)
      await log.shows([{ at: 2, line: 'down' }, { at: 3, line: 'up' }])
    })

    test('a key of several columns, with characters that keys are made of', async t => {
      await db.run(`CREATE TABLE pairs (v int, a text, b text, PRIMARY KEY (b, a));
        INSERT INTO pairs VALUES (1, 'x/y', '"q"'), (2, '', 'é'), (3, 'y"', '/x')`)
      const pairs = follow(t, { table: db.table('pairs') }, { client })
      await pairs.mirrors(db, 'SELECT * FROM pairs')
      await db.run(`UPDATE pairs SET v = v + 10; DELETE FROM pairs WHERE v = 12; INSERT INTO pairs VALUES (4, 'x', 'y/"q"')`)
      await pairs.mirrors(db, 'SELECT * FROM pairs')
      assert.equal(new Set(pairs.changes().map(m => m.key)).size, 4)
    })
  })
}

test('a partitioned table is one shape; a partition is one of its own', async t => {
  const db = await database('partitions')
  await db.run(`CREATE TABLE events (day int, id int, what text, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
    CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10);
    CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (10) TO (20);
    INSERT INTO events VALUES (1, 1, 'a'), (11, 2, 'b')`)
  const all = follow(t, { table: db.table('events') })
  const first = follow(t, { table: db.table('events_1') })
  await all.mirrors(db, 'SELECT * FROM events')
  await first.shows([{ day: 1, id: 1, what: 'a' }])

  await db.run(`INSERT INTO events VALUES (2, 3, 'c'), (12, 4, 'd')`)
  await db.run(`UPDATE events SET day = 5 WHERE id = 2`) // it moves to the other partition
  await all.mirrors(db, 'SELECT * FROM events')
  await first.mirrors(db, 'SELECT * FROM events_1')

  await db.run(`CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM (20) TO (30); INSERT INTO events VALUES (21, 5, 'e')`)
  await all.mirrors(db, 'SELECT * FROM events')
})
