// What the window and the terminal know of an Ollama server and its models.
import { z } from 'zod'
import { failure } from './failure.ts'

/** A model in the server's memory. */
export const modelMemory = z.object({
  bytes: z.number(),
  /** As much of it as lies in the memory of a graphics card: less than all of it is slower. */
  gpuBytes: z.number(),
  /** Tokens of the window it was loaded with; null when the server is too old to say. */
  contextTokens: z.number().nullable(),
  /** When it leaves the memory unless it is asked again, ISO 8601; null when the server did not say. */
  until: z.string().nullable(),
})
export type ModelMemory = z.infer<typeof modelMemory>

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
  /** Such as 8.0B. */
  parameterSize: z.string().nullable(),
  /** In the server's memory now; null when the server did not say. */
  loaded: z.boolean().nullable(),
  /** How it lies there; null when it does not, or the server did not say. */
  memory: modelMemory.nullable(),
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

/** What the server says of one model when it is asked for more. */
export const modelDetails = () =>
  z.object({
    name: z.string(),
    license: z.string().nullable(),
    /** Values its maker set, one a line: a name, spaces, a value. */
    parameters: z.string().nullable(),
    template: z.string().nullable(),
    capabilities: z.array(z.string()),
    family: z.string().nullable(),
    parameterSize: z.string().nullable(),
    quantization: z.string().nullable(),
    /** Tokens it was trained for. */
    contextLength: z.number().nullable(),
    /** Tokens of the window its maker set. */
    numCtx: z.number().nullable(),
    /** The oldest server it runs on. */
    requires: z.string().nullable(),
    /** ISO 8601. */
    modifiedAt: z.string().nullable(),
  })
export type ModelDetails = z.infer<ReturnType<typeof modelDetails>>

/** Where models come to lie. */
export const modelRoom = () =>
  z.object({
    /** The server runs on this machine, so that its disk can be looked at. */
    isThisMachine: z.boolean(),
    /** Absolute path of the folder that was measured; null when none could be. */
    folder: z.string().nullable(),
    freeBytes: z.number().nullable(),
    /** All the memory of this machine; null when the server is another one. */
    memoryBytes: z.number().nullable(),
  })
export type ModelRoom = z.infer<ReturnType<typeof modelRoom>>
