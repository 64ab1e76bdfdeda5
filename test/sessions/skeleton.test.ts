// A large session that is opened by the heads of its lines is the same as one that was read whole, whatever its file holds.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openedFrom, openedFromSkeleton } from '../../electron/services/sessions/opened.ts'
import { openSessionFile } from '../../electron/services/sessions/session-file.ts'
import { summarizeSkeleton } from '../../electron/services/sessions/skeleton-summary.ts'
import { NotAsItLooked, nodeReader } from '../../electron/services/sessions/skeleton-way.ts'
import { createSkeletons, type Skeletons } from '../../electron/services/sessions/skeletons.ts'
import { summarize } from '../../electron/services/sessions/summary.ts'
import { partLimits } from '../../electron/services/sessions/way.ts'
import type { OpenedSession, WantedSlice } from '../../shared/ipc.ts'
import { sessionTree } from '../../shared/session-tree.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { conversation, header, type Line, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { waitFor } from '../support/wait.ts'

const limits = { ...partLimits, wholeEntries: 0, entries: 5 }
const queue = { items: [], isPaused: false }
const changed = new Date('2026-11-29T08:00:00.000Z')
const end: WantedSlice = { at: 'end', entryId: null, branch: null }

type Open = (slice: WantedSlice) => Promise<OpenedSession>

/** null: the file must be read whole. */
async function withSkeleton<Value>(skeletons: Skeletons, path: string, work: (open: Open) => Promise<Value>) {
  return await skeletons.use(path, async ({ skeleton, descriptor }) => {
    const reader = nodeReader(skeleton, descriptor, join(path, '..', 'blobs'))
    const summary = await summarizeSkeleton('s', skeleton, reader, changed, false)
    return await work((slice) => openedFromSkeleton({ summary, run: null, queue, limits, skeleton, reader, slice }))
  })
}

async function readWhole(path: string) {
  const reading = (await openSessionFile(path)).reading()
  const summary = summarize('s', reading, changed, false)
  const open: Open = async (slice) =>
    openedFrom({ summary, run: null, queue, limits, reading, allBranches: false, slice })
  return { reading, open }
}

/** Everything that is shown of a session to whoever pages from its end to its root. */
async function pagedBack(open: Open) {
  const pages = [await open(end)]
  for (;;) {
    const first = pages[0]
    if (!first?.slice || first.slice.from === 0 || !first.entries[0]?.id) break
    pages.unshift(await open({ at: 'before', entryId: first.entries[0].id, branch: null }))
  }
  return together(pages)
}

/** The same for whoever goes from some entry to the end. */
async function pagedForth(open: Open, entryId: string) {
  const pages = [await open({ at: 'around', entryId, branch: null })]
  for (;;) {
    const last = pages.at(-1)
    const lastId = last?.entries.at(-1)?.id
    if (!last?.slice || last.slice.to === last.slice.total || !lastId) break
    pages.push(await open({ at: 'after', entryId: lastId, branch: last.slice.branch }))
  }
  return together(pages)
}

function together(pages: readonly OpenedSession[]) {
  const [first] = pages
  return {
    from: first?.slice?.from,
    branch: first?.slice?.branch,
    session: first?.session,
    workspace: first?.workspace,
    dialect: first?.dialect,
    mode: first?.mode,
    origin: first?.origin,
    entries: pages.flatMap(({ entries }) => entries),
    versions: pages.flatMap(({ versions }) => versions),
    hidden: pages.flatMap(({ hidden }) => hidden),
    // Of a whole reading every page names all of them.
    leftOut: [...new Set(pages.flatMap(({ leftOut }) => leftOut))].sort(),
  }
}

interface Step {
  what:
    | 'question'
    | 'answer'
    | 'calls'
    | 'settings'
    | 'title'
    | 'leaf'
    | 'hide'
    | 'pin'
    | 'old form'
    | 'other order'
    | 'unknown'
  pick: number
  branch: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('question' as const, 'answer' as const, 'calls' as const) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        'settings' as const,
        'title' as const,
        'leaf' as const,
        'hide' as const,
        'pin' as const,
        'other order' as const,
        'unknown' as const,
      ),
    },
    { weight: 1, arbitrary: fc.constant('old form' as const) },
  ),
  pick: fc.nat(),
  branch: fc.integer({ min: 0, max: 7 }).map((number) => number === 0),
})

const ts = '2026-11-22T08:00:01.000Z'

