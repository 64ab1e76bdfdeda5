// The release as people get it: its inspect fuse is off, so Playwright comes in over Chromium's own debugging port.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright'
import type { Page } from 'playwright/test'
import { release } from '../../scripts/package/places.mjs'
import { test as base, expect, greet } from '../desktop/carrel.ts'

/** Whom a test runs as: root may take the part of somebody who owns nothing; nobody else may take another part. */
export type Person = 'root' | 'ordinary'
const isRoot = process.getuid?.() === 0
export const people: Person[] = isRoot ? ['root', 'ordinary'] : ['ordinary']
const nobody = 65_534

/** Options for `spawn`. */
export function identity(person: Person): { uid?: number; gid?: number } {
  return isRoot && person === 'ordinary' ? { uid: nobody, gid: nobody } : {}
}

/** Lets somebody have a folder. */
export async function giveTo(person: Person, folder: string): Promise<void> {
  if (isRoot && person === 'ordinary') await chown(folder, nobody, nobody)
}

export interface Release {
  page: Page
  pid: number
  /** What the program has written to standard error so far. */
  complaints(): string
  /** Closes the window as a person does; answers the exit code. */
  quit(): Promise<number | null>
}

interface Options {
  person?: Person
  arguments?: string[]
  environment?: Record<string, string>
}

export const test = base.extend<{ open(options?: Options): Promise<Release> }>({
  open: async ({ home, fake }, use) => {
    const endings: (() => Promise<void>)[] = []
    await use(async ({ person = people[0] ?? 'ordinary', arguments: more = [], environment = {} } = {}) => {
      await greet(home)
      for (const own of [home, join(home, 'window.json')]) await giveTo(person, own)
      const child = spawn(
        release.program,
        [
          ...(person === 'root' ? ['--no-sandbox'] : []),
          '--remote-debugging-port=0',
          ...['--home', home, '--host', fake.url],
          ...more,
        ],
        {
          ...identity(person),
          cwd: home,
          env: { DISPLAY: process.env['DISPLAY'], PATH: process.env['PATH'], HOME: home, ...environment },
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      )
      const ended = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null)
      let complaints = ''
      const address = await new Promise<string>((resolve, reject) => {
        child.stderr.setEncoding('utf8').on('data', (part: string) => {
          complaints += part
          const [, found] = /^DevTools listening on (ws:\S+)$/m.exec(complaints) ?? []
          if (found) resolve(found)
        })
        void ended.then((code) => reject(new Error(`The release ended at once (${code}): ${complaints}`)))
      })
      // Who connects while the window is being made waits for a page that is never announced.
      await expect.poll(() => pagesAt(address)).toEqual([expect.stringMatching(/^app:/)])
      const browser = await chromium.connectOverCDP(address)
      const [context] = browser.contexts()
      if (!context) throw new Error('The release has no window.')
      const page = context.pages()[0] ?? (await context.waitForEvent('page'))
      const quit = async () => {
        // The answer to this call may be lost with the window.
        await page.evaluate(() => window.close()).catch(() => undefined)
        return await ended
      }
      endings.push(async () => {
        await quit()
        await browser.close()
      })
      return { page, pid: child.pid ?? 0, complaints: () => complaints, quit }
    })
    for (const end of endings) await end()
  },
})

/** The addresses of the windows' pages, once they have been loaded. */
async function pagesAt(socket: string): Promise<string[]> {
  const response = await fetch(`http://${new URL(socket).host}/json/list`)
  const targets: { type: string; url: string; title: string }[] = await response.json()
  return targets.flatMap(({ type, url, title }) => (type === 'page' && title === 'Carrel' ? [url] : []))
}
