// Folders of a test's own, taken away when the test is over.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder that only this test knows. */
export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'carrel-test-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}
