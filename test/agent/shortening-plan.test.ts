// What goes first when a conversation does not fit, and what it then looks like.
import { describe, expect, test } from 'vitest'
import { inTheirForms, type Shown } from '../../electron/agent/context.ts'
import { inShort } from '../../electron/agent/short-forms.ts'
import { leastCharacters, planShortenings } from '../../electron/agent/shortening-plan.ts'
import { type Shortenings, shorteningsIn, withShortenings } from '../../shared/shortenings.ts'
import { skillTool } from '../../shared/tool.ts'

const long = (name: string, characters = 4_000) => `${name} `.repeat(Math.ceil(characters / (name.length + 1)))

/** A question and rounds of one call, each with a thought, a long argument and a long result. */
function conversation(rounds: number): Shown[] {
  const shown: Shown[] = [{ id: 'q', message: { role: 'user', content: 'Do it.' } }]
  for (let at = 1; at <= rounds; at += 1) {
    const call = { id: `c${at}`, name: 'write_file', arguments: { path: `f${at}`, content: long(`argument ${at}`) } }
    shown.push(
      { id: `a${at}`, message: { role: 'assistant', content: '', thinking: long(`thought ${at}`), toolCalls: [call] } },
      { id: `r${at}`, message: { role: 'tool', content: long(`result ${at}`), toolCallId: `c${at}` } },
    )
  }
  return shown
}

const sizeOf = (shown: readonly Shown[], shortened: Shortenings) =>
  JSON.stringify(inTheirForms(shown, shortened)).length / 4

/** The same, and its first round has read a skill. */
function withSkill(rounds: number, characters: number): Shown[] {
  return conversation(rounds).map(({ id, message }) =>
    id === 'r1'
      ? { id, message: { ...message, toolName: skillTool, content: long('skill', characters) } }
      : { id, message },
  )
}

function plan(
  shown: readonly Shown[],
  room: number,
  { shortened = new Map(), harder = false }: { shortened?: Shortenings; harder?: boolean } = {},
) {
  const window = {
    room,
    tokensOf: (forms: Shortenings) => sizeOf(shown, forms),
    charactersOf: (tokens: number) => Math.floor(tokens * 4),
  }
  const steps = planShortenings(shown, shortened, window, harder ? 'harder' : 'as-needed')
  return { steps, after: sizeOf(shown, withShortenings(shortened, steps)) }
}

describe('what goes, of six rounds of 3,000 tokens,', () => {
  const shown = conversation(6)
  const whole = sizeOf(shown, new Map())

  test('is nothing while a quarter of the room is free', () => {
    expect(plan(shown, whole / 0.74).steps).toEqual([])
  })

  test('is nothing yet when there is room and it would bring little', () => {
    expect(plan(shown, whole / 0.9).steps).toEqual([])
  })

  test('are the oldest results, and no more than needed', () => {
    const steady = conversation(12).map(({ id, message }): Shown => {
      const { thinking: _, ...rest } = message
      return { id, message: message.toolCalls ? { ...rest, toolCalls: [] } : rest }
    })
    const room = sizeOf(steady, new Map()) / 0.9
    const { steps, after } = plan(steady, room)
    expect(steps.map(({ to }) => to)).toEqual(['line'])
    expect(steps[0]?.targets).toEqual(['r1', 'r2', 'r3', 'r4', 'r5', 'r6'])
    expect(after).toBeLessThanOrEqual(room * 0.5)
    expect(after).toBeGreaterThan(room * 0.4)
  })

  test.each([
    [16_000, ['line', 'no-thinking']],
    [9_000, ['line', 'no-thinking', 'short-arguments']],
    [5_000, ['line', 'no-thinking', 'short-arguments', 'parts']],
  ])('in %d tokens of room: %j, and never of the last two rounds but their results in parts', (room, forms) => {
    const { steps, after } = plan(shown, room)
    expect(steps.map(({ to }) => to)).toEqual(forms)
    expect(steps[0]?.targets).toEqual(['r1', 'r2', 'r3', 'r4'])
    expect(steps[1]?.targets).toEqual(['a1', 'a2', 'a3', 'a4'])
    if (forms.includes('parts')) expect(steps.at(-1)).toMatchObject({ targets: ['r5', 'r6'] })
    if (room > 5_000) expect(after).toBeLessThanOrEqual(room)
  })

  test('is whatever is old when the server said that it is too long', () => {
    const { steps } = plan(shown, whole * 2, { harder: true })
    expect(steps).toEqual([{ to: 'line', targets: ['r1', 'r2', 'r3', 'r4'] }])
  })

  test('is not written down twice', () => {
    const room = 5_000
    const shortened = withShortenings(new Map(), plan(shown, room).steps)
    expect(plan(shown, room, { shortened }).steps).toEqual([])
    expect(plan(shown, room, { shortened, harder: true }).steps).toEqual([])
  })

  test('leaves a result some hundred characters, however little room there is', () => {
    const parts = plan(shown, 100).steps.find(({ to }) => to === 'parts')
    expect(parts).toMatchObject({ to: 'parts', characters: leastCharacters })
  })
})

