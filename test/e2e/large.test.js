// Large tables come in chunks, large transactions whole.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clients, follow } from './support/follow.js'
import { database } from './support/postgres.js'

const db = await database('large')

for (const client of clients) {
  test(`${client.name}: 50,000 rows, then 20,000 changes in a transaction`, async t => {
    const name = `rows_${client.name.at(-1)}`
    await db.run(`CREATE TABLE ${name} (id int PRIMARY KEY, text text);
      INSERT INTO ${name} SELECT i, repeat('x', 100) || i FROM generate_series(1, 50000) i`)
    const requests = []
    const counting = (url, init) => { requests.push(new URL(url)); return fetch(url, init) }
    const rows = follow(t, { table: db.table(name) }, { client, fetchClient: counting })
    await rows.upToDate()
    assert.equal(rows.rows.length, 50_000)
    const chunks = new Set(requests.map(url => url.searchParams.get('offset')).filter(offset => /^(-1|0_)/.test(offset)))
    assert.ok(chunks.size > 5, `only ${chunks.size} chunks`)

    await db.run(`UPDATE ${name} SET text = 'y' WHERE id <= 20000`)
    await rows.until(() => assert.equal(rows.changes('update').length, 20_000))
    const [{ sum }] = await db.run(`SELECT sum(length(text)) FROM ${name}`)
    assert.equal(rows.rows.reduce((total, row) => total + row.text.length, 0), Number(sum))
  })
}

test('one value of 5 MB', async t => {
  await db.run(`CREATE TABLE big (id int PRIMARY KEY, text text); INSERT INTO big VALUES (1, repeat('a', 5000000))`)
  const big = follow(t, { table: db.table('big') })
  await big.until(() => assert.equal(big.rows[0]?.text.length, 5_000_000))
  await db.run(`UPDATE big SET text = text || 'b'`)
  await big.until(() => assert.equal(big.rows[0].text.length, 5_000_001))
  await db.run('UPDATE big SET id = 2') // the text stays where it is stored; clients get it all the same
  await big.until(() => assert.deepEqual(big.rows.map(row => [row.id, row.text.length]), [[2, 5_000_001]]))
})
