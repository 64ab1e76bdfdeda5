// What a call is about, in the exact bytes that will be used; as it is shown, and as rules are matched with it.
import { z } from 'zod'
import type { Subject } from '../../../shared/approval.ts'
import { commitPaths } from '../../../shared/commit.ts'
import type { PolicyQuestion } from '../../contracts.ts'
import { canonicalJson } from './canonical.ts'

type Call = Pick<PolicyQuestion, 'tool' | 'effect' | 'arguments'>

const command = z.object({ command: z.string(), background: z.boolean().optional() })
const url = z.object({ url: z.string() })
/** One path, several in lines, or a list of them. */
const commit = z.object({
  message: z.string(),
  paths: z.union([z.string().transform(commitPaths), z.array(z.string())]).optional(),
})
const file = z.object({ path: z.string() })

/** What a subject leaves out must not be able to mean much: a number, such as a time limit, or a flag that is not set. */
function showsAll(call: Call, shown: readonly string[]): boolean {
  return Object.entries(call.arguments).every(
    ([name, value]) => shown.includes(name) || value === undefined || typeof value === 'number' || value === false,
  )
}

export function subjectOfCall(call: Call): Subject {
  return (
    (call.tool === 'run_command' && commandOf(call)) ||
    (call.tool === 'fetch_url' && urlOf(call)) ||
    (call.tool === 'git_commit' && commitOf(call)) ||
    fileOf(call) || { kind: 'call', arguments: canonicalJson(call.arguments) }
  )
}

function commandOf(call: Call): Subject | null {
  const found = command.safeParse(call.arguments).data
  if (!found || !showsAll(call, ['command', 'background'])) return null
  return { kind: 'command', command: found.command, background: found.background === true }
}

function urlOf(call: Call): Subject | null {
  const found = url.safeParse(call.arguments).data
  const host = found && hostOf(found.url)
  if (!found || !host || !showsAll(call, ['url'])) return null
  return { kind: 'url', url: found.url, host }
}

function commitOf(call: Call): Subject | null {
  const found = commit.safeParse(call.arguments).data
  if (!found || !showsAll(call, ['message', 'paths'])) return null
  return { kind: 'commit', message: found.message, paths: found.paths ?? [] }
}

/** What is to be written is shown as a change of the file, by whoever has the file. */
function fileOf(call: Call): Subject | null {
  if (call.effect !== 'read' && call.effect !== 'write') return null
  const found = file.safeParse(call.arguments).data
  return found ? { kind: 'file', path: found.path, action: call.effect } : null
}

/** Host and port as they are connected to, `example.com:443`; null for what is no address of the web. */
export function hostOf(text: string): string | null {
  let parsed: URL
  try {
    parsed = new URL(text)
  } catch {
    return null
  }
  const usual = parsed.protocol === 'https:' ? '443' : parsed.protocol === 'http:' ? '80' : null
  if (usual === null || parsed.hostname === '' || parsed.username !== '' || parsed.password !== '') return null
  return `${parsed.hostname}:${parsed.port || usual}`
}
