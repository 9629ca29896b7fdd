// Parts of a shape on demand: a log without its rows, and rows by subset__where, ordered and limited, by GET and by POST.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { client, follow } from './support/follow.js'
import { database } from './support/postgres.js'

const db = await database('subsets')
await db.run(`CREATE TABLE songs (id int PRIMARY KEY, title text, plays bigint);
  INSERT INTO songs SELECT i, 'Song ' || i, i * 10 FROM generate_series(1, 100) i`)

test('log: changes_only leaves out the rows that are there', async t => {
  const songs = follow(t, { table: db.table('songs') }, { log: 'changes_only' })
  await songs.upToDate()
  assert.deepEqual(songs.rows, [])
  await db.run(`INSERT INTO songs VALUES (101, 'New', 0)`)
  await songs.shows([{ id: 101, title: 'New', plays: 0n }])
})

test('offset: now begins with what comes next', async t => {
  const songs = follow(t, { table: db.table('songs') }, { offset: 'now' })
  await songs.upToDate()
  await db.run(`UPDATE songs SET plays = 11 WHERE id = 1`)
  await songs.until(() => assert.equal(songs.changes().length, 1))
  assert.deepEqual(songs.changes()[0].value, { id: 1, plays: 11n })
})

for (const method of ['GET', 'POST']) {
  test(`requestSnapshot by ${method}: rows come into the shape, and stay up to date`, async t => {
    const songs = follow(t, { table: db.table('songs'), where: 'id <= 100' }, { log: 'changes_only', subsetMethod: method })
    await songs.upToDate()
    await songs.shape.requestSnapshot({
      where: 'plays > $1 AND title <> $2', params: { 1: 500n, 2: 'Song 100' }, orderBy: 'plays DESC, id', limit: 3, offset: 1,
    })
    const plays = n => ({ id: n / 10, title: `Song ${n / 10}`, plays: BigInt(n) })
    await songs.shows([plays(980), plays(970), plays(960)])

    await db.run(`UPDATE songs SET title = 'Changed' WHERE id = 97`)
    await songs.shows([plays(980), { ...plays(970), title: 'Changed' }, plays(960)])
    await db.run(`UPDATE songs SET title = 'Song 97' WHERE id = 97`)
    await songs.shows([plays(980), plays(970), plays(960)])
  })
}

test('fetchSnapshot alone; a subset that cannot be is refused', async t => {
  const songs = follow(t, { table: db.table('songs') }, { log: 'changes_only' })
  await songs.upToDate()
  const { metadata, data } = await songs.stream.fetchSnapshot({ where: 'id = 5' })
  assert.deepEqual(data.map(m => m.value), [{ id: 5, title: 'Song 5', plays: 50n }])
  assert.equal(data[0].headers.snapshot_mark, metadata.snapshot_mark)

  const refusal = error => error instanceof client.FetchError && error.status === 400
  const refused = wanted => assert.rejects(songs.stream.fetchSnapshot(wanted), refusal)
  await refused({ limit: 3 }) // in no order
  await refused({ where: 'nothing = 1' })
  await refused({ orderBy: 'id; DROP TABLE songs', limit: 1 })
})

test('writes while subsets are read are neither lost nor shown twice', async t => {
  await db.run('CREATE TABLE busy (id int PRIMARY KEY, n int); INSERT INTO busy SELECT i, 0 FROM generate_series(1, 100) i')
  const busy = follow(t, { table: db.table('busy') }, { log: 'changes_only' })
  await busy.upToDate()
  const reads = []
  for (let i = 0; i < 20; i++) {
    reads.push(busy.shape.requestSnapshot({ where: `id BETWEEN ${i * 5 + 1} AND ${i * 5 + 5}` }))
    await db.run(`UPDATE busy SET n = n + 1; DELETE FROM busy WHERE id = ${i * 5 + 3}; INSERT INTO busy VALUES (${200 + i}, 0)`)
  }
  await Promise.all(reads)
  await busy.mirrors(db, 'SELECT * FROM busy')
})
