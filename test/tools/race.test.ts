// B19 of the abuse table: 40,000 reads while another process swaps a folder for a link that leads out. Nothing leaks, and the naive way does.
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, expect, test } from 'vitest'
import { buildProgram } from '../support/program.ts'
import { asNobody, nobodysFolder } from './as-nobody.ts'

const canDrop = process.platform === 'linux'
let program: string

beforeAll(async () => {
  const built = await buildProgram(join(import.meta.dirname, 'race.ts'))
  program = built.program
  return built.remove
})

interface RaceCount {
  inside: number
  leaked: number
  refused: number
  absent: number
  /** The texts of all files that lie outside, when it is over. */
  outside: string[]
}

async function raceOf(role: string, tries: number, checking = 'descriptor'): Promise<RaceCount> {
  const around = await nobodysFolder()
  await once(asNobody(program, ['prepare', around]), 'exit')
  const attacker = asNobody(program, ['attack', around])
  await once(attacker.stdout ?? attacker, 'data')
  const victim = asNobody(program, [role, around, String(tries), checking])
  const lines = createInterface({ input: victim.stdout ?? process.stdin })
  const [line] = await once(lines, 'line')
  attacker.kill('SIGKILL')
  return JSON.parse(String(line))
}

test.skipIf(!canDrop)('B19 the naive way leaks, so the attacker is one', { timeout: 120_000 }, async () => {
  const { leaked, inside } = await raceOf('naive', 40_000)
  expect(leaked).toBeGreaterThan(0)
  expect(inside).toBeGreaterThan(0)
})

test.skipIf(!canDrop)(
  'B19 open and then check the descriptor: 40,000 tries, 0 leaks',
  { timeout: 120_000 },
  async () => {
    const { leaked, inside, refused } = await raceOf('guarded', 40_000)
    expect(leaked).toBe(0)
    // Both were met: the harmless file and the way out.
    expect(inside).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
  },
)

test.skipIf(!canDrop)('B19 the walk of other systems: 5,000 tries, 0 leaks', { timeout: 120_000 }, async () => {
  const { leaked, refused } = await raceOf('guarded', 5_000, 'walk')
  expect(leaked).toBe(0)
  expect(refused).toBeGreaterThan(0)
})

test.skipIf(!canDrop)('B19 writing: what lies outside stays as it is', { timeout: 120_000 }, async () => {
  const { inside, refused, outside } = await raceOf('writing', 1_000)
  expect(outside).toEqual(['the secret outside'])
  expect(inside).toBeGreaterThan(0)
  expect(refused).toBeGreaterThan(0)
})
