// The real app for a test: a data folder and a fake Ollama of its own, the real window, and pictures of it.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, type ElectronApplication, expect, type Page } from 'playwright/test'
import { testPackage } from '../../scripts/package/places.mjs'
import { getElectron } from '../../scripts/provision/electron.mjs'
import { type FakeOllama, startFakeOllama } from '../support/fake-ollama.ts'
import { closeBounded, launchBounded } from './bounded-launch.ts'

export const projectRoot = join(import.meta.dirname, '..', '..')
const isPackaged = process.env['CARREL_TEST_PACKAGED'] === '1'
/** The package with the inspect fuse on, or Electron and this project. */
export const appProgram = isPackaged
  ? { path: testPackage.program, arguments: [] }
  : { path: getElectron().path, arguments: [projectRoot] }

const pictures = join(projectRoot, 'test-results', 'pictures')

export interface Carrel {
  app: ElectronApplication
  page: Page
  /** Process number of the main process. */
  pid: number
  /** Ends the app the way a person does; resolves when the process is gone. */
  quit(): Promise<void>
  /** Ends the process at once, as a power cut would. */
  kill(): Promise<void>
}

export interface LaunchOptions {
  home?: string
  /** Address of the server; null gives none, so the settings and the environment decide. */
  host?: string | null
  arguments?: string[]
  environment?: Record<string, string>
  /** The person has never been here: the first pages ask where to work. */
  isNew?: boolean
  /** Runs the program through another one, such as `unshare`. */
  program?: string
}

interface Fixtures {
  home: string
  fake: FakeOllama
  launch(options?: LaunchOptions): Promise<Carrel>
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads which fixtures are needed from this pattern.
  home: async ({}, use) => {
    const path = await mkdtemp(join(tmpdir(), 'carrel-desktop-'))
    await use(path)
    await rm(path, { recursive: true, force: true })
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  fake: async ({}, use) => {
    const fake = await startFakeOllama()
    await use(fake)
    await fake.stop()
  },
  launch: async ({ home, fake }, use, info) => {
    const running = new Set<Carrel>()
    await use(async (options = {}) => {
      const carrel = await launchCarrel({ home, host: fake.url, ...options }, (lostMs) =>
        info.setTimeout(info.timeout + lostMs),
      )
      running.add(carrel)
      return carrel
    })
    const unended: unknown[] = []
    for (const carrel of running) {
      if (info.status !== info.expectedStatus) {
        await picture(carrel.page, `failed-${info.titlePath.join('-').replace(/[^A-Za-z0-9]+/g, '-')}`).catch(
          () => undefined,
        )
      }
      await carrel.quit().catch((thrown) => unended.push(thrown))
    }
    if (unended.length > 0) throw unended[0]
  },
})

async function launchCarrel(options: LaunchOptions, onHang: (lostMs: number) => void): Promise<Carrel> {
  const { home, host } = options
  if (home !== undefined && options.isNew !== true) await greet(home)
  const { ELECTRON_RUN_AS_NODE: _, OLLAMA_HOST: __, CARREL_HOME: ___, ...environment } = process.env
  const app = await launchBounded(
    {
      executablePath: options.program ?? appProgram.path,
      // Chromium's sandbox refuses to start as root; nobody but a test or the launcher may turn it off, and only then.
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ...(isPackaged ? [] : ['-r', join(import.meta.dirname, 'hold-ready.cjs')]),
        ...appProgram.arguments,
        ...(home === undefined ? [] : ['--home', home]),
        ...(host == null ? [] : ['--host', host]),
        ...(options.arguments ?? []),
      ],
      // Left out, Playwright turns Chromium's sandbox off for everybody.
      chromiumSandbox: process.getuid?.() !== 0,
      // The same window of a model on every machine.
      env: { ...definedOnly(environment), CARREL_MEMORY_BYTES: '0', ...options.environment },
      // Without this Playwright emulates a light system, and the app's own theme would be invisible to the page.
      colorScheme: null,
    },
    onHang,
  )
  const { pid = 0 } = app.process()
  /** Also by itself: an app that begins anew. */
  let hasExited = false
  const gone = new Promise<void>((resolve) =>
    app.process().once('exit', () => {
      hasExited = true
      resolve()
    }),
  )
  const page = await app.firstWindow()
  let ended = false
  return {
    app,
    page,
    pid,
    async quit() {
      if (ended || hasExited) return
      ended = true
      await closeBounded(app)
    },
    async kill() {
      ended = true
      app.process().kill('SIGKILL')
      await gone
    },
  }
}

