// The abuse table of the file tools (A: ways out, B: links and races), tried as a user without rights. Each row has what the
// guards must say; `control` is what an unguarded program was given there, so that the row can fail.

import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildProgram } from '../support/program.ts'
import { sharedFolder } from '../support/temp.ts'
import { spawnAsNobody, toNobody } from './as-nobody.ts'

type Row = [row: string, reason: string, control?: string | undefined, whenWalked?: string]

const outside = 'denied outside'
const link = 'denied link'
const rows: Row[] = [
  ['A3 dots', outside, 'got out'],
  ['A3 dots in the middle', outside],
  ['A3 dots, writing', outside],
  ['A4 absolute', outside, 'got out'],
  ['A4 absolute, writing', outside],
  ['A4 home', outside],
  ['A5 prefix sibling', outside, 'got out'],
  ['A5 prefix sibling by dots', outside, 'got out'],
  ['A6 NUL', 'invalid-input null'],
  ['A6 NUL before the way out', 'invalid-input null'],
  ['A6 over-long', 'invalid-input null'],
  ['A6 over-long name', 'invalid-input null'],
  ['A7 hard link', 'denied hard-link', 'got out'],
  ['A7 hard link, writing', 'denied hard-link'],
  ['A7 hard link, editing', 'denied hard-link'],
  ['A7 hard link, editing though it may be read', 'denied hard-link'],
  ['A8 /proc/self/root', outside, 'got out'],
  ['A8 a link to /proc/self/root', outside, 'got out', link],
  ['A8 a link to /proc/self/root, writing', outside, undefined, link],
  ['A8 /proc/self/environ by link', outside, undefined, link],
  ['A11 .git', 'denied protected'],
  ['A11 .git by a link', 'denied protected', undefined, link],
  ['A11 a folder in .git by a link', 'denied protected', undefined, link],
  ['A11 .git by a link to here', 'denied protected', undefined, link],
  ['A15 pipe', 'denied special', 'hangs'],
  ['A15 pipe, writing', 'denied special'],
  ['A15 device', outside, undefined, link],
  ['A15 socket', 'denied special'],
  ['A17 .GIT', 'denied protected'],
  ['A17 .git and a space', 'denied protected'],
  ['secret by a link', 'denied secret', 'got out', link],
  ['B18 leaf link', outside, 'got out', link],
  ['B18 relative leaf link', outside, 'got out', link],
  ['B18 leaf link, writing', outside, undefined, link],
  ['B18 leaf link, editing', outside, undefined, link],
  ['B18 folder link', outside, 'got out', link],
  ['B18 folder link, listing', outside, undefined, link],
  ['B18 folder link, editing', outside, undefined, link],
  ['B18 folder link, searching', outside, undefined, link],
  ['A3 dots, searching', outside],
  ['B20 nothing below a linked folder', outside, 'got out', link],
  ['B20 folders below a linked folder', outside, undefined, link],
  ['B21 dangling link', link, 'got out'],
  ['B21 dangling folder link', link],
  ['B22 swapped for a link', outside, 'got out', link],
  ['B24 loop', link],
  ['B24 loop, writing', link],
  ['B24 many rounds to the way out', outside, undefined, link],
  ['B25 the workspace is a link', 'denied workspace', 'got out'],
  ['B25 the workspace is a link, writing', 'denied workspace'],
  ['B25 the workspace is a folder', 'denied workspace', 'got out'],
  ['B25 the workspace is a folder, writing', 'denied workspace'],
]

describe.skipIf(process.platform !== 'linux').each(['descriptor', 'walk'])('checked by %s', (checking) => {
  const results = new Map<string, Record<string, unknown>>()
  const removals: (() => Promise<void>)[] = []
  afterAll(async () => {
    for (const remove of removals) await remove()
  })

  beforeAll(async () => {
    const built = await buildProgram(join(import.meta.dirname, 'abuse.ts'))
    const folder = await sharedFolder()
    await toNobody(folder.path)
    const child = spawnAsNobody(built.program, [folder.path, checking])
    // One that hangs is what some rows are about.
    removals.push(async () => void child.kill('SIGKILL'), built.remove, folder.remove)
    if (!child.stdout) throw new Error('There is no output to read.')
    for (const line of (await text(child.stdout)).split('\n').filter(Boolean)) {
      const { row, ...result } = JSON.parse(line)
      results.set(row, result)
    }
  }, 60_000)

  test.each(rows)('%s: %s', (row, reason, control, whenWalked) => {
    const result = results.get(row)
    expect({ ...result, reason: `${result?.['code']} ${result?.['reason']}` }).toEqual({
      isError: true,
      code: expect.any(String),
      reason: checking === 'walk' && whenWalked ? whenWalked : reason,
      leaked: false,
      outside: 'as it was',
      git: row.startsWith('B25') ? 'moved away' : 'config',
      isSlow: false,
      ...(control ? { unguarded: control } : {}),
    })
  })

  test('B23 replaced between read and write: nothing is written', () => {
    expect(results.get('B23 replaced between read and write')).toEqual({
      refused: 'changed',
      there: 'somebody else’s',
      names: [],
    })
  })

  test('the user had no rights, and every row was met', () => {
    expect(results.get('user')).not.toEqual({ uid: 0 })
    expect([...results.keys()].sort()).toEqual(
      [...rows.map(([row]) => row), 'B23 replaced between read and write', 'user'].sort(),
    )
  })
})
