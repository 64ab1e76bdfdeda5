// A process that replaces a skill, removes it and takes it back until somebody kills it.
import { join } from 'node:path'
import { installRoom, never } from './install-room.ts'

const [base = '', life = ''] = process.argv.slice(2)
const room = await installRoom(base)
console.log('begun')
for (let round = Number(life); ; round++) {
  const source = { kind: 'path' as const, path: join(base, `version${round % 2}`) }
  const { id } = await room.installing.inspect(source, never)
  console.log('exchanging')
  await room.installing.install(id ?? '', { overwriteEdits: true })
  if (round % 3 !== 0) continue
  console.log('removing')
  const { trashId } = await room.installing.remove((await room.named('steady')).key)
  await room.installing.takeBack(trashId)
}
