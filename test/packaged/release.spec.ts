// The release: it works, and what would let somebody into its process is off.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { testPackage } from '../../scripts/package/places.mjs'
import { getElectron } from '../../scripts/provision/electron.mjs'
import { ask, expect, parts, recordsIn } from '../desktop/carrel.ts'
import { steps } from '../support/fake-ollama.ts'
import { people, test } from './release.ts'

for (const person of people) {
  test(`smoke, ${person}: the composer is there, an answer streams in, and the session is on the disk`, async ({
    open,
    fake,
    home,
  }) => {
    fake.setScenario(
      steps({ content: 'The first half, ' }, { gate: 'half' }, { content: 'and the second.' }, { done: 'stop' }),
    )
    const { page, pid, quit } = await open({ person })
    await expect(parts(page).message).toBeVisible()
    await ask(page, 'Does the package work?')
    await expect(page.getByText('The first half,')).toBeVisible()
    await expect(parts(page).stop).toBeVisible()
    fake.release('half')
    await expect(page.getByText('and the second.')).toBeVisible()
    await expect(parts(page).send).toBeVisible()

    if (person === 'ordinary') {
      // Chromium's sandbox: a filter of system calls around what shows the page, and no way to more rights.
      const [page = 'no renderer'] = descendantsOf(pid).filter((one) => commandOf(one).includes('--type=renderer'))
      expect(readFileSync(`/proc/${page}/status`, 'utf8')).toMatch(/^NoNewPrivs:\t1\nSeccomp:\t2$/m)
    }
    expect(await quit()).toBe(0)
    expect(await recordsIn(home)).toMatchObject([
      { type: 'session' },
      { role: 'user', content: 'Does the package work?' },
      { role: 'assistant', content: 'The first half, and the second.', stop: 'stop' },
    ])
  })
}

test.describe('109: what starts another program in the same process is ignored', () => {
  const inspector = 'Debugger listening on'

  /** A script that leaves a file behind when somebody runs it. */
  async function trap(home: string): Promise<{ script: string; caught(): boolean }> {
    const [script, mark] = [join(home, 'trap.cjs'), join(home, 'caught')]
    await writeFile(script, `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')\n`)
    return { script, caught: () => existsSync(mark) }
  }

  test('ELECTRON_RUN_AS_NODE', async ({ open, home }) => {
    const { script, caught } = await trap(home)
    const { page } = await open({ environment: { ELECTRON_RUN_AS_NODE: '1' }, arguments: [script] })
    await expect(parts(page).message).toBeVisible()
    expect(caught()).toBe(false)
    execFileSync(getElectron().path, [script], { env: { ELECTRON_RUN_AS_NODE: '1' } })
    expect(caught(), 'the control').toBe(true)
  })

  test('NODE_OPTIONS', async ({ open, home }) => {
    const { script, caught } = await trap(home)
    const environment = { NODE_OPTIONS: `--require ${script}` }
    const { page } = await open({ environment })
    await expect(parts(page).message).toBeVisible()
    expect(caught()).toBe(false)
    execFileSync(getElectron().path, ['-e', '0'], { env: { ELECTRON_RUN_AS_NODE: '1', ...environment } })
    expect(caught(), 'the control').toBe(true)
  })

  test('--inspect, --inspect-brk and the signal that asks for the inspector', async ({ open, home }) => {
    const { page, pid, complaints, quit } = await open({ arguments: ['--inspect=0', '--inspect-brk=0'] })
    await expect(parts(page).message).toBeVisible()
    // With the fuse off nobody listens for it, so it ends the program like any other signal of its kind.
    process.kill(pid, 'SIGUSR1')
    await quit()
    expect(complaints()).not.toContain(inspector)

    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    const control = spawn(testPackage.program, [...sandbox, '--inspect=0', '--home', home], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    control.stderr.on('data', (part) => {
      said += part
    })
    await expect.poll(() => said, 'the control').toContain(inspector)
    control.kill('SIGKILL')
  })
})

test('the inspector of pages cannot be opened', async ({ launch }) => {
  const { app } = await launch()
  const opened = await app.evaluate(async ({ BrowserWindow, Menu }) => {
    const attempt = async (window: Electron.BrowserWindow | undefined) => {
      window?.webContents.openDevTools({ mode: 'detach' })
      const until = Date.now() + 3_000
      while (!window?.webContents.isDevToolsOpened() && Date.now() < until) await new Promise((r) => setTimeout(r, 50))
      return window?.webContents.isDevToolsOpened()
    }
    const ours = await attempt(BrowserWindow.getAllWindows()[0])
    // In another session, because ours refuses the inspector's own pages, too.
    const other = new BrowserWindow({ show: false, webPreferences: { partition: 'control' } })
    await other.loadURL('about:blank')
    const control = await attempt(other)
    other.destroy()
    const roles = (Menu.getApplicationMenu()?.items ?? []).flatMap((top) =>
      (top.submenu?.items ?? []).map(({ role }) => String(role).toLowerCase()),
    )
    return { ours, control, inMenu: roles.includes('toggledevtools') }
  })
  expect(opened).toEqual({ ours: false, control: true, inMenu: false })
})

function descendantsOf(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => parentOf(one) === pid)
  return children.flatMap((child) => [child, ...descendantsOf(child)])
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    // It has ended meanwhile.
    return null
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
