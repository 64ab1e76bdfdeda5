// Folders of a test's own, taken away when the test is over.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder that only this test knows. */
export async function temporaryFolder(): Promise<string> {
  const path = await makeFolder()
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

/** An empty folder for all tests of a file; `beforeAll` shall answer `remove`. */
export async function sharedFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await makeFolder()
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

async function makeFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'carrel-test-'))
}
