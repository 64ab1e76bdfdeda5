// What came of trying the guards, as a seal.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { sandboxWords } from '../../../shared/messages/sandbox.ts'
import { type GuardName, guardName, type Seal } from '../../../shared/seal.ts'
import type { Jail } from './jail.ts'

interface Why {
  reason: string
  fix: string
}

/** A failure that says what to do, too. */
export class Broken extends ExpectedFailure {
  readonly why: Why

  constructor(why: Why, said?: string) {
    super('unavailable', `${why.reason} ${why.fix}`, said)
    this.why = why
  }
}

export function broken(why: Why, said?: string): Broken {
  return new Broken(why, said)
}

export function sealOf(jail: Jail, tried: Record<GuardName, string | null>, triedAt: string): Seal {
  const guards = guardName.options.map((name) => ({ name, holds: tried[name] === null, why: tried[name] }))
  const open = guards.filter(({ holds }) => !holds)
  const names = open.map(({ name }) => sandboxWords.guards[name].toLowerCase()).join(', ')
  return {
    state: open.length === 0 ? 'holds' : 'off',
    jail: jail.name,
    guards,
    reason: open.length === 0 ? jail.remark : sandboxWords.off.guards(names),
    fix: open.length === 0 ? null : sandboxWords.fixes.guards,
    triedAt,
  }
}

/** Nothing could be tried at all. */
export function off(jail: Jail | null, thrown: unknown, triedAt: string): Seal {
  const why = thrown instanceof Broken ? thrown.why : isWhy(thrown) ? thrown : null
  const { reason, fix } = why ?? { reason: sandboxWords.off.broken, fix: sandboxWords.fixes.guards }
  const guards = guardName.options.map((name) => ({ name, holds: false, why: reason }))
  return { state: 'off', jail: jail?.name ?? null, guards, reason, fix, triedAt }
}

function isWhy(value: unknown): value is Why {
  return typeof value === 'object' && value !== null && 'reason' in value && 'fix' in value
}
