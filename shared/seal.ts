// Whether commands are jailed, guard by guard, and how that is known.
import { z } from 'zod'

/**
 * network: nothing is reached · writing: nothing outside the workspace, nor what is protected in it · reading: neither the home
 * folder nor what the system keeps · secrets: an emptied environment · processes: all of them end with the command, and none
 * gets new rights · limits: memory, time, output, file size.
 */
export const guardName = z.enum(['network', 'writing', 'reading', 'secrets', 'processes', 'limits'])
export type GuardName = z.infer<typeof guardName>

export const guard = z.object({
  name: guardName,
  holds: z.boolean(),
  /** What came of trying it, when it does not hold; a sentence. */
  why: z.string().nullable(),
})
export type Guard = z.infer<typeof guard>

export const seal = z.object({
  /** holds: every guard was tried and held · off: commands are off · unproven: not tried yet. */
  state: z.enum(['holds', 'off', 'unproven']),
  /** How commands are jailed on this system; null when there is no way. */
  jail: z.enum(['bubblewrap', 'seatbelt']).nullable(),
  guards: z.array(guard),
  /** Why commands are off, in a sentence, and what the person can do about it. */
  reason: z.string().nullable(),
  fix: z.string().nullable(),
  /** When the guards were tried, ISO 8601 UTC. */
  triedAt: z.string().nullable(),
})
export type Seal = z.infer<typeof seal>

/** A folder outside of /usr that commands can read, since a program of the person's PATH lies in it. */
export const visibleFolder = z.object({
  path: z.string(),
  /** path: found on the PATH · person: added in Settings. */
  from: z.enum(['path', 'person']),
  /** Kept out by the person. */
  hidden: z.boolean(),
})
export type VisibleFolder = z.infer<typeof visibleFolder>
