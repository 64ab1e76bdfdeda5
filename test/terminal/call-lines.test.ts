// The lines of calls in a terminal: colours only where somebody sees them, and nothing that moves the cursor.
import { expect, test } from 'vitest'
import { createCallLines } from '../../electron/terminal/commands/call-lines.ts'
import type { MessageRecord } from '../../shared/session.ts'

const diff = `===\n--- a\n+++ a\n@@ -1,1 +1,1 @@\n-old\u001b[2J\n+new\n`
const result = (more: object): MessageRecord => ({
  type: 'message',
  id: 't',
  parentId: null,
  ts: null,
  role: 'tool',
  content: '',
  callId: 'c',
  name: 'edit_file',
  ms: 10,
  isError: false,
  ...more,
})

function linesOf(hasColour: boolean, ended: MessageRecord, path = 'a') {
  let out = ''
  const lines = createCallLines((text) => {
    out += text
  }, hasColour)
  lines.called({ id: 'c', name: 'edit_file', arguments: { path } })
  const since = '2026-11-25T08:00:00.000Z'
  const going = { callId: 'c', name: 'edit_file', since, ms: null, isError: false, failure: null }
  lines.going([going])
  lines.going([going])
  lines.going([{ ...going, ms: 10 }])
  lines.ended(ended)
  return out
}

const edited = (text: string) =>
  result({ detail: { files: [{ path: 'a', change: 'edited', added: 1, removed: 1, diff: text }] } })

test('a change is coloured for a person, and plain for a pipe', () => {
  expect(linesOf(false, edited(diff))).toBe(
    '→ Editing a\n✓ Edited a: +1 −1, 0.0 s\n    @@ -1,1 +1,1 @@\n    -old[2J\n    +new\n',
  )
  expect(linesOf(true, edited(diff))).toContain('    \u001b[31m-old[2J\u001b[0m\n    \u001b[32m+new\u001b[0m\n')
})

test('a long change is cut and says so; a failure is one line', () => {
  const long = `--- a\n+++ a\n@@ -0,0 +1,500 @@\n${'+x\n'.repeat(500)}`
  const lines = linesOf(false, edited(long)).split('\n')
  expect(lines).toHaveLength(124)
  expect(lines.at(-2)).toBe('    … 381 more lines of a')
  const refused = result({ isError: true, failure: { code: 'denied', reason: 'link' } })
  expect(linesOf(false, refused, 'a\n\u001b]0;title\u0007b')).toBe(
    '→ Editing a ]0;titleb\n✗ Edit a ]0;titleb: refused: a link, 0.0 s\n',
  )
})
