// A model on its way to a server: how far it is, and what is in its way.
import { z } from 'zod'
import { failure } from './failure.ts'

export const pullLayer = () =>
  z.object({
    /** `sha256:` and hex. */
    digest: z.string(),
    /** Bytes. */
    done: z.number(),
    total: z.number(),
    state: z.enum(['waiting', 'running', 'done']),
  })
export type PullLayer = z.infer<ReturnType<typeof pullLayer>>

export const pull = () =>
  z.object({
    id: z.string(),
    /** The address of the server that gets it. */
    host: z.string(),
    /** As the person named it. */
    model: z.string(),
    /**
     * `waiting`: another one is under way at this server. `retrying`: something was in the way, which `failure` says, and it is
     * tried again by itself. What has come stays with the server while it is `paused` or `failed`.
     */
    state: z.enum(['waiting', 'running', 'retrying', 'paused', 'failed', 'done']),
    /** What the server does just now; null when it does nothing. */
    step: z.enum(['manifest', 'download', 'verify', 'write']).nullable(),
    /** Bytes of all layers that were named so far. More may be named later. */
    doneBytes: z.number(),
    totalBytes: z.number(),
    layers: z.array(pullLayer()),
    /** Over the last seconds; null when nothing is known of it. */
    bytesPerSecond: z.number().nullable(),
    secondsLeft: z.number().nullable(),
    /** Why it failed, or why it is tried again. */
    failure: failure.nullable(),
    /** ISO 8601 UTC. */
    addedAt: z.string(),
  })
export type Pull = z.infer<ReturnType<typeof pull>>

/** Oldest first: the order in which they are got. */
export const pullList = () => z.object({ pulls: z.array(pull()) })

/** Pulls one person lists at a time; more are refused. */
export const mostPulls = 50
