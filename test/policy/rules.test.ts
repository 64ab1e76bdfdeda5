// Lasting decisions on a real disk: where they count, what is kept of their use, and that a broken list allows nothing.
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { policyRoom } from './room.ts'

test('a rule of a folder counts in every session there and after a restart; one of a session in this session only', async () => {
  const room = await policyRoom()
  const first = await room.open()
  const ofFolder = await first.policy.remember(room.run('git status'), 'allow', 'folder')
  const ofSession = await first.policy.remember(room.run('tsc --noEmit'), 'allow', 'session')
  expect(ofFolder).toMatchObject({
    tool: 'run_command',
    pattern: 'git status',
    scope: 'folder',
    folder: room.folder,
    sessionId: null,
    uses: 0,
  })
  expect(ofSession).toMatchObject({ pattern: 'tsc --noEmit', scope: 'session', sessionId: 'one' })
  expect(await first.policy.judge(room.run('git status -s', { sessionId: 'two' }))).toEqual({
    decision: 'allow',
    by: `rule:${ofFolder.id}`,
  })
  expect(await first.policy.judge(room.run('tsc --noEmit'))).toMatchObject({ decision: 'allow' })
  expect(await first.policy.judge(room.run('tsc --noEmit', { sessionId: 'two' }))).toMatchObject({ decision: 'ask' })
  await first.home.close()
  const again = await room.open()
  expect((await again.policy.rules()).map(({ id }) => id)).toEqual([ofFolder.id])
  expect(await again.policy.judge(room.run('git status'))).toMatchObject({ decision: 'allow' })
  expect(await again.policy.judge(room.run('tsc --noEmit'))).toMatchObject({ decision: 'ask' })
})

test('a rule never covers another folder: not one below, above or beside, not one that has come to its place', async () => {
  const room = await policyRoom()
  const { policy } = await room.open()
  await mkdir(join(room.folder, 'inner'))
  await policy.remember(room.run('ls'), 'allow', 'folder')
  await policy.remember(room.visit('https://example.com/'), 'allow', 'session')
  for (const folder of [room.other, room.base, join(room.folder, 'inner'), join(room.base, 'gone'), '/', '', '.']) {
    expect(await policy.judge(room.run('ls', { folder }))).toMatchObject({ decision: 'ask' })
    expect(await policy.judge(room.visit('https://example.com/', { folder }))).toMatchObject({ decision: 'ask' })
  }
  await symlink(room.folder, join(room.base, 'link'))
  expect(await policy.judge(room.run('ls', { folder: join(room.base, 'link') }))).toMatchObject({ decision: 'allow' })
  await rename(room.folder, join(room.base, 'moved'))
  await symlink(room.other, room.folder)
  expect(await policy.judge(room.run('ls'))).toMatchObject({ decision: 'ask' })
})

test("without a folder that is there, nothing is remembered; the folder this process stands in is nobody's", async () => {
  const room = await policyRoom()
  const { policy } = await room.open()
  await policy.remember(room.run('ls', { folder: process.cwd() }), 'allow', 'session')
  for (const folder of ['', '.', join(room.base, 'gone'), 'project']) {
    const question = room.run('ls', { folder })
    expect(await policy.judge(question)).toMatchObject({ decision: 'ask', remembers: null })
    await expect(policy.remember(question, 'allow', 'session')).rejects.toMatchObject({ failure: { code: 'denied' } })
  }
})

test('whatever folders there are, a rule counts in its own and in no other', async () => {
  const room = await policyRoom()
  const { policy } = await room.open()
  const names = ['a', 'a-evil', 'A', 'a b', 'ä', '..a', 'a\u200b']
  for (const name of names) await mkdir(join(room.base, name))
  const rules = await Promise.all(
    names.map((name) =>
      policy.remember(room.run(`touch ${names.indexOf(name)}`, { folder: join(room.base, name) }), 'allow', 'folder'),
    ),
  )
  await fc.assert(
    fc.asyncProperty(fc.nat(names.length - 1), fc.nat(names.length - 1), async (rule, place) => {
      const verdict = await policy.judge(room.run(`touch ${rule}`, { folder: join(room.base, names[place] ?? '') }))
      expect(verdict).toMatchObject(
        rule === place ? { decision: 'allow', by: `rule:${rules[rule]?.id}` } : { decision: 'ask' },
      )
    }),
    { numRuns: 60 },
  )
})

