// A process that tries to own the folder it is given: `go` tries, `back` gives the lock back, the end of input ends it.
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { takeOwnerLock } from '../../electron/services/home/owner-lock.ts'

const folder = process.argv[2] ?? ''
const say = (line: string) => process.stdout.write(`${line}\n`)
let release = async () => {}

say('ready')
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'go') {
    const answer = await takeOwnerLock(folder, randomUUID())
    if (answer.held) release = answer.release
    say(answer.held ? 'held' : `busy ${answer.by?.pid}`)
  } else {
    await release()
    release = async () => {}
    say('back')
  }
}
await release()
