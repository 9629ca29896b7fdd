// Values of all types arrive as Postgres writes them, whether they were there before the shape or are written later.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { follow } from './support/follow.js'
import { connect, database, databaseUrl } from './support/postgres.js'

/** A type, and values of it as SQL. */
const types = {
  int2: ['32767', '-32768', '0'],
  int4: ['2147483647', '-2147483648'],
  int8: ['9223372036854775807', '-9223372036854775808'],
  float4: ['1.5', '0.1', "'NaN'", "'Infinity'", "'-Infinity'", '3.4e38', "'-0'"],
  float8: ['0.1', '1e308', "'NaN'", "'Infinity'", "'-Infinity'", '4.9e-324', '123456789.123456789'],
  numeric: ['12345678901234567890.123456789', '0.00', "'NaN'", "'Infinity'", '-1'],
  'numeric(12,3)': ['1.5', '-999999999.999'],
  bool: ['true', 'false'],
  text: [`''`, `'a "b" \\ c'`, `E'line\\nand\\ttab\\r'`, `'/é€😀'`, `'\\N'`, `'null'`, `E'\\u0001\\u001f'`],
  'varchar(20)': [`'some'`],
  'char(5)': [`'ab'`, `''`],
  name: [`'a name'`],
  uuid: [`'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'`],
  date: [`'2024-02-29'`, `'infinity'`, `'0044-03-15 BC'`],
  time: [`'23:59:59.999999'`, `'00:00'`],
  timetz: [`'12:00:00.5+05:30'`],
  timestamp: [`'2024-02-29 12:34:56.789'`, `'-infinity'`],
  'timestamp(0)': [`'2024-02-29 12:34:56.789'`],
  timestamptz: [`'2024-02-29 12:34:56.789+02'`, `'infinity'`],
  interval: [`'1 year 2 months 3 days 04:05:06.5'`, `'-1 day'`, `'0'`],
  bytea: [`'\\x00ff5c27'`, `''`],
  json: [`'{"b": 1,  "a": [1, null, "x"]}'`, `'null'`, `'"\\u00e9"'`],
  jsonb: [`'{"b": 1,  "a": [1, null, {"c": "d\\"e"}]}'`, `'[]'`, `'12.50'`],
  mood: [`'sad'`, `'so "so"'`],
  posint: ['7'],
  flag: ['true', 'false'],
  complex: [`'(1.5,"a ""b"", c")'`, `'(,)'`],
  'int4[]': [`'{1,NULL,3}'`, `'{}'`, `'{{1,2},{3,4}}'`],
  'int8[]': [`'{9223372036854775807}'`],
  'bool[]': [`'{t,f,NULL}'`],
  'float8[]': [`'{1.5,NaN,-Infinity}'`],
  'text[]': [`ARRAY['a', 'b "c"', 'd,e', '{}', '', NULL, 'NULL', '\\']`, `'{{"a b"},{NULL}}'`],
  'mood[]': [`'{sad,"so \\"so\\""}'`],
  'posint[]': [`'{1,2}'`],
  'complex[]': [`ARRAY['(1,a)', NULL]::complex[]`],
  'jsonb[]': [`ARRAY['{"a": 1}', '[1, 2]', NULL]::jsonb[]`],
  'timestamptz[]': [`'{2024-01-01 00:00:00+00}'`],
  int4range: [`'[1,10)'`, `'empty'`, `'(,5]'`],
  tstzrange: [`'[2024-01-01 00:00:00+00,)'`],
  int4multirange: [`'{[1,3),[5,7)}'`],
  inet: [`'192.168.0.1/24'`, `'::1'`],
  cidr: [`'10.0.0.0/8'`],
  macaddr: [`'08:00:2b:01:02:03'`],
  'bit(4)': [`B'1010'`],
  'bit varying': [`B'1'`, `B''`],
  point: [`'(1.5,-2)'`],
  money: ['12.34'],
  xml: [`'<a b="c">d</a>'`],
  tsvector: [`'''a'':1 ''b c'':2'`],
  pg_lsn: [`'16/B374D848'`],
  oid: ['4294967295'],
}

