// The registry: what a model is told, byte for byte the same; and an outcome for whatever it asks.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Tool, tool } from '../../electron/services/tools/tool.ts'
import { createTools } from '../../electron/services/tools/tools.ts'
import { ExpectedFailure } from '../../shared/failure.ts'
import { toolDetail } from '../../shared/tool.ts'
import { room } from './room.ts'

const string = (description: string, more: object = {}) => ({ type: 'string', description, ...more })

test('what a model is told is this, and fits into few tokens', async () => {
  const { tools } = await room()
  const path = string('Path from the workspace root, such as src/main.ts.')
  const other = await room()
  expect(JSON.stringify(tools.list())).toBe(JSON.stringify(other.tools.list()))
  expect(tools.list().map(({ name, parameters }) => ({ name, parameters }))).toEqual([
    {
      name: 'read_file',
      parameters: {
        type: 'object',
        properties: {
          path,
          offset: { type: 'integer', description: 'First line to read, counted from 1.' },
          limit: { type: 'integer', description: 'How many lines to read.' },
        },
        required: ['path'],
      },
    },
    {
      name: 'write_file',
      parameters: {
        type: 'object',
        properties: { path, content: string('The whole text of the file.') },
        required: ['path', 'content'],
      },
    },
    {
      name: 'edit_file',
      parameters: {
        type: 'object',
        properties: {
          path,
          old_text: string('The text to replace, exactly as in the file, with its indentation.'),
          new_text: string('The text to put in its place.'),
          all: { type: 'boolean', description: 'Replace every occurrence.' },
        },
        required: ['path', 'old_text', 'new_text'],
      },
    },
    {
      name: 'search_files',
      parameters: {
        type: 'object',
        properties: {
          query: string('The text to look for.'),
          path: string('Folder or file to search in. Everything unless told.'),
          regex: { type: 'boolean', description: 'Whether query is a regular expression.' },
        },
        required: ['query'],
      },
    },
    {
      name: 'run_command',
      parameters: {
        type: 'object',
        properties: {
          command: string('The command, exactly as bash shall run it.'),
          seconds: { type: 'integer', description: 'When to end it: 120 unless told, 600 at most.' },
          background: { type: 'boolean', description: 'Whether it goes on while you do, such as a server.' },
        },
        required: ['command'],
      },
    },
    {
      name: 'check_command',
      parameters: {
        type: 'object',
        properties: {
          handle: string('The handle that run_command answered.'),
          stop: { type: 'boolean', description: 'Whether to end it now.' },
        },
        required: ['handle'],
      },
    },
    {
      name: 'fetch_url',
      parameters: {
        type: 'object',
        properties: {
          url: string('The whole address, such as https://example.com/page.'),
          offset: { type: 'integer', description: 'First line to read, counted from 1.' },
        },
        required: ['url'],
      },
    },
    {
      name: 'git_commit',
      parameters: {
        type: 'object',
        properties: {
          message: string('The commit message.'),
          paths: string('What to commit: paths from the workspace root, one a line.'),
        },
        required: ['message'],
      },
    },
    {
      name: 'search_sessions',
      parameters: {
        type: 'object',
        properties: { query: string('Words to look for, such as names or errors. Fewer words find more.') },
        required: ['query'],
      },
    },
  ])
  expect(JSON.stringify(tools.list()).length).toBeLessThan(4_600)
  const effects = ['read', 'write', 'write', 'read', 'execute', 'read', 'network', 'write', 'read']
  expect(tools.list().map(({ name }) => tools.effectOf(name))).toEqual(effects)
  expect(tools.effectOf('format_disk')).toBe(null)
})

describe('wrong calls are answered in words', () => {
  test.each<[string, string, Record<string, unknown> | null, string, string]>([
    [
      'an unknown tool',
      'list_dir',
      {},
      'not-found',
      'There is no tool named "list_dir". The tools are: read_file, write_file,',
    ],
    ['no name', '', {}, 'not-found', 'There is no tool named "".'],
    ['no object', 'read_file', null, 'invalid-input', 'The arguments of read_file were no JSON object.'],
    ['nothing', 'read_file', {}, 'invalid-input', '- path is missing. It must be a text that is not empty.'],
    ['null is nothing', 'read_file', { path: null }, 'invalid-input', '- path is missing.'],
    [
      'a number for a text',
      'read_file',
      { path: 7 },
      'invalid-input',
      '- path must be a text that is not empty, and was 7.',
    ],
    [
      'all at once',
      'edit_file',
      { path: '', new_text: ['x'], all: 'yes' },
      'invalid-input',
      '- path must be a text that is not empty, and was "".\n- old_text is missing. It must be a text.\n- new_text must be a text, and was ["x"].\n- all must be true or false, and was "yes".',
    ],
    [
      'a half line',
      'read_file',
      { path: 'a', offset: 1.5 },
      'invalid-input',
      '- offset must be a whole number from 1 on, and was 1.5.',
    ],
    [
      'line zero',
      'read_file',
      { path: 'a', offset: 0 },
      'invalid-input',
      '- offset must be a whole number from 1 on, and was 0.',
    ],
  ])('%s', async (_, name, args, code, words) => {
    const { tools } = await room()
    const outcome = await tools.run(name, args, new AbortController().signal)
    expect(outcome).toMatchObject({
      isError: true,
      failure: { code, reason: null },
      full: null,
      detail: null,
      image: null,
    })
    expect(outcome.content).toContain(words)
  })

  test('what is not asked for is dropped', async () => {
    const { run } = await room({ 'a.txt': 'here' })
    expect(await run('read_file', { path: 'a.txt', encoding: 'utf8', limit: null })).toMatchObject({ content: 'here' })
  })
})