function linesFrom(steps: readonly Step[], canOrphan: boolean): Line[] {
  const lines: Line[] = [{ ...header, workspace: '/somewhere', parentSession: 'other', forkedAt: 'x' }]
  const nodes: string[] = []
  let last: string | null = null
  let offset = toBytes(...lines).length
  const put = (line: Line, node: string | null) => {
    lines.push(line)
    if (node !== null) {
      nodes.push(node)
      last = node
    }
    offset = toBytes(...lines).length
  }
  for (const [index, { what, pick, branch }] of steps.entries()) {
    const id = `n${index}`
    const picked = nodes.length === 0 ? null : (nodes[pick % nodes.length] ?? null)
    const parent: string | null = branch ? picked : last
    const calls = [0, 1].map((call) => ({ id: `c${index}-${call}`, name: 'read_file', arguments: { path: `${pick}` } }))
    if (what === 'question') put(message(id, parent), id)
    if (what === 'answer') put(message(id, parent, { role: 'assistant', model: `m${pick % 3}`, stop: 'stop' }), id)
    if (what === 'calls') {
      put(message(id, parent, { role: 'assistant', content: '', toolCalls: calls, stop: 'tool_calls' }), id)
      put({ type: 'tool_start', id: `${id}s`, parentId: id, ts, callId: calls[0]?.id }, `${id}s`)
      for (const [place, { id: callId }] of calls.entries()) {
        const given = canOrphan && pick % 5 === 0 ? `nobody-${index}-${place}` : callId
        const result = { role: 'tool', callId: given, name: 'read_file', content: 'x', isError: false }
        put(message(`${id}r${place}`, last, result), `${id}r${place}`)
      }
    }
    if (what === 'settings')
      put({ type: 'settings', id, parentId: parent, ts, mode: 'read-only', dialect: 'native' }, id)
    if (what === 'title') put({ type: 'title', id, ts, title: `Title ${pick}`, by: pick % 2 ? 'user' : 'model' }, null)
    if (what === 'leaf') {
      put({ type: 'leaf', id, ts, target: picked }, null)
      last = picked
    }
    if (what === 'hide' && picked) put({ type: 'hide', id, ts, target: picked, hidden: pick % 3 !== 0 }, null)
    if (what === 'pin') put({ type: 'meta', id, ts, pinned: pick % 2 === 0 }, null)
    if (what === 'other order') put({ content: 'ä', role: 'user', ts: null, parentId: parent, id, type: 'message' }, id)
    if (what === 'unknown') put({ type: 'news', id, parentId: parent, ts, more: { type: 'inner' } }, id)
    if (what === 'old form') {
      put({ role: pick % 2 ? 'user' : 'assistant', content: 'said long ago' }, `v0:${offset}`)
    }
  }
  return lines
}

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), 's.jsonl')
  await writeFile(path, bytes)
  return path
}

test('whoever pages back from the end sees what a whole reading shows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.boolean(), async (steps, canOrphan) => {
      const path = await fileOf(toBytes(...linesFrom(steps, canOrphan)))
      const { reading, open } = await readWhole(path)
      const tree = sessionTree(reading.records)
      const quick = await withSkeleton(createSkeletons({ wholeBelow: 0 }), path, pagedBack)
      expect(reading.diagnostics).toEqual([])
      expect(quick).not.toBeNull()
      expect(quick).toEqual(await pagedBack(open))
      expect(quick?.entries).toEqual(tree.path)
      expect(quick?.versions).toEqual(tree.versions)
      expect(quick?.hidden).toEqual(tree.hidden)
      expect(quick?.leftOut).toEqual([...tree.leftOut].sort())
    }),
    { numRuns: 150 },
  )
})

test('whoever begins at any entry and goes on from there sees the way through it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), fc.nat(), async (steps, pick) => {
      const path = await fileOf(toBytes(...linesFrom(steps, false)))
      const { reading, open } = await readWhole(path)
      const { nodes, path: active } = sessionTree(reading.records)
      const entryId = nodes[pick % nodes.length]?.id
      if (entryId === undefined) return
      const forth = (one: Open) => pagedForth(one, entryId)
      const quick = await withSkeleton(createSkeletons({ wholeBelow: 0 }), path, forth)
      expect(quick).toEqual(await forth(open))
      expect(quick?.entries.some(({ id }) => id === entryId)).toBe(true)
      expect(quick?.branch).toBe(active.some(({ id }) => id === entryId) ? null : entryId)
    }),
    { numRuns: 150 },
  )
})

test('a part never begins with what came of a call', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30 }), async (steps) => {
      const path = await fileOf(toBytes(...linesFrom(steps, false)))
      const { open } = await readWhole(path)
      let page = await open(end)
      for (;;) {
        const results = page.entries.filter((entry) => entry['role'] === 'tool')
        const called = new Set(
          page.entries.flatMap((entry) => ((entry['toolCalls'] ?? []) as { id: string }[]).map(({ id }) => id)),
        )
        expect(results.filter((result) => !called.has(String(result['callId'])))).toEqual([])
        const first = page.entries[0]?.id
        if (!page.slice || page.slice.from === 0 || first === undefined) break
        page = await open({ at: 'before', entryId: first, branch: null })
      }
    }),
    // A turn that is longer than anything a part is made longer for.
    {
      numRuns: 100,
      examples: [[Array.from({ length: 60 }, () => ({ what: 'calls' as const, pick: 1, branch: false }))]],
    },
  )
})

const damage = fc.record({
  do: fc.constantFrom('cut', 'flip', 'nul', 'twice', 'join' as const),
  at: fc.nat(),
  byte: fc.integer({ min: 0, max: 255 }),
})

