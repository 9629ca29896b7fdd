import { after } from 'node:test'

const steps = []

/** Runs a step after the file's tests; the last one first, so that what was made of something goes before it. */
export function cleanup(step) {
  steps.push(step)
}

after(async () => {
  while (steps.length) await steps.pop()()
})
