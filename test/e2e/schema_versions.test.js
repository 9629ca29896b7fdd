// The schema's versions are a shape like any other: clients learn of a new one as it is applied.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startElectric } from './support/electric.js'
import { follow } from './support/follow.js'

test('each applied migration is a row of _electric.schema_versions', async t => {
  const server = await startElectric('versions')
  const dir = await mkdtemp(join(tmpdir(), 'electric-e2e-'))
  t.after(() => rm(dir, { recursive: true }))
  await mkdir(join(dir, 'schema'))
  const apply = () => promisify(execFile)(process.env.ELECTRIC_BIN, ['migrate', 'apply'], {
    cwd: dir, env: { PATH: process.env.PATH, HOME: dir, DATABASE_URL: server.databaseUrl },
  })
  const migration = (version, name, sql) => writeFile(
    join(dir, 'schema', `${version}_${name}.sql`), `-- :electric:txn:start\n${sql}\n-- :electric:txn:end\n`,
  )

  await migration('1749530140', 'songs', 'CREATE TABLE songs (id int PRIMARY KEY);')
  await apply()
  const versions = follow(t, { table: '_electric.schema_versions', columns: ['version', 'name'] }, { url: server.shapeUrl })
  await versions.shows([{ version: '1749530140', name: 'songs' }])
  const songs = follow(t, { table: 'songs' }, { url: server.shapeUrl })
  await songs.upToDate()

  await migration('1749530200', 'titles', 'ALTER TABLE songs ADD title text;')
  await apply()
  await versions.shows([{ version: '1749530140', name: 'songs' }, { version: '1749530200', name: 'titles' }])
  await songs.until(() => assert.ok(songs.messages.some(m => m.headers.control === 'must-refetch')))
})
