// @electric-sql/react: useShape in a page.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Window } from 'happy-dom'
import { eventually } from './support/eventually.js'
import { shapeUrl } from './support/follow.js'
import { database } from './support/postgres.js'

// React looks for a browser when it is loaded.
const window = new Window({ url: 'http://localhost/' })
Object.assign(globalThis, { window, document: window.document, navigator: window.navigator })
const { createElement, useState } = await import('react')
const { createRoot } = await import('react-dom/client')
const { preloadShape, useShape } = await import('@electric-sql/react')

const db = await database('react')
await db.run(`CREATE TABLE todos (id int PRIMARY KEY, title text, done bool);
  INSERT INTO todos VALUES (1, 'buy milk', false), (2, 'buy bread', true)`)

function render(t, element) {
  const root = createRoot(window.document.body.appendChild(window.document.createElement('div')))
  root.render(element)
  t.after(() => root.unmount())
  return () => window.document.body.lastChild.textContent
}

function Todos({ where, selector }) {
  const { isLoading, data } = useShape({ url: shapeUrl, params: { table: db.table('todos'), ...(where && { where }) }, selector })
  if (isLoading) return 'loading'
  return data.map(todo => todo.title).sort().join(', ')
}

test('a component shows the rows, and shows them change', async t => {
  const text = render(t, createElement(Todos))
  await eventually(() => assert.equal(text(), 'buy bread, buy milk'))
  await db.run(`UPDATE todos SET title = 'drink milk' WHERE id = 1; INSERT INTO todos VALUES (3, 'eat', false)`)
  await eventually(() => assert.equal(text(), 'buy bread, drink milk, eat'))
  await db.run('DELETE FROM todos WHERE id = 3')
  await eventually(() => assert.equal(text(), 'buy bread, drink milk'))
})

test('a component that asks for another shape', async t => {
  let show
  function Filtered() {
    const [done, setDone] = useState(true)
    show = setDone
    return createElement(Todos, { where: `done = ${done}` })
  }
  const text = render(t, createElement(Filtered))
  await eventually(() => assert.equal(text(), 'buy bread'))
  show(false)
  await eventually(() => assert.equal(text(), 'drink milk'))
})

test('a selector, on a shape that was loaded before', async t => {
  await preloadShape({ url: shapeUrl, params: { table: db.table('todos') } })
  const selector = ({ isLoading, data }) => ({ isLoading, data: data.filter(todo => todo.done) })
  const text = render(t, createElement(Todos, { selector }))
  await eventually(() => assert.equal(text(), 'buy bread'))
})
