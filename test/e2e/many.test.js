// Many shapes, many clients: all show the same in the end.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clients, follow } from './support/follow.js'
import { database } from './support/postgres.js'

test('200 shapes, each with one id', async t => {
  const db = await database('many')
  await db.run('CREATE TABLE accounts (id int PRIMARY KEY, n int); INSERT INTO accounts SELECT i, 0 FROM generate_series(1, 200) i')
  const account = id => follow(t, { table: db.table('accounts'), where: 'id = $1', params: [String(id)] })
  const accounts = Array.from({ length: 200 }, (_, i) => account(i + 1))
  await Promise.all(accounts.map((account, i) => account.shows([{ id: i + 1, n: 0 }])))

  for (let round = 1; round <= 3; round++) await db.run('UPDATE accounts SET n = n + 1 WHERE id % 2 = 0')
  await db.run('DELETE FROM accounts WHERE id % 10 = 0')
  await Promise.all(accounts.map((account, i) => {
    const id = i + 1
    return account.shows(id % 10 === 0 ? [] : [{ id, n: id % 2 === 0 ? 3 : 0 }])
  }))
  assert.equal(new Set(accounts.map(account => account.stream.shapeHandle)).size, 200)
})

test('clients of all kinds, early and late ones, agree', async t => {
  const db = await database('agree')
  await db.run('CREATE TABLE balances (id int PRIMARY KEY, n int NOT NULL); INSERT INTO balances SELECT i, 0 FROM generate_series(1, 50) i')
  const params = { table: db.table('balances') }
  const followers = []
  for (let round = 0; round < 30; round++) {
    if (round % 5 === 0) {
      followers.push(...clients.map(client => follow(t, params, { client })), follow(t, params, { liveSse: true }))
      followers.push(follow(t, { ...params, where: 'n >= 0', replica: 'full' }))
    }
    await db.transaction(
      `UPDATE balances SET n = n + 1 WHERE id % ${(round % 7) + 1} = 0`, `DELETE FROM balances WHERE id = ${round + 1}`,
      `INSERT INTO balances VALUES (${100 + round}, ${round})`, `UPDATE balances SET id = id + 1000 WHERE id = ${50 - round}`,
    )
  }
  await Promise.all(followers.map(follower => follower.mirrors(db, 'SELECT * FROM balances')))
})
