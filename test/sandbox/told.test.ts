// E52 of the abuse table: what stands in Carrel's environment, or as a password in an address, is in nothing that is told when
// something fails: no log line, no push, no answer, no file.
import { execFile } from 'node:child_process'
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bootCarrel } from '../support/carrel.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'
import { nobodysFolder } from '../tools/as-nobody.ts'

const marker = 'marker-of-e52'
beforeEach(() => {
  process.env['CARREL_E52'] = marker
})
afterEach(() => {
  delete process.env['CARREL_E52']
})

test.skipIf(process.platform !== 'linux')('E52 a marker in the environment and in an address', async () => {
  // The control: a child that is given our environment has it.
  expect((await promisify(execFile)('/usr/bin/env')).stdout).toContain(marker)

  const home = await temporaryFolder()
  const workspace = await nobodysFolder()
  // A jail that fails when everything was proven, and says all that it was given to say.
  const bubblewrap = join(workspace, 'bwrap')
  await writeFile(
    bubblewrap,
    `#!/bin/bash\n[ -e ${workspace}/broken ] || exec /usr/bin/bwrap "$@"\necho "given: $*" >&2\nenv >&2\nexit 1\n`,
  )
  await chmod(bubblewrap, 0o755)
  const call = { tool_calls: [{ name: 'read_file', arguments: { path: 'missing' } }] }
  const server = await fakeServer({
    scenario: {
      turns: [
        { match: { nth: 1 }, steps: [call, { done: 'stop' }] },
        { match: { nth: 2 }, steps: [{ content: 'It ' }, { fault: { errorLine: 'out of memory' } }] },
      ],
    },
  })
  const environment = { CARREL_E52: marker, PATH: '/usr/bin:/bin', OLLAMA_HOST: `http://me:${marker}@127.0.0.1:9` }
  const carrel = await bootCarrel({ home, host: server.url, environment, bubblewrapAt: [bubblewrap] })
  const told: unknown[] = []
  const { bridge } = carrel
  told.push(await bridge.call('sandbox.prove', {}))
  await writeFile(join(workspace, 'broken'), '')
  const started = carrel.app.services.sandbox.start(
    { command: 'env', workspace, writable: true, sessionId: 's' },
    new AbortController().signal,
  )
  told.push(await started.then(String, (thrown) => [String(thrown), thrown.failure, thrown.stack]))
  const sent = await bridge.call('chat.send', { sessionId: null, text: 'Go', model: null, think: null, workspace })
  if (sent.ok) told.push(await carrel.runEnd(sent.value.runId))
  told.push(await bridge.call('app.check', {}))
  await carrel.app.close()

  // Without a flag the address of the environment is the one that is spoken of.
  const other = await bootCarrel({ home: join(home, 'other'), host: null, environment })
  told.push(await other.bridge.call('app.state', {}), await other.bridge.call('app.check', {}))

  // What the jail has said is told: so it would be there.
  expect(JSON.stringify(told)).toContain('given: ')
  const files = await readdir(home, { recursive: true, withFileTypes: true })
  const texts = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
  )
  expect(texts.length).toBeGreaterThan(1)
  const all = [JSON.stringify(told), carrel.log, other.log, JSON.stringify([carrel.pushes, other.pushes]), texts].flat()
  for (const text of all) expect(text).not.toContain(marker)
})