/** The settings that Electric's values are written with. */
const settings = `-c DateStyle=ISO,DMY -c TimeZone=UTC -c IntervalStyle=iso_8601 -c extra_float_digits=1 -c bytea_output=hex`

/** A fetch that keeps the change messages as they come, before the client parses them. */
function recording(messages) {
  return async (...args) => {
    const response = await fetch(...args)
    if (response.ok) messages.push(...(await response.clone().json()).filter(m => m.headers.operation))
    return response
  }
}

/** Values that were there first (ids up to 1,000), and the same ones again, inserted and updated while a client follows. */
async function arrivals(t, db) {
  const raw = []
  const values = follow(t, { table: db.table('vals') }, { fetchClient: recording(raw) })
  await values.upToDate()
  const columns = Object.keys(types).map((_, i) => `c${i}`).join(', ')
  await db.run(`INSERT INTO vals SELECT id + 1000, ${columns} FROM vals`)
  await db.run('INSERT INTO vals SELECT id + 1000 FROM vals WHERE id > 1000')
  await db.run(`UPDATE vals v SET (${columns}) = (SELECT ${columns} FROM vals WHERE id = v.id - 1000) WHERE id > 2000`)
  const [{ count }] = await db.run('SELECT count(*) / 3 AS count FROM vals')
  await values.until(() => assert.equal(values.changes('update').length, Number(count)))
  return { raw, values }
}

test('every type, from the snapshot, by an insert and by an update', async t => {
  const db = await database('types')
  await db.run(`
    CREATE TYPE mood AS ENUM ('sad', 'so "so"'); CREATE DOMAIN posint AS int CHECK (VALUE > 0); CREATE DOMAIN flag AS bool;
    CREATE TYPE complex AS (r float8, note text);
    CREATE TABLE vals (id int PRIMARY KEY, ${Object.keys(types).map((type, i) => `c${i} ${type}`).join(', ')})`)
  let id = 0
  for (const [i, values] of Object.values(types).entries()) {
    for (const value of values) await db.run(`INSERT INTO vals (id, c${i}) VALUES (${++id}, ${value})`)
  }

  const { raw, values } = await arrivals(t, db)

  const text = await connect(`${databaseUrl}${databaseUrl.includes('?') ? '&' : '?'}options=${encodeURIComponent(settings)}`)
  t.after(() => text.end())
  const { rows } = await text.query(`SELECT * FROM ${db.table('vals')}`)
  const merged = {} // what a client has that only puts messages together
  for (const { key, value } of raw) Object.assign((merged[key] ??= {}), value)
  const got = Object.fromEntries(Object.values(merged).map(row => [row.id, row]))
  const bools = Object.keys(types).flatMap((type, i) => (['bool', 'flag'].includes(type) ? [`c${i}`] : []))
  for (const row of rows) {
    for (const c of bools) row[c] &&= row[c] === 't' ? 'true' : 'false' // a boolean's one spelling in shapes
    assert.deepEqual(got[row.id], { ...row }, `row ${row.id}`)
  }

  // What the client makes of them is the same thrice, too.
  const byId = Object.fromEntries(values.rows.map(row => [row.id, row]))
  for (let i = 1; i <= id; i++) {
    assert.deepEqual({ ...byId[i + 1000], id: i }, byId[i])
    assert.deepEqual({ ...byId[i + 2000], id: i }, byId[i])
  }
})

test('what the client makes of values', async t => {
  const db = await database('parsed')
  await db.run(`CREATE TABLE v (
    id int PRIMARY KEY, big int8, f float8, j jsonb, ok bool, tags text[], grid int[], at timestamptz, n numeric)`)
  await db.run(`INSERT INTO v VALUES (1, 9007199254740993, 'NaN', '{"a": [1]}', true, '{a,NULL}', '{{1},{2}}', '2024-01-01Z', 1.50)`)
  const v = follow(t, { table: db.table('v') }, { parser: { timestamptz: text => new Date(text) } })
  await v.shows([{
    id: 1, big: 9007199254740993n, f: NaN, j: { a: [1] }, ok: true, tags: ['a', null], grid: [[1], [2]],
    at: new Date('2024-01-01T00:00:00Z'), n: '1.50',
  }])
})