test('a host is one host at one port, whatever is in the address, and no other', async () => {
  const room = await policyRoom()
  const { policy } = await room.open()
  const rule = await policy.remember(room.visit('https://Example.com/a'), 'allow', 'folder')
  expect(rule.pattern).toBe('example.com:443')
  for (const url of ['https://example.com', 'https://example.com:443/b?c=d', 'http://example.com:443/'])
    expect(await policy.judge(room.visit(url))).toMatchObject({ decision: 'allow' })
  for (const url of [
    'http://example.com/',
    'https://example.com:8443/',
    'https://example.com./',
    'https://sub.example.com/',
    'https://example.com.evil.org/',
    'https://evil.org/example.com:443',
    'https://example.com@evil.org/',
    'https://evil.org#@example.com:443/',
    'https://xn--xample-9uf.com/',
    'https://еxample.com/',
    'ftp://example.com:443/',
    'example.com:443',
  ])
    expect([url, (await policy.judge(room.visit(url))).decision]).toEqual([url, 'ask'])
  // In a command the same words are no host.
  expect(await policy.judge(room.run('example.com:443'))).toMatchObject({ decision: 'ask' })
})

test('uses, the last of them and the last five matches are kept, newest first, also over a restart', async () => {
  const room = await policyRoom()
  const first = await room.open()
  await first.policy.remember(room.run('ls'), 'allow', 'folder')
  const lines = ['ls', 'ls -l', 'ls a', 'ls b', 'ls c', 'ls d', 'ls e']
  for (const line of lines) await first.policy.judge(room.run(line))
  await first.home.close()
  const again = await room.open()
  const [rule] = await again.policy.rules()
  expect(rule).toMatchObject({ uses: 7, lastMatches: ['ls e', 'ls d', 'ls c', 'ls b', 'ls a'] })
  expect(rule?.lastUsedAt).toMatch(/^2026-11-28T/)
})

test('what only asked has used no rule', async () => {
  const room = await policyRoom()
  const { policy } = await room.open()
  await policy.remember(room.run('ls'), 'allow', 'folder')
  await policy.judge(room.run('ls', { doubts: ['repaired'] }))
  await policy.judge(room.run('ls', { mode: 'read-only' }))
  await policy.judge(room.run('ls', { allowed: ['execute'] }))
  await policy.judge(room.run('ls; ls'))
  expect(await policy.rules()).toMatchObject([{ uses: 0, lastUsedAt: null, lastMatches: [] }])
})

test('the list is newest first; a revoked rule asks again; each change is told', async () => {
  const room = await policyRoom()
  const { policy, told, home } = await room.open()
  const made = [
    await policy.remember(room.run('ls'), 'allow', 'session'),
    await policy.remember(room.run('pwd'), 'deny', 'folder'),
    await policy.remember(room.visit('https://a.example/'), 'allow', 'folder'),
    await policy.remember(room.run('tsc'), 'allow', 'session'),
  ].map(({ id }) => id)
  expect(told.rules).toBe(4)
  // The same answer once more is the same rule.
  expect((await policy.remember(room.run('ls -l'), 'allow', 'session')).id).toBe(made[0])
  expect((await policy.rules()).map(({ id }) => id)).toEqual([...made].reverse())
  expect(await policy.revoke(made[0] ?? '')).toBe(true)
  expect(await policy.revoke(made[1] ?? '')).toBe(true)
  expect(await policy.revoke(made[1] ?? '')).toBe(false)
  expect(await policy.revoke('nobody')).toBe(false)
  expect(told.rules).toBe(6)
  expect((await policy.rules()).map(({ id }) => id)).toEqual([made[3], made[2]])
  expect(await policy.judge(room.run('ls'))).toMatchObject({ decision: 'ask' })
  expect(await policy.judge(room.run('pwd'))).toMatchObject({ decision: 'ask' })
  expect(await readFile(join(home.path, 'rules.json'), 'utf8')).not.toContain('pwd')
})

