import { setTimeout as sleep } from 'node:timers/promises'

/** How long anything may take to become true on a busy machine, in milliseconds: clients pause for half a minute. */
export const patience = 180_000

/**
 * Runs `check` until it does not throw any more, and returns what it returns. After the deadline it throws what `check`
 * threw last.
 */
export async function eventually(check) {
  const deadline = Date.now() + patience
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > deadline || error instanceof Hopeless) throw error
    }
    await sleep(50)
  }
}

/** What `check` throws when waiting is of no use. */
export class Hopeless extends Error {}
