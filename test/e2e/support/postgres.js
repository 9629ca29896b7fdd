// The database behind the shapes, as an app's back end would use it.

import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { cleanup } from './cleanup.js'

/** URL of the database that the server of this run replicates. */
export const databaseUrl = process.env.DATABASE_URL

/**
 * Opens a schema of one's own in the database; it is dropped after the file's tests. Statements find tables there;
 * `db.table('todos')` is the name for clients.
 */
export async function database(name, url = databaseUrl) {
  const schema = `${name}_${randomBytes(3).toString('hex')}`
  const pool = new pg.Pool({
    connectionString: url, max: 3, application_name: 'story', options: `-c search_path=${schema}`, types: asText,
  })
  pool.on('error', () => {}) // a server that is stopped on purpose
  await pool.query(`CREATE SCHEMA ${schema}`)
  cleanup(async () => {
    await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    await pool.end()
  })
  return new Database(pool, schema, url)
}

class Database {
  constructor(pool, schema, url) {
    Object.assign(this, { pool, schema, url })
  }

  /** The name of a table as clients give it. */
  table(name) {
    return `${this.schema}.${name}`
  }

  /** Runs a statement; several, separated by semicolons, are one transaction. Returns the last one's rows. */
  async run(sql, params) {
    const result = await this.pool.query(sql, params)
    return (Array.isArray(result) ? result.at(-1) : result).rows
  }

  /** Runs statements in one transaction and returns its txid, as a back end returns it to TanStack DB. */
  async transaction(...statements) {
    const sql = ['BEGIN', ...statements, 'SELECT pg_current_xact_id()::xid::text AS txid', 'COMMIT'].join('; ')
    const results = await this.pool.query(sql)
    return Number(results.at(-2).rows[0].txid)
  }
}

/** Values come as Postgres writes them, because so do they in shapes. */
const asText = { getTypeParser: () => text => text }

/** Opens a connection without a schema of one's own. */
export async function connect(url) {
  const client = new pg.Client({ connectionString: url, types: asText })
  client.on('error', () => {}) // a server that is stopped on purpose
  await client.connect()
  return client
}

/** Makes a database that a server of its own replicates; it is dropped after the file's tests. */
export async function ownDatabase(name) {
  const admin = await connect(databaseUrl)
  const own = `${name}_${randomBytes(3).toString('hex')}`
  await admin.query(`CREATE DATABASE ${own} TEMPLATE template0`)
  cleanup(async () => {
    await admin.query(`DROP DATABASE ${own} WITH (FORCE)`)
    await admin.end()
  })
  const url = new URL(databaseUrl)
  url.pathname = `/${own}`
  return url.href
}
