// A workspace with more than usual in it: many names to protect, much output, a tree that is too large to look at.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mostHeld, mostMasked } from '../../electron/services/sandbox/limits.ts'
import { openRoom } from './room.ts'

describe.skipIf(process.platform !== 'linux')('many', () => {
  test('names to protect, keys to cover: those nearest to the root are, and all are watched', async () => {
    const { run, workspace, put } = await openRoom()
    for (let at = 0; at < mostHeld + 20; at += 1) await put(`workspace/packages/p${at}/deep/.envrc`)
    await put('workspace/.envrc')
    for (let at = 0; at < 200; at += 1) await writeFile(join(workspace, `key${at}.pem`), 'secret')
    const tried = await run(
      '{ echo x >.envrc; } 2>/dev/null && echo wrote; n=0; for p in packages/*/deep/.envrc; do { echo x >$p; } 2>/dev/null && n=$((n + 1)); done; cat *.pem 2>/dev/null; echo $n',
    )
    // One of those that are held is the one at the root.
    expect(tried.output).toBe('21\n')
    expect(tried.appeared).toHaveLength(21)
  }, 60_000)

  test('keys, more than can be covered: no command runs, and it is said', async () => {
    const { run, workspace } = await openRoom()
    await mkdir(join(workspace, 'keys'))
    for (let at = 0; at <= mostMasked; at += 1) await writeFile(join(workspace, 'keys', `${at}.pem`), 'secret')
    await expect(run('true')).rejects.toMatchObject({
      failure: { code: 'unavailable', message: expect.stringContaining(String(mostMasked + 1)) },
    })
  }, 60_000)

  test('lines: none is lost, and they come in pieces', async () => {
    const { sandbox, request } = await openRoom()
    const running = await sandbox.start(
      request('for ((i = 1; i <= 10000; i++)); do echo "line $i"; done'),
      new AbortController().signal,
    )
    let pieces = 0
    running.onOutput(() => {
      pieces += 1
    })
    const { output } = await running.ended
    expect(output.trim().split('\n')).toEqual(Array.from({ length: 10_000 }, (_, index) => `line ${index + 1}`))
    expect(pieces).toBeLessThan(10_000)
  }, 60_000)
})
