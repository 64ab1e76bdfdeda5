// `carrel sessions search`: the same search as in the window.
import type { Bridge } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { searchWords } from '../../../shared/messages/search.ts'
import { type SearchAnswer, type SearchHit, searchKind, searchRole } from '../../../shared/search.ts'
import { type CommandContext, fail, printable, show } from '../front.ts'

const words = searchWords.terminal
/** How often a person is told how far it is. Milliseconds. */
const tellEvery = 500

export async function searchSessions(context: CommandContext, rest: readonly string[]): Promise<number> {
  const { options, signal } = context
  const refuse = (message: string) => fail(context, { code: 'invalid-input', message })
  const text = rest.join(' ')
  if (text.trim() === '') return refuse(messages.terminal.missingArgument('QUERY'))
  const limit = options['limit'] === undefined ? undefined : Number(options['limit'])
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= 200)) return refuse(words.limit)
  const role = options['role'] === undefined ? undefined : searchRole().safeParse(options['role'])
  if (role?.success === false) return refuse(messages.terminal.optionValue('role', searchRole().options.join(', ')))
  const kind = options['kind'] === undefined ? undefined : searchKind().safeParse(options['kind'])
  if (kind?.success === false) return refuse(messages.terminal.optionValue('kind', searchKind().options.join(', ')))
  const sessionId = typeof options['in'] === 'string' ? options['in'] : undefined

  return await context.withBridge('owner', async (bridge) => {
    const stop = tellProgress(context, bridge)
    const answer = await bridge.call(
      'search.query',
      {
        text,
        // Whoever names a session means it wherever it lies.
        scope: options['all'] || sessionId !== undefined ? 'all' : options['archived'] ? 'archived' : 'active',
        settle: true,
        ...(limit !== undefined && { limit }),
        ...(sessionId !== undefined && { sessionId }),
        ...(role && { role: role.data }),
        ...(kind && { kind: kind.data }),
      },
      signal,
    )
    stop()
    if (answer.ok) for (const problem of answer.value.problems) context.writeError(`${printable(problem)}\n`)
    return show(context, 'sessions search', answer, page)
  })
}

/** A first reading takes a while: how far it is, on standard error. */
export function tellProgress(context: CommandContext, bridge: Bridge): () => void {
  let last = Number.NEGATIVE_INFINITY
  const begun = performance.now()
  return bridge.on('index.changed', ({ state, files, of }) => {
    const now = performance.now()
    if (state !== 'indexing' || now - begun < tellEvery || now - last < tellEvery) return
    last = now
    context.writeError(`${words.indexing(files, of)}\n`)
  })
}

function page({ hits, total, more, sessions, match, index }: SearchAnswer): string {
  const lines: string[] = []
  if (index.reason !== null) lines.push(index.reason)
  else if (index.state === 'indexing') lines.push(words.notAll(index.files, index.of))
  if (hits.length === 0) return [...lines, words.nothing, ''].join('\n')
  if (match !== 'all') lines.push(words.match[match])
  const groups = new Map<string, SearchHit[]>()
  for (const hit of hits) groups.set(hit.sessionId, [...(groups.get(hit.sessionId) ?? []), hit])
  for (const [sessionId, group] of groups) {
    const [first] = group
    const title = printable(first?.title ?? '').replace(/\s+/g, ' ') || messages.terminal.untitled
    lines.push(`${sessionId}  ${title}${first?.archived ? '  (archived)' : ''}`)
    for (const { part, tool, entryId, snippet } of group) {
      const what = tool === null ? searchWords.part[part] : `${searchWords.part[part]} (${printable(tool)})`
      if (part !== 'title')
        lines.push(`  ${what}: ${printable(snippet).trim()}${entryId === null ? '' : `  [${entryId}]`}`)
    }
  }
  return `${lines.join('\n')}\n${words.count(total, sessions, more)}\n`
}
