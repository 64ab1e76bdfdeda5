// What the window and the terminal know of an Ollama server and its models.
import { z } from 'zod'
import { failure } from './failure.ts'

export const installedModel = z.object({
  name: z.string(),
  /** Hex of the SHA-256 it is named by; null when the server did not say. */
  digest: z.string().nullable(),
  /** Size on disk in bytes. */
  bytes: z.number(),
  /** completion, tools, thinking, vision, …; empty when the server is too old to say. */
  capabilities: z.array(z.string()),
  /** Longest context the model was trained for, in tokens. */
  contextLength: z.number().nullable(),
  family: z.string().nullable(),
  quantization: z.string().nullable(),
  /** In the server's memory now; null when the server did not say. */
  loaded: z.boolean().nullable(),
})
export type InstalledModel = z.infer<typeof installedModel>

export const hostState = z.object({
  /** The address requests go to, such as http://127.0.0.1:11434. */
  host: z.string(),
  /** Where the address came from. */
  chosenBy: z.enum(['flag', 'setting', 'environment', 'default']),
  /** `unknown` until the first answer. */
  status: z.enum(['unknown', 'ready', 'unreachable', 'not-ollama']),
  version: z.string().nullable(),
  models: z.array(installedModel),
  /** Why the host is not ready. */
  failure: failure.nullable(),
  /** Time of the last try, ISO 8601 UTC. */
  checkedAt: z.string().nullable(),
})
export type HostState = z.infer<typeof hostState>
