// The guards of commands are tried when the first run has a folder; a test that ends in the middle of it would wait for that.
import type { Page } from 'playwright/test'
import type { Answer } from '../../shared/failure.ts'

/** What a page can do that somebody else has written: any call, with anything in it. */
export async function callAsPage(
  page: Page,
  channel: string,
  input: unknown,
): Promise<Answer<Record<string, unknown>>> {
  return await page.evaluate(
    async (given) => {
      const { carrelWire } = globalThis as unknown as {
        carrelWire: { call(id: string, channel: string, input: unknown): Promise<unknown> }
      }
      return (await carrelWire.call(crypto.randomUUID(), given.channel, given.input)) as never
    },
    { channel, input },
  )
}

export async function guardsTried(page: Page): Promise<void> {
  await callAsPage(page, 'sandbox.prove', {})
}