/** Before the first start: the person has been here, and is asked nothing on the way to the composer. */
export async function greet(home: string): Promise<void> {
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'window.json'), JSON.stringify({ isWelcomed: true }), { flag: 'wx' }).catch((thrown) => {
    if (thrown.code !== 'EEXIST') throw thrown
  })
}

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
}

/** The parts of the window that tests speak of, by what a person or a screen reader calls them. */
export function parts(page: Page) {
  return {
    message: page.getByRole('textbox', { name: 'Message' }),
    send: page.getByRole('form', { name: 'New message' }).getByRole('button', { name: 'Send' }),
    // A card may say that its call was stopped.
    stop: page.getByRole('button', { name: /^Stop/ }),
    transcript: page.getByRole('region', { name: 'Transcript' }),
    sessions: page.getByRole('navigation', { name: /Sessions/ }),
  }
}

/** Sends a question; returns when it stands in the transcript and its run has begun, or is over already. */
export async function ask(page: Page, question: string): Promise<void> {
  const { message, stop, transcript } = parts(page)
  await message.fill(question)
  await message.press('Enter')
  const turn = transcript.getByRole('article').last()
  await expect(turn.locator('.ask-words')).toHaveText(question, { useInnerText: true })
  await expect(message).toHaveValue('')
  await expect(stop.or(turn.locator(ended)).first()).toBeVisible()
}

/** Under an answer that is over: who wrote it, or how it ended. */
const ended = '.meta--answer, .ending'

/** Returns when the last question of the transcript has its answer, or what became of it, and the next can be sent. */
export async function answered(page: Page): Promise<void> {
  const { send, stop, transcript } = parts(page)
  await expect(transcript.getByRole('article').last().locator(ended).first()).toBeVisible()
  await expect(stop).toHaveCount(0)
  await expect(send).toBeVisible()
}

/** Returns when nothing moves any more but what turns for ever. */
export async function still(page: Page): Promise<void> {
  await expect(page.locator('[data-starting-style]')).toHaveCount(0)
  await page.evaluate(async () => {
    const moving = document
      .getAnimations()
      .filter(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(moving.map(({ finished }) => finished))
  })
}

/** Saves what the window shows to test-results/pictures, for somebody to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  await still(page)
  await mkdir(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}

/** Sets the size of the page itself; returns when the page has it. */
export async function resize(carrel: Carrel, width: number, height: number): Promise<void> {
  const window = await carrel.app.browserWindow(carrel.page)
  await window.evaluate((one, size) => one.setContentSize(size.width, size.height), { width, height })
  await carrel.page.waitForFunction((wide) => globalThis.innerWidth === wide, width)
}

/** Before the start: what was switched on is a newer Carrel's word, so no skill is on, and without a folder there are no tools. */
export async function withoutSkills(home: string): Promise<void> {
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'skills.json'), JSON.stringify({ version: 1_000 }))
}

/** Every record of every session file, in file order, with what is kept beside it because it is too large for a line. */
export async function allRecordsIn(home: string): Promise<Record<string, unknown>[]> {
  const folder = join(home, 'sessions')
  const names = await readdir(folder).catch(() => [])
  const texts = await Promise.all(
    names.filter((name) => /\.jsonl(\.archived)?$/.test(name)).map((name) => readFile(join(folder, name), 'utf8')),
  )
  const lines = texts.flatMap((text) => text.split('\n').filter(Boolean))
  return await Promise.all(lines.map((line) => withBlobs(home, JSON.parse(line))))
}

/** The same as a person sees it: what skills a run was offered stands between its question and its answer, and is looked past. */
export async function recordsIn(home: string): Promise<Record<string, unknown>[]> {
  const records = await allRecordsIn(home)
  const offers = new Map(records.flatMap((one) => (one['event'] === 'offered' ? [[one['id'], one['parentId']]] : [])))
  return records
    .filter(({ id }) => !offers.has(id))
    .map((one) => (offers.has(one['parentId']) ? { ...one, parentId: offers.get(one['parentId']) } : one))
}

async function withBlobs(home: string, record: Record<string, unknown>): Promise<Record<string, unknown>> {
  const whole = { ...record }
  const spilled = (record['spilled'] ?? {}) as Record<string, { blob: string; json?: boolean }>
  for (const [name, { blob, json }] of Object.entries(spilled)) {
    const hex = blob.replace('sha256:', '')
    const text = await readFile(join(home, 'blobs', hex.slice(0, 2), hex), 'utf8')
    whole[name] = json === true ? JSON.parse(text) : text
  }
  return whole
}

const axeSource = await readFile(join(projectRoot, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8')

/** What axe finds wrong with what the window shows now, one line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }> }
    }
    const { violations } = await axe.run()
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' | ')}`)
  })
}

export { expect }
