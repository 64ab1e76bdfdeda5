// What a model is told of attachments: as much of a text as fits, where it can read on, and what is left of them beside a summary.
import { expect, test } from 'vitest'
import { type Attached, attachedFor } from '../../electron/agent/attached.ts'
import { messagesFor } from '../../electron/agent/context.ts'
import type { Attachment } from '../../shared/attachment.ts'
import { attachedHandle } from '../../shared/attachment-kinds.ts'
import type { TreeRecord } from '../../shared/session.ts'

const text = { blob: `sha256:${'ab'.repeat(32)}`, bytes: 40_000, mime: 'text/plain', name: 'log.txt' }
const picture = { ...text, blob: `sha256:${'cd'.repeat(32)}`, mime: 'image/png', name: 'desk.png' }
const list: Attachment[] = [text, picture, { path: 'src', name: 'src', kind: 'folder' }]
const bytes = [Buffer.from('one line of it\n'.repeat(4_000)), null, null]
const shownTo = (canRead: boolean): Attached => attachedFor(list, bytes, { numCtx: 4_096, seesImages: false, canRead })

test('the handle is told to a model that can read on, and to no other one', () => {
  expect(attachedHandle(text)).toBe('attached:abababababababab/log.txt')
  expect(shownTo(true).words).toMatch(
    /Read on with read_file: path "attached:abababababababab\/log\.txt", offset \d+\./,
  )
  expect(shownTo(false).words).not.toContain('attached:')
  expect(shownTo(false).words).toMatch(/\[\d+ more characters of this file are left out to save room\.\]/)
})

test('a name that could be more than a name is no part of a handle', () => {
  for (const name of ['a"b', '../x', 'x\n', '.env', 'a/b', '\u202ea']) {
    expect(attachedHandle({ ...text, name })).toBe('attached:abababababababab')
  }
})

test('a question whose turn is summarised says what was attached, and where it can be read again', () => {
  const ts = '2026-11-28T09:00:00.000Z'
  const said = (id: string, parentId: string | null, role: 'user' | 'assistant', content: string): TreeRecord => ({
    type: 'message',
    id,
    parentId,
    ts,
    role,
    content,
    ...(role === 'user' && { attachments: list }),
  })
  const path = [
    said('q', null, 'user', ''),
    said('a', 'q', 'assistant', 'I look.'),
    said('b', 'a', 'assistant', 'I go on.'),
    { type: 'compaction', id: 'k', parentId: 'b', ts, summary: 'Looked.', firstKeptId: 'b' },
  ] as TreeRecord[]
  const place = { workspace: null, instructions: null, ownPrompt: null, skills: null, pictures: new Map() }
  const questionFor = (canRead: boolean) =>
    messagesFor(path, [], new Map(), { ...place, attached: new Map([['q', shownTo(canRead)]]) })
      .filter(({ role }) => role === 'user')
      .at(-1)?.content
  const withTools = questionFor(true)
  expect(withTools).toMatch(/^\[The attached file "log\.txt" was shown before/)
  expect(withTools).toContain('path "attached:abababababababab/log.txt"')
  expect(withTools).toContain('The attached "desk.png" was shown before')
  expect(withTools).toContain('the folder "src"')
  expect(withTools).not.toContain('one line of it')
  expect(questionFor(false)).not.toContain('attached:')
})
