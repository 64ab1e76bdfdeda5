// A command that is ended while its jail is being set up, by us or with us, at whatever moment: nothing of it is left.
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { processesNamed } from '../../electron/services/sandbox/process-watch.ts'
import { buildProgram } from '../support/program.ts'
import { openRoom } from './room.ts'

describe.skipIf(process.platform !== 'linux')('ended early', () => {
  test('stopped at every millisecond of the first twenty', async () => {
    const { sandbox, request } = await openRoom()
    await sandbox.prove(new AbortController().signal)
    let begun = 0
    for (let round = 0; round < 60; round += 1) {
      const stop = new AbortController()
      const started = sandbox.start(request('exec -a mark-early-stop sleep 60'), stop.signal)
      const timer = setTimeout(() => stop.abort(), round % 20)
      const running = await started.catch(() => null)
      if (running) begun += 1
      await running?.ended
      clearTimeout(timer)
      expect(await processesNamed('mark-early-stop')).toEqual([])
    }
    process.stdout.write(`${begun} of 60 had begun before they were stopped\n`)
  }, 60_000)

  test('Carrel is killed at some moment of a start', async () => {
    const { workspace, base } = await openRoom()
    const built = await buildProgram(join(import.meta.dirname, 'early.ts'))
    try {
      for (let round = 0; round < 8; round += 1) {
        const child = spawn(process.execPath, [built.program, workspace, base], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        await new Promise((resolve) => child.stdout.once('data', resolve))
        await pause(Math.random() * 60)
        const ended = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGKILL')
        await ended
        // A bubblewrap whose watcher died before it said go on waits for ever, and runs nothing: its words have the name, too.
        let running = 0
        for (let look = 0; look < 60; look += 1) {
          const left = await processesNamed('mark-early-crash')
          const lines = await Promise.all(left.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
          running = lines.filter((line) => line.startsWith('mark-early-crash')).length
          if (left.length === 0) break
          await pause(10)
        }
        for (const pid of await processesNamed('mark-early-crash')) process.kill(pid, 'SIGKILL')
        expect(running).toBe(0)
      }
    } finally {
      await built.remove()
    }
  }, 60_000)
})
