// What a decision is bound to: the same call has one hash, any other call has another (abuse 82).
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Policy, PolicyQuestion } from '../../electron/contracts.ts'
import { canonicalJson } from '../../electron/services/policy/canonical.ts'
import { createPolicy } from '../../electron/services/policy/policy.ts'
import { subjectOfCall } from '../../electron/services/policy/subject.ts'
import { policyRoom } from './room.ts'

let policy: Policy
let question: PolicyQuestion
beforeAll(() => {
  const home = {
    read: async () => null,
    write: async () => undefined,
    setAside: async () => '',
    requireWritable: () => undefined,
    readOnly: null,
  }
  const events = { emit: () => undefined, on: () => () => undefined }
  const surroundings = { log: () => undefined, newId: () => 'id', now: () => new Date(0) }
  policy = createPolicy({ home, events, surroundings })
  question = {
    tool: 'run_command',
    effect: 'execute',
    arguments: { command: 'ls', background: false },
    folder: '/a',
    sessionId: 's',
    mode: 'workspace',
    allowed: [],
    doubts: [],
    seal: { state: 'holds', jail: 'bubblewrap', guards: [], reason: null, fix: null, triedAt: null },
  }
})

/** The same value with its keys put in another order, all the way down. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  const turned = Object.entries(value).reverse()
  // fromEntries makes a key of `__proto__`, where an assignment would not.
  return Object.fromEntries(turned.map(([key, inner]) => [key, shuffled(inner)]))
}

const json = fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' })

test('canonical JSON does not know the order of keys, and is JSON of the same value', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value))
      expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value))
    }),
    { numRuns: 2_000 },
  )
})

test('two values with the same canonical JSON are the same value', () => {
  fc.assert(
    fc.property(json, json, (one, other) => {
      const isSame = canonicalJson(one) === canonicalJson(other)
      // What JSON itself makes of them: -0 is 0.
      const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown
      if (isSame) expect(plain(one)).toEqual(plain(other))
      else expect(plain(one)).not.toEqual(plain(other))
    }),
    { numRuns: 2_000 },
  )
})

describe('keys that are special elsewhere', () => {
  test.each([
    '{"__proto__":1}',
    '{"constructor":{"prototype":{"a":1}}}',
    '{"toJSON":"x"}',
    '{"hasOwnProperty":1,"__proto__":{"command":"ls"}}',
    '{"":0}',
  ])('%s is what it says', (text) => {
    expect(JSON.parse(canonicalJson(JSON.parse(text)))).toEqual(JSON.parse(text))
    expect(canonicalJson(JSON.parse(text))).not.toBe('{}')
  })

  test('what is no JSON value is a bug, and depth has an end', () => {
    for (const value of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1n,
      Symbol('a'),
      () => 1,
      new Date(0),
      new Map(),
      [undefined],
    ]) {
      expect(() => canonicalJson(value)).toThrow(TypeError)
    }
    let deep: unknown = null
    for (let depth = 0; depth < 5_000; depth += 1) deep = [deep]
    expect(() => canonicalJson(deep)).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'invalid-input' }) }),
    )
  })
})

test('abuse 82: the hash is of this tool, these arguments and this folder, and of nothing else', () => {
  const hash = policy.hashOf(question)
  expect(hash).toMatch(/^[0-9a-f]{64}$/)
  expect(policy.hashOf({ ...question, arguments: { background: false, command: 'ls' } })).toBe(hash)
  expect(policy.hashOf({ ...question, mode: 'trusted', sessionId: 'other', doubts: ['repaired'] })).toBe(hash)
  const others: Partial<PolicyQuestion>[] = [
    { tool: 'run_commands' },
    { folder: '/a/' },
    { folder: '/b' },
    { arguments: { command: 'ls' } },
    { arguments: { command: 'ls ', background: false } },
    { arguments: { command: 'lѕ', background: false } },
    { arguments: { command: 'ls\u200b', background: false } },
    { arguments: { command: 'ls', background: 'false' } },
    { arguments: { command: 'ls', background: false, __proto__: null, more: 0 } },
    { arguments: { command: ['ls'], background: false } },
    { arguments: JSON.parse('{"command":"ls","background":false,"__proto__":{}}') as Record<string, unknown> },
  ]
  const hashes = others.map((other) => policy.hashOf({ ...question, ...other }))
  expect(new Set([hash, ...hashes]).size).toBe(others.length + 1)
})

test('a call of any arguments has one hash for each of them', () => {
  const args = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))
  fc.assert(
    fc.property(args, args, (one, other) => {
      const isSame = canonicalJson(one) === canonicalJson(other)
      const hashes = [one, other].map((some) => policy.hashOf({ ...question, arguments: some }))
      expect(hashes[0] === hashes[1]).toBe(isSame)
    }),
  )
})

describe('the subject is shown in the bytes that will be used', () => {
  const subject = (tool: string, effect: PolicyQuestion['effect'], args: Record<string, unknown>) =>
    subjectOfCall({ tool, effect, arguments: args })
  test.each<[string, PolicyQuestion['effect'], Record<string, unknown>, object]>([
    [
      'run_command',
      'execute',
      { command: ' ls\n\u202e', timeout_seconds: 5 },
      { kind: 'command', command: ' ls\n\u202e', background: false },
    ],
    [
      'run_command',
      'execute',
      { command: 'ls', background: true },
      { kind: 'command', command: 'ls', background: true },
    ],
    // A text that the card of a command has no place for: everything is shown instead.
    [
      'run_command',
      'execute',
      { command: 'ls', input: 'rm' },
      { kind: 'call', arguments: '{"command":"ls","input":"rm"}' },
    ],
    ['run_command', 'execute', { command: 5 }, { kind: 'call', arguments: '{"command":5}' }],
    [
      'fetch_url',
      'network',
      { url: 'HTTPS://Example.com/?q=a b' },
      { kind: 'url', url: 'HTTPS://Example.com/?q=a b', host: 'example.com:443' },
    ],
    [
      'fetch_url',
      'network',
      { url: 'http://0x7f.1:8080/' },
      { kind: 'url', url: 'http://0x7f.1:8080/', host: '127.0.0.1:8080' },
    ],
    ['fetch_url', 'network', { url: 'http://[::1]/' }, { kind: 'url', url: 'http://[::1]/', host: '[::1]:80' }],
    [
      'fetch_url',
      'network',
      { url: 'https://аррӏе.com/' },
      { kind: 'url', url: 'https://аррӏе.com/', host: 'xn--80ak6aa92e.com:443' },
    ],
    ['fetch_url', 'network', { url: 'https://a@b.c/' }, { kind: 'call', arguments: '{"url":"https://a@b.c/"}' }],
    [
      'git_commit',
      'write',
      { message: 'm\n', paths: 'a b\nc' },
      { kind: 'commit', message: 'm\n', paths: ['a b', 'c'] },
    ],
    ['git_commit', 'write', { message: 'm', paths: ['a'] }, { kind: 'commit', message: 'm', paths: ['a'] }],
    ['read_file', 'read', { path: './.env', limit: 3 }, { kind: 'file', path: './.env', action: 'read' }],
    ['write_file', 'write', { path: 'a', content: 'x' }, { kind: 'file', path: 'a', action: 'write' }],
    ['other', 'execute', { b: 1, a: [] }, { kind: 'call', arguments: '{"a":[],"b":1}' }],
  ])('%s %s %o', (tool, effect, args, expected) => {
    expect(subject(tool, effect, args)).toEqual(expected)
  })
})

test('the hash of a call is the same in every process', async () => {
  const room = await policyRoom()
  const { policy: other } = await room.open()
  expect(other.hashOf(question)).toBe(policy.hashOf(question))
})
