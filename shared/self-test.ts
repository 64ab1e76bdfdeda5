// What a test of a model has found: part by part, with what was asked and what came.
import { z } from 'zod'

export const selfTestParts = ['streams', 'answers', 'nativeTools', 'promptedTools', 'thinkingOff', 'vision'] as const
export type SelfTestPart = (typeof selfTestParts)[number]

/** UTF-16 code units of what is kept of a question or an answer. */
export const evidenceLimit = 600

const evidence = () => z.string().max(evidenceLimit)

export const partResult = () =>
  z.object({
    part: z.enum(selfTestParts),
    /** `not-claimed`: the server says that the model cannot, so it was not asked. */
    outcome: z.enum(['ok', 'failed', 'not-claimed']),
    /** A sentence; what came of it also when all is well. */
    reason: z.string().max(1_000),
    /** Empty when nothing was asked. */
    asked: evidence(),
    came: evidence(),
  })
export type PartResult = z.infer<ReturnType<typeof partResult>>

/** As it is kept in models.json. A file of another version is left alone, and its model counts as untested. */
export const selfTestVersion = 1
export const selfTest = () =>
  z.object({
    v: z.literal(selfTestVersion),
    /** ISO 8601 UTC. */
    testedAt: z.string().max(40),
    /** Of answering; loading and waiting do not count. */
    ms: z.number().nonnegative(),
    /** One for each part, in their order. */
    parts: z.array(partResult()).length(selfTestParts.length),
  })
export type SelfTest = z.infer<ReturnType<typeof selfTest>>

export const testedModel = () =>
  z.object({
    model: z.string(),
    /** Hex of the SHA-256 the model is named by; null when the server did not say, and then nothing is kept. */
    digest: z.string().nullable(),
    test: selfTest(),
  })
export type TestedModel = z.infer<ReturnType<typeof testedModel>>

/** How far a test is. */
export const testProgress = () =>
  z.object({
    model: z.string(),
    /** `waiting`: something is being answered, which goes first. `ended` in whatever way. */
    phase: z.enum(['waiting', 'loading', 'asking', 'ended']),
    /** The parts whose outcome is known. */
    done: z.array(partResult()),
  })
export type TestProgress = z.infer<ReturnType<typeof testProgress>>