test('a damaged file is either found out or shown as a whole reading shows it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), damage, async (steps, harm) => {
      const whole = toBytes(...linesFrom(steps, false))
      const at = harm.at % whole.length
      const bytes = Buffer.from(whole)
      let given = bytes
      if (harm.do === 'cut') given = bytes.subarray(0, at)
      if (harm.do === 'flip') bytes[at] = harm.byte
      if (harm.do === 'nul') bytes.fill(0, at, Math.min(bytes.length, at + 5))
      const line = bytes.indexOf(0x0a, at) + 1
      if (harm.do === 'twice')
        given = Buffer.concat([bytes.subarray(0, line), bytes.subarray(bytes.lastIndexOf(0x0a, at) + 1)])
      if (harm.do === 'join') given = Buffer.concat([bytes.subarray(0, Math.max(0, line - 1)), bytes.subarray(line)])
      const path = await fileOf(given)
      const { open } = await readWhole(path)
      const skeletons = createSkeletons({ wholeBelow: 0 })
      let quick: Awaited<ReturnType<typeof pagedBack>> | null | 'not as it looked' = null
      try {
        quick = await withSkeleton(skeletons, path, pagedBack)
      } catch (thrown) {
        if (!(thrown instanceof NotAsItLooked)) throw thrown
        quick = 'not as it looked'
      }
      const isSound = await skeletons.check(path, new AbortController().signal)
      if (quick === 'not as it looked') expect(isSound).toBe(false)
      else if (quick !== null && isSound) expect(quick).toEqual(await pagedBack(open))
    }),
    { numRuns: 400 },
  )
})

describe('a file that grows', () => {
  const lines = conversation(12)

  test('is gone on with, line by line', async () => {
    const skeletons = createSkeletons({ wholeBelow: 0 })
    const path = await fileOf(toBytes(...lines.slice(0, 4)))
    for (let count = 4; count <= lines.length; count++) {
      await writeFile(path, toBytes(...lines.slice(0, count)))
      const { open } = await readWhole(path)
      expect(await withSkeleton(skeletons, path, pagedBack)).toEqual(await pagedBack(open))
    }
  })

  test('is read anew when it became another one', async () => {
    const skeletons = createSkeletons({ wholeBelow: 0 })
    const path = await fileOf(toBytes(...lines))
    await withSkeleton(skeletons, path, pagedBack)
    await writeFile(path, toBytes(header, message('else', null), message('more', 'else'), ...lines.slice(1)))
    const { open } = await readWhole(path)
    expect(await withSkeleton(skeletons, path, pagedBack)).toEqual(await pagedBack(open))
  })

  test('and whose last line was not whole is read anew', async () => {
    const skeletons = createSkeletons({ wholeBelow: 0 })
    const whole = toBytes(...lines)
    const path = await fileOf(whole.subarray(0, -1))
    await withSkeleton(skeletons, path, pagedBack)
    await writeFile(path, Buffer.concat([whole, toBytes(message('new', String(lines.at(-1)?.['id'])))]))
    const shown = await withSkeleton(skeletons, path, pagedBack)
    expect(shown?.entries.at(-1)?.id).toBe('new')
  })
})

test('a file of several pieces, with a line longer than any of them', async () => {
  const long = message('long', 'b', { content: 'x'.repeat(3_000_000) })
  const many = Array.from({ length: 4_000 }, (_, index) =>
    message(`m${index}`, index === 0 ? 'long' : `m${index - 1}`, { content: `${index} ${'ü'.repeat(400)}` }),
  )
  const path = await fileOf(toBytes(header, message('a', null), message('b', 'a'), long, ...many))
  const { open } = await readWhole(path)
  const shown = await withSkeleton(createSkeletons(), path, async (one) => await one(end))
  expect(shown).toEqual(await open(end))
  expect(await createSkeletons().use(path, async ({ skeleton }) => skeleton.count)).toBe(4_003)
})

test('damage within a line is told a little later, and then the session is shown without it', async () => {
  const home = join(await temporaryFolder(), 'home')
  await mkdir(join(home, 'sessions'), { recursive: true })
  const many = Array.from({ length: 900 }, (_, index) =>
    message(`m${index}`, index === 0 ? null : `m${index - 1}`, { content: `${index} "${'y'.repeat(2_000)}"` }),
  )
  const bytes = toBytes(header, ...many)
  // A quote that is none any more, in a line far from what is shown first.
  bytes[bytes.indexOf('\\"', 100_000)] = 0x20
  await writeFile(join(home, 'sessions', 's.jsonl'), bytes)
  const carrel = await bootCarrel({ home, host: null })
  const open = async () => answered(await carrel.bridge.call('sessions.open', { sessionId: 's', slice: end }))
  expect((await open()).diagnostics).toEqual([])
  await waitFor('the damage to be told', () => carrel.pushed('sessions.rearranged')[0])
  const opened = await open()
  expect(opened.diagnostics.map(({ code }) => code)).toContain('bad_line')
  expect(opened.session.badLines).toBe(1)
  expect(opened.entries.at(-1)?.id).toBe('m899')
  expect(opened.slice?.total).toBe(899)
})
