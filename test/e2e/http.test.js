// What a server for development offers besides: HTTP/2 with and without TLS, and a secret.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import http2 from 'node:http2'
import https from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { startElectric } from './support/electric.js'
import { follow } from './support/follow.js'
import { database } from './support/postgres.js'

const server = await startElectric('http', { ELECTRIC_INSECURE: undefined, ELECTRIC_SECRET: 'open sesame' })
const db = await database('http', server.databaseUrl)
await db.run('CREATE TABLE items (id int PRIMARY KEY); INSERT INTO items VALUES (1)')
const query = new URLSearchParams({ table: db.table('items'), offset: '-1', secret: 'open sesame' })
const authority = await readFile(join(server.dir, 'electric', 'ca.pem')).catch(() => undefined)

test('a client that knows the secret', async t => {
  const items = follow(t, { table: db.table('items'), secret: 'open sesame' }, { url: server.shapeUrl })
  await items.shows([{ id: 1 }])
  await db.run('INSERT INTO items VALUES (2)')
  await items.shows([{ id: 1 }, { id: 2 }])
})

test('a client that does not', async t => {
  const items = follow(t, { table: db.table('items') }, { url: server.shapeUrl })
  await assert.rejects(items.shows([{ id: 1 }]), /401.*Unauthorized - Invalid API secret/)
})

/** A GET by HTTP/2; several at once share one connection. */
function get(session, path) {
  return new Promise((resolve, reject) => {
    const request = session.request({ ':path': path })
    let body = ''
    let headers
    request.setEncoding('utf8').on('response', h => { headers = h }).on('data', text => { body += text })
    request.on('end', () => resolve({ status: headers[':status'], headers, body: JSON.parse(body) })).on('error', reject).end()
  })
}

for (const [name, url, options] of [
  ['without TLS', server.url, {}],
  ['with TLS, by the authority that the server made', server.url.replace('http:', 'https:'), { ca: authority }],
]) {
  test(`HTTP/2 ${name}: more live requests at once than six`, async t => {
    const session = http2.connect(url, options)
    t.after(() => session.close())
    const first = await get(session, `/v1/shape?${query}`)
    assert.equal(first.status, 200)
    assert.ok(first.body.some(m => m.value?.id === '1'))

    const live = new URLSearchParams(query)
    live.set('offset', '0_inf')
    live.set('handle', first.headers['electric-handle'])
    live.set('live', 'true')
    const answers = Promise.all(Array.from({ length: 20 }, (_, i) => get(session, `/v1/shape?${live}&n=${i}`)))
    await db.run(`INSERT INTO items SELECT coalesce(max(id), 0) + 1 FROM items`)
    for (const { status, body } of await answers) {
      assert.equal(status, 200)
      assert.ok(body.some(m => m.headers.operation === 'insert'))
    }
  })
}

test('HTTPS by HTTP/1.1, too', async () => {
  const body = await new Promise((resolve, reject) => {
    https.get(`${server.url.replace('http:', 'https:')}/v1/health`, { ca: authority }, response => {
      text(response).then(resolve, reject)
    }).on('error', reject)
  })
  assert.deepEqual(JSON.parse(body), { status: 'active' })
})