test('nothing is ever dropped, and every result keeps its call', () => {
  const shown = conversation(6)
  const shortened = withShortenings(new Map(), plan(shown, 100).steps)
  const sent = inTheirForms(shown, shortened)
  expect(sent.map(({ role, toolCallId, toolCalls }) => [role, toolCallId, toolCalls?.map(({ id }) => id)])).toEqual(
    shown.map(({ message: { role, toolCallId, toolCalls } }) => [role, toolCallId, toolCalls?.map(({ id }) => id)]),
  )
})

describe('in short', () => {
  const forms = (...to: ('line' | 'parts' | 'no-thinking' | 'short-arguments')[]) =>
    withShortenings(
      new Map(),
      to.map((one) => ({ to: one, targets: ['x'], ...(one === 'parts' && { characters: 500 }) })),
    ).get('x')

  test('a result says how it began, how long it was, and that it can be had again', () => {
    const content = `  const one = 1\n\tconst two = 2\n${long('more')}`
    expect(inShort({ role: 'tool', content, toolName: 'read_file', toolCallId: 'c' }, forms('parts', 'line'))).toEqual({
      role: 'tool',
      toolName: 'read_file',
      toolCallId: 'c',
      content: `[Left out to save room: ${content.length} characters that begin "const one = 1 const two = 2 more more more more more more mo". If you need them, call again.]`,
    })
  })

  test('a result in parts keeps its beginning and its end, and no half characters', () => {
    const content = `first${'📚'.repeat(2_000)}last`
    const short = inShort({ role: 'tool', content }, forms('parts')).content
    expect(short).toMatch(/^first📚+\n\[\d+ characters left out to save room; [^\]]+\]\n📚+last$/u)
    expect(short.length).toBeLessThan(600)
    expect(Buffer.from(short).toString()).toBe(short)
  })

  test('what is short already stays as it is', () => {
    expect(inShort({ role: 'tool', content: 'done' }, forms('line')).content).toBe('done')
    expect(inShort({ role: 'tool', content: 'done' }, forms('parts')).content).toBe('done')
    expect(inShort({ role: 'tool', content: long('whole') }, undefined).content).toBe(long('whole'))
  })

  test('a call keeps its name and what is short of its arguments', () => {
    const given = {
      path: 'a.txt',
      content: long('text'),
      lines: [1, long('text')],
      deep: { old: long('text') },
      no: null,
    }
    const message = {
      role: 'assistant' as const,
      content: 'I write.',
      thinking: 'hm',
      toolCalls: [{ id: 'c', name: 'write_file', arguments: given }],
    }
    const { thinking, toolCalls } = inShort(message, forms('short-arguments', 'no-thinking'))
    expect(thinking).toBeUndefined()
    const cut = expect.stringMatching(/^text text.* \[… all 4000 characters were given; left out here to save room\]$/)
    expect(toolCalls).toEqual([
      {
        id: 'c',
        name: 'write_file',
        arguments: { path: 'a.txt', content: cut, lines: [1, cut], deep: { old: cut }, no: null },
      },
    ])
    // The record itself is never changed.
    expect(given.content).toBe(long('text'))
  })
})

test('records that cannot be read shorten nothing; of several the forms add up and the last number counts', () => {
  const shorten = (more: Record<string, unknown>) => ({
    type: 'shorten',
    id: 'o',
    ts: '2026-11-28T22:00:00.000Z',
    ...more,
  })
  const shortened = shorteningsIn([
    shorten({ targets: ['r'], to: 'parts', characters: 900 }),
    shorten({ targets: ['r', 's'], to: 'parts', characters: 500 }),
    shorten({ targets: ['r'], to: 'line' }),
    shorten({ targets: ['r'], to: 'something else' }),
    shorten({ targets: 'r', to: 'line' }),
    shorten({}),
  ])
  expect([...shortened].map(([id, { forms, characters }]) => [id, [...forms], characters])).toEqual([
    ['r', ['parts', 'line'], 500],
    ['s', ['parts'], 500],
  ])
})

describe('what a skill says', () => {
  const targetsIn = (steps: readonly { targets: readonly string[] }[]) => steps.flatMap(({ targets }) => targets)

  test('stays while anything else can go, however old it is', () => {
    const shown = withSkill(6, 4_000)
    for (const share of [0.9, 0.6, 0.4]) {
      const { steps } = plan(shown, sizeOf(shown, new Map()) * share)
      expect(targetsIn(steps)).toContain('r2')
      expect(targetsIn(steps)).not.toContain('r1')
    }
  })

  test('goes last, in a window that has no room for it: it can be read again', () => {
    const shown = withSkill(6, 40_000)
    const { steps } = plan(shown, 4_000)
    expect(steps.at(-1)).toEqual({ to: 'line', targets: ['r1'] })
    expect(targetsIn(steps.slice(0, -1))).toEqual(expect.arrayContaining(['r2', 'r3', 'r4', 'r5']))
  })

  test('of the control, which is the result of any other tool, goes first', () => {
    const shown = conversation(6)
    const { steps } = plan(shown, sizeOf(shown, new Map()) * 0.9)
    expect(targetsIn(steps)).toContain('r1')
  })
})
