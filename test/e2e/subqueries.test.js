// A where clause may read other tables: rows move in and out as those change.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { follow } from './support/follow.js'
import { database } from './support/postgres.js'

const db = await database('subqueries')
await db.run(`
  CREATE TABLE users (id int PRIMARY KEY, active bool NOT NULL, team int);
  CREATE TABLE teams (id int PRIMARY KEY, region text);
  CREATE TABLE posts (id int PRIMARY KEY, author int, title text);
  INSERT INTO teams VALUES (1, 'north'), (2, 'south');
  INSERT INTO users VALUES (1, true, 1), (2, false, 2);
  INSERT INTO posts VALUES (10, 1, 'by one'), (20, 2, 'by two'), (21, 2, 'by two again')`)

test('posts of active users', async t => {
  const ofActive = `author IN (SELECT id FROM ${db.table('users')} WHERE active)`
  const posts = follow(t, { table: db.table('posts'), where: ofActive, columns: ['id'] })
  await posts.shows([{ id: 10 }])

  await db.run('UPDATE users SET active = true WHERE id = 2')
  await posts.shows([{ id: 10 }, { id: 20 }, { id: 21 }])

  await db.run('UPDATE users SET active = false WHERE id = 1')
  await posts.shows([{ id: 20 }, { id: 21 }])

  await db.transaction(
    'INSERT INTO users VALUES (3, true, 1)', `INSERT INTO posts VALUES (30, 3, 'by three')`, 'UPDATE posts SET author = 1 WHERE id = 20',
  )
  await posts.shows([{ id: 21 }, { id: 30 }])
  await db.run('DELETE FROM users WHERE id = 2')
  await posts.shows([{ id: 30 }])
})

test('a subquery in a subquery, and what is not in it', async t => {
  const north = `SELECT id FROM ${db.table('users')} WHERE team IN (SELECT id FROM ${db.table('teams')} WHERE region = 'north')`
  const inside = follow(t, { table: db.table('posts'), where: `author IN (${north})` })
  const outside = follow(t, { table: db.table('posts'), where: `author NOT IN (${north})` })
  const agrees = async () => {
    await inside.mirrors(db, `SELECT * FROM posts WHERE author IN (${north})`)
    await outside.mirrors(db, `SELECT * FROM posts WHERE author NOT IN (${north})`)
    assert.equal(inside.rows.length + outside.rows.length, Number((await db.run('SELECT count(*) FROM posts'))[0].count))
  }
  await agrees()
  await db.run(`UPDATE teams SET region = 'west' WHERE id = 1`)
  await agrees()
  await db.transaction(`UPDATE teams SET region = 'north' WHERE id = 2`, 'UPDATE users SET team = 2 WHERE id = 1')
  await agrees()
})