/** A tool of the test's own: its schema and its deed. */
function one(parameters: z.ZodObject, run: Tool['run'] = async () => ({ content: 'done' })): Tool {
  return tool({ name: 'one', description: 'One.', effect: 'read', parameters, run })
}

test.each<[string, z.ZodObject]>([
  ['a list', z.object({ paths: z.array(z.string()) })],
  ['an object', z.object({ where: z.object({ line: z.int() }) })],
  ['a lost name', z.object({ description: z.string() })],
  ['another lost name', z.object({ type: z.string() })],
  ['a hyphen', z.object({ 'old-text': z.string() })],
])('a schema that a small model would not manage is a bug: %s', async (_, parameters) => {
  const { workspace } = await room()
  expect(() => createTools({ workspace, now: () => new Date(), tools: [one(parameters)] })).toThrow(Error)
})

describe('what a tool does', () => {
  const outcomeOf = async (run: Tool['run'], characters = 8_000) => {
    const { workspace } = await room()
    const tools = createTools({ workspace, now: () => new Date(0), tools: [one(z.object({}), run)] })
    return await tools.run('one', {}, new AbortController().signal, { characters })
  }

  test('an expected failure is an outcome, a bug is thrown', async () => {
    const failing = await outcomeOf(() => Promise.reject(new ExpectedFailure('limit', 'Too much <|im_end|>.')))
    expect(failing).toMatchObject({
      isError: true,
      failure: { code: 'limit', reason: null },
      content: 'Too much <\u200b|im_end|>.',
    })
    await expect(outcomeOf(() => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug')
  })

  test('a long result is cut to what the caller can show, and all of it is beside it', async () => {
    const long = `\u001b[31m${'a line of words\n'.repeat(1_000)}`
    const { content, full } = await outcomeOf(async () => ({ content: long }), 1_000)
    expect(content.length).toBeLessThanOrEqual(1_000)
    expect(content).toMatch(/\n\[\.\.\. 1\d,\d{3} characters omitted \.\.\.\]\n/)
    expect(full).toBe('a line of words\n'.repeat(1_000))
    expect((await outcomeOf(async () => ({ content: 'short' }))).full).toBe(null)
  })

  test('it is given the clock and whether the model sees', async () => {
    const { content } = await outcomeOf(async (_, { now, seesImages }) => ({
      content: `${now().getTime()} ${seesImages}`,
    }))
    expect(content).toBe('0 false')
  })
})

test('all of them work where a descriptor cannot be asked where it leads', async () => {
  const { run, workspace } = await room(
    { 'src/b.ts': 'const b = 1\n', '.gitignore': 'out\n', 'out/x': 'const x' },
    'walk',
  )
  expect(workspace.root.checking).toBe('walk')
  expect((await run('write_file', { path: 'a/deep/c.ts', content: 'const c = 1\n' })).content).toContain('Created')
  expect((await run('edit_file', { path: 'src/b.ts', old_text: '1', new_text: '2' })).content).toContain('Edited')
  expect((await run('read_file', { path: 'src/b.ts' })).content).toBe('const b = 2\n')
  expect((await run('read_file', { path: '.' })).content).toContain('In it: .gitignore, a/, out/, src/')
  expect((await run('search_files', { query: 'const' })).content).toBe(
    'a/deep/c.ts:1: const c = 1\nsrc/b.ts:1: const b = 2',
  )
})

test('whatever the arguments are, there is an outcome that fits, and the cards can read its detail', async () => {
  const { run, tools } = await room({ 'a.txt': 'one\ntwo\n', 'src/b.ts': 'const b = 1\n' })
  const value = fc.oneof(
    fc.constantFrom<unknown>(
      'a.txt',
      'src',
      'src/b.ts',
      'new/file',
      '..',
      '.env',
      '\0',
      'one',
      '(',
      'const',
      true,
      0,
      1,
      -1,
      1e308,
    ),
    fc.string({ maxLength: 8 }),
    fc.constantFrom<unknown>(null, undefined, [], {}, Number.NaN),
  )
  const names = ['path', 'offset', 'limit', 'content', 'old_text', 'new_text', 'all', 'query', 'regex']
  const right = fc.constantFrom({}, { path: 'a.txt' }, { path: 'src/b.ts', query: 'one', regex: false })
  const args = fc
    .tuple(fc.dictionary(fc.constantFrom(...names), value), right)
    .map((parts) => Object.assign({}, ...parts))
  let done = 0
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...tools.list().map(({ name }) => name)), args, async (name, given) => {
      const outcome = await run(name, given, { characters: 500 })
      expect(outcome.content.length).toBeLessThanOrEqual(500)
      expect(outcome.content).not.toBe('')
      if (outcome.detail) toolDetail.parse(outcome.detail)
      if (!outcome.isError) done++
    }),
    { numRuns: 500 },
  )
  expect(done).toBeGreaterThan(20)
})
