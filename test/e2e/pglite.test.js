// @electric-sql/pglite-sync: tables of a Postgres in the browser, kept up to date.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { electricSync } from '@electric-sql/pglite-sync'
import { eventually } from './support/eventually.js'
import { shapeUrl } from './support/follow.js'
import { database } from './support/postgres.js'

const tables = `
  CREATE TABLE projects (id int PRIMARY KEY, name text NOT NULL, meta jsonb, tags text[], data bytea, at timestamptz, amount numeric);
  CREATE TABLE lists (id int PRIMARY KEY, name text NOT NULL);
  CREATE TABLE tasks (id int PRIMARY KEY, list int NOT NULL, title text)`

const db = await database('pglite')
await db.run(tables)
const pg = await PGlite.create({ extensions: { electric: electricSync() } })
after(() => pg.close())
await pg.exec(tables)

/** Waits until both databases hold the same rows of a table, as text. */
async function same(table) {
  const query = `SELECT ${table}::text AS row FROM ${table} ORDER BY id`
  await eventually(async () => {
    const { rows } = await pg.query(query)
    assert.deepEqual(rows.map(r => r.row), (await db.run(query)).map(r => r.row))
  })
}

const shape = table => ({ shape: { url: shapeUrl, params: { table: db.table(table) } }, table, primaryKey: ['id'] })

// 'json' is the way to insert that takes arrays with commas and NULLs: pglite-sync 0.6.1 fails on them by the others.
test('one table: values of many types, inserts, updates, deletes', async t => {
  await db.run(`INSERT INTO projects
    SELECT i, 'Project "' || i || E'"\\t\\\\', '{"a": [1, null]}', ARRAY['x,y', NULL, '{}'], '\\x00ff', '2024-01-01Z', 1.50
    FROM generate_series(1, 200) i`)
  const sync = await pg.electric.syncShapeToTable({ ...shape('projects'), shapeKey: null, initialInsertMethod: 'json' })
  t.after(() => sync.unsubscribe())
  await same('projects')
  await db.run(`UPDATE projects SET name = 'new', meta = NULL, tags = '{}' WHERE id % 2 = 0; DELETE FROM projects WHERE id % 10 = 0;
    INSERT INTO projects (id, name) VALUES (2000, 'last')`)
  await same('projects')
})

test('two tables: what one transaction wrote comes as one', async t => {
  const seen = []
  await pg.exec(`CREATE TABLE torn (list int); CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (SELECT FROM lists WHERE id = NEW.list) THEN INSERT INTO torn VALUES (NEW.list); END IF; RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER watch AFTER INSERT ON tasks DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION watch()`)
  const sync = await pg.electric.syncShapesToTables({
    key: 'both', shapes: { lists: shape('lists'), tasks: shape('tasks') }, onInitialSync: () => seen.push('initial'),
  })
  t.after(() => sync.unsubscribe())
  await eventually(() => assert.deepEqual(seen, ['initial']))
  for (let i = 1; i <= 10; i++) {
    await db.transaction(
      `INSERT INTO lists VALUES (${i}, 'l')`, `INSERT INTO tasks SELECT ${i} * 100 + n, ${i}, 't' FROM generate_series(1, 5) n`,
    )
  }
  await same('tasks')
  await same('lists')
  assert.deepEqual((await pg.query('SELECT * FROM torn')).rows, [])
})

test('a truncated table is fetched again', async t => {
  await db.run(`CREATE TABLE things (id int PRIMARY KEY); INSERT INTO things VALUES (1), (2)`)
  await pg.exec('CREATE TABLE things (id int PRIMARY KEY)')
  const sync = await pg.electric.syncShapeToTable({ ...shape('things'), shapeKey: 'things' })
  t.after(() => sync.unsubscribe())
  await same('things')
  await db.run('TRUNCATE things; INSERT INTO things VALUES (3)')
  await same('things')
})
