// What the answers of a fake server share, and what one answer knows.
import type { FakeClock } from './clock.ts'
import type { Exchange } from './exchange.ts'
import type { Gates } from './gates.ts'
import type { Library } from './library.ts'
import type { Random } from './random.ts'
import type { Records } from './records.ts'
import type { Asked } from './requests.ts'
import type { Runners } from './runners.ts'
import type { Scenario } from './scenario.ts'

export interface World {
  clock: FakeClock
  records: Records
  gates: Gates
  library: Library
  runners: Runners
  random: Random
  /** A pause of the machine, for what is paced by its clock. */
  nap(ms: number, signal: AbortSignal): Promise<void>
  /** Nobody listens from here on. */
  refuse(): void
  /** Breaks every connection, and listens again after this time. */
  restart(ms: number): void
}

export interface Scene {
  exchange: Exchange
  asked: Asked
  world: World
  scenario: Scenario
  numCtx: number
  promptTokens: number
  /** Nanoseconds. */
  loadDuration: number
}
