// The workspace, or what is protected in it, swapped for a link to outside between two steps of a start: nothing of outside is seen.
import { readlink, rename, symlink, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { chooseBubblewrap } from '../../electron/services/sandbox/bubblewrap.ts'
import { Moved, type OpenCell, openCell } from '../../electron/services/sandbox/cell.ts'
import { limitsFor } from '../../electron/services/sandbox/limits.ts'
import { runPlanned } from '../../electron/services/sandbox/running.ts'
import { isRoot, nobody, openRoom, type Room } from './room.ts'

describe.skipIf(process.platform !== 'linux')('swapped', () => {
  let room: Room
  let tool: string
  let outside: string
  beforeEach(async () => {
    room = await openRoom()
    await room.put('outside/.vscode/settings.json', 'secret of outside')
    await room.put('outside/file', 'secret of outside')
    await room.put('outside/tool/.vscode/settings.json', 'secret of outside')
    await room.put('workspace/tool/.vscode/settings.json', 'of the workspace')
    tool = join(room.workspace, 'tool')
    outside = join(room.base, 'outside')
  })
  const open = () => openCell({ workspace: room.workspace, gitWritable: false })

  async function runIn(
    cell: OpenCell,
    command: string,
    withoutLook = false,
  ): Promise<{ started: boolean; output: string }> {
    const chosen = await chooseBubblewrap(process.arch)
    if (!('jail' in chosen)) throw new Error(chosen.reason)
    const limits = limitsFor({ wallMs: 10_000 })
    const uid = isRoot ? nobody : (process.getuid?.() ?? 0)
    const plan = chosen.jail.plan({
      ...cell,
      command,
      writable: true,
      visible: [],
      path: '/usr/bin:/bin',
      variables: {},
      limits,
      uid,
    })
    // The control: the same mounts, and nobody looks at what they are.
    const args = withoutLook ? plan.args.map((each) => each.replaceAll('|| exit 1', '|| :')) : plan.args
    const user = isRoot ? { uid: nobody, gid: nobody } : null
    const { started, output } = await runPlanned({ ...plan, args }, limits, user, async () => false).ended
    await cell.close()
    return { started, output }
  }

  /** A link is in its place now. */
  async function swap(path: string, target: string): Promise<void> {
    await rename(path, `${path}-real`)
    await symlink(target, path)
  }

  /** What is swapped, for what, and what the command then looks at. */
  const swaps: [what: string, swapped: () => { path: string; target: string; command: string }][] = [
    ['the workspace', () => ({ path: room.workspace, target: outside, command: 'cat file' })],
    [
      'a folder on the way to what is protected',
      () => ({ path: tool, target: outside, command: `cat ${tool}/.vscode/settings.json` }),
    ],
    [
      'what is protected',
      () => ({
        path: join(tool, '.vscode'),
        target: join(outside, '.vscode'),
        command: `cat ${tool}/.vscode/settings.json`,
      }),
    ],
  ]
  test.each(swaps)(
    '%s, after it was opened and before it is mounted: the command does not begin',
    async (what, swapped) => {
      const { path, target, command } = swapped()
      const cell = await open()
      await swap(path, target)
      expect(await runIn(cell, command)).toEqual({ started: false, output: expect.not.stringContaining('secret') })
      if (what !== 'the workspace') return
      await unlink(path)
      await rename(`${path}-real`, path)
      const again = await open()
      await swap(path, target)
      // What the look is for.
      expect((await runIn(again, command, true)).output).toContain('secret of outside')
    },
  )

  test('untouched, it begins', async () => {
    expect(await runIn(await open(), 'cat tool/.vscode/settings.json')).toEqual({
      started: true,
      output: 'of the workspace',
    })
  })

  test('while it is being opened: what is held is in the workspace, or the start is given up', async () => {
    const seen = { moved: 0, held: 0, outside: 0 }
    let isOver = false
    const swapping = (async () => {
      while (!isOver) {
        await swap(tool, outside)
        // Long enough, now and then, for all of a start to happen in between.
        for (let turn = Math.random() * 40; turn > 0; turn -= 1) await new Promise(setImmediate)
        await unlink(tool)
        await rename(`${tool}-real`, tool)
      }
    })()
    for (let round = 0; round < 1_000; round += 1) {
      try {
        const cell = await open()
        for (const { fd, path } of cell.readOnly) {
          seen.held += 1
          // Where it was when it was opened: its name may be another one by now.
          const now = await readlink(`/proc/self/fd/${fd}`)
          if (!now.startsWith(`${room.workspace}/`)) seen.outside += 1
          expect([join(tool, '.vscode'), join(`${tool}-real`, '.vscode')]).toContain(path)
        }
        await cell.close()
      } catch (thrown) {
        if (!(thrown instanceof Moved)) throw thrown
        seen.moved += 1
      }
    }
    isOver = true
    await swapping
    expect(seen.outside).toBe(0)
    expect(seen.moved).toBeGreaterThan(0)
    expect(seen.held).toBeGreaterThan(0)
  }, 60_000)
})