test.each([
  '{"half',
  '[]',
  '{"rules":{}}',
  '{"rules":[{"id":"x","tool":"run_command","pattern":"ls","decision":"allow"}]}',
  'null',
])('a broken list (%s) is no list: everything asks, it is said once, and the file is kept', async (text) => {
  const room = await policyRoom()
  const { policy, told, home } = await room.open()
  await policy.remember(room.run('ls'), 'allow', 'folder')
  await writeFile(join(home.path, 'rules.json'), text)
  expect(await policy.judge(room.run('ls'))).toMatchObject({ decision: 'ask' })
  expect(await policy.rules()).toEqual([])
  expect(await policy.revoke('x')).toBe(false)
  expect(told.notices).toMatchObject([{ severity: 'warn', code: 'rules_unreadable' }])
  expect(room.logged.length).toBe(1)
  await policy.remember(room.run('pwd'), 'allow', 'folder')
  expect(await policy.rules()).toMatchObject([{ pattern: 'pwd' }])
  const kept = (await readdir(home.path)).filter((name) => name.startsWith('rules.broken'))
  expect(kept).toHaveLength(1)
  expect(await readFile(join(home.path, kept[0] ?? ''), 'utf8')).toBe(text)
})

test('a rule of another version of the policy is neither applied nor listed, and stays in the file', async () => {
  const room = await policyRoom()
  const { policy, home } = await room.open()
  await policy.remember(room.run('ls'), 'allow', 'folder')
  const path = join(home.path, 'rules.json')
  await writeFile(path, (await readFile(path, 'utf8')).replace('"policyVersion": 1', '"policyVersion": 2'))
  expect(await policy.judge(room.run('ls'))).toMatchObject({ decision: 'ask' })
  expect(await policy.rules()).toEqual([])
  await policy.remember(room.run('pwd'), 'allow', 'folder')
  expect(await readFile(path, 'utf8')).toContain('"policyVersion": 2')
})

test('abuse 91: nothing in a workspace is a rule', async () => {
  const room = await policyRoom()
  const { policy, home } = await room.open()
  await policy.remember(room.run('pwd'), 'allow', 'folder')
  const forged = (await readFile(join(home.path, 'rules.json'), 'utf8')).replaceAll('pwd', 'ls')
  for (const name of ['rules.json', '.carrel/rules.json', '.carrel.json', 'settings.json', 'AGENTS.md', 'SKILL.md']) {
    await mkdir(join(room.folder, '.carrel'), { recursive: true })
    await writeFile(join(room.folder, name), forged)
  }
  expect(await policy.judge(room.run('ls'))).toMatchObject({ decision: 'ask' })
  // The control: the very same file counts in the data folder.
  await writeFile(join(home.path, 'rules.json'), forged)
  expect(await policy.judge(room.run('ls'))).toMatchObject({ decision: 'allow' })
})

test('who may not write applies the rules there are, and can make one for a session only', async () => {
  const room = await policyRoom()
  const owner = await room.open()
  const rule = await owner.policy.remember(room.run('ls'), 'allow', 'folder')
  const reader = await room.open('reader')
  expect(await reader.policy.judge(room.run('ls'))).toMatchObject({ decision: 'allow' })
  await expect(reader.policy.remember(room.run('pwd'), 'allow', 'folder')).rejects.toMatchObject({
    failure: { code: 'denied' },
  })
  await expect(reader.policy.revoke(rule.id)).rejects.toMatchObject({ failure: { code: 'denied' } })
  await reader.policy.remember(room.run('pwd'), 'allow', 'session')
  expect(await reader.policy.judge(room.run('pwd'))).toMatchObject({ decision: 'allow' })
  expect(await owner.policy.judge(room.run('pwd'))).toMatchObject({ decision: 'ask' })
})

test('many at once are all kept', async () => {
  const room = await policyRoom()
  const { policy } = await room.open()
  const lines = Array.from({ length: 20 }, (_, index) => `touch ${index}`)
  await Promise.all(lines.map((line) => policy.remember(room.run(line), 'allow', 'folder')))
  await Promise.all([...lines, ...lines].map((line) => policy.judge(room.run(line))))
  const rules = await policy.rules()
  expect(rules.map(({ pattern }) => pattern).sort()).toEqual([...lines].sort())
  expect(rules.every(({ uses }) => uses === 2)).toBe(true)
})

test('a session that is deleted takes its rules with it', async () => {
  const room = await policyRoom()
  const { policy, events } = await room.open()
  await policy.remember(room.run('ls'), 'allow', 'session')
  await policy.remember(room.run('ls', { sessionId: 'two' }), 'allow', 'session')
  events.emit('sessions.removed', { sessionId: 'one' })
  expect(await policy.rules()).toMatchObject([{ sessionId: 'two' }])
  expect(await policy.judge(room.run('ls'))).toMatchObject({ decision: 'ask' })
})
