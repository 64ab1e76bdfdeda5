// Whose log it is, by what stands in a line. Never by the name of the file, which anybody can give.
import type { LogKind } from '../../../shared/importing.ts'
import { type Fields, isFields } from './fields.ts'

/** Null when the line could be of several, or of none. */
export function kindOfLine(value: Fields): LogKind | null {
  const { type, role, content, message, payload } = value
  if (type === undefined) {
    if (isOfCodex(value)) return 'codex'
    return typeof role === 'string' && typeof content === 'string' ? 'seed' : null
  }
  if (typeof type !== 'string') return null
  if (type === 'session')
    return typeof value['v'] === 'number' ? 'carrel' : typeof value['id'] === 'string' ? 'pi' : null
  if (isFields(payload)) return codexTypes.has(type) ? 'codex' : null
  if (type === 'message') {
    if (isFields(message)) return 'pi'
    if (Array.isArray(content)) return 'codex'
    return typeof content === 'string' && typeof value['id'] === 'string' ? 'carrel' : null
  }
  const isOfClaude = ['uuid', 'leafUuid', 'sessionId', 'messageId'].some((key) => typeof value[key] === 'string')
  if (isOfClaude) return 'claude-code'
  return codexItems.has(type) ? 'codex' : null
}

const codexTypes = new Set(['session_meta', 'response_item', 'event_msg', 'turn_context', 'compacted', 'world_state'])
const codexItems = new Set(['reasoning', 'function_call', 'function_call_output', 'local_shell_call'])

/** The header of the oldest logs of Codex. */
const isOfCodex = (value: Fields) =>
  typeof value['id'] === 'string' &&
  typeof value['timestamp'] === 'string' &&
  ('instructions' in value || 'git' in value)
