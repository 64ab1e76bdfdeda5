// A disk without room: nothing is changed that could not be kept, and no undo is begun that could not be finished.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { canMount } from '../support/mount.ts'
import { buildProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temp.ts'

let program: string
beforeAll(async () => {
  const built = await buildProgram(join(import.meta.dirname, 'full-disk.ts'))
  program = built.program
  return built.remove
})

test.skipIf(!canMount())(
  'on a full disk nothing is begun, and with room again all of it goes on',
  async () => {
    const disk = await temporaryFolder()
    const mounted =
      'mount -t tmpfs -o size=4m,mode=0777 tmpfs "$1" && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$2" "$3" "$1"'
    const said = execFileSync('unshare', ['-m', 'sh', '-c', mounted, 'sh', disk, process.execPath, program])
    expect(JSON.parse(String(said))).toEqual({
      undo: 'no-space',
      begun: 'no-space',
      untouched: true,
      write: 'no-space',
      command: 'no-space',
      again: 'done',
      isBack: true,
    })
  },
  60_000,
)
