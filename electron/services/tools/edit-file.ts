// edit_file: one text in a file for another. Everything else stays byte for byte: line ends, encoding, the mark at its start.
import { z } from 'zod'
import { restore } from '../../../shared/control-tokens.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { toolWords } from '../../../shared/messages/tools.ts'
import { decode, encode } from './text/encoding.ts'
import { kindOf } from './text/file-kind.ts'
import { nearestLines } from './text/nearest.ts'
import { touched } from './text/unified-diff.ts'
import { tool } from './tool.ts'

export const editFile = tool({
  name: 'edit_file',
  description: toolWords.descriptions.edit_file,
  effect: 'write',
  parameters: z.object({
    path: z.string().min(1).describe(toolWords.parameters.path),
    old_text: z.string().describe(toolWords.parameters.oldText),
    new_text: z.string().describe(toolWords.parameters.newText),
    all: z.boolean().optional().describe(toolWords.parameters.all),
  }),
  async run({ path, old_text: oldText, new_text: newText, all = false }, { files }) {
    if (oldText === '') throw new ExpectedFailure('invalid-input', toolWords.emptyOldText)
    if (oldText === newText) throw new ExpectedFailure('invalid-input', toolWords.sameText)
    const found = await files.read(path)
    if (found.kind === 'folder') throw new ExpectedFailure('invalid-input', toolWords.isFolder(found.path))
    const decoded = decode(found.bytes)
    if (!decoded) throw new ExpectedFailure('invalid-input', toolWords.binaryEdit(found.path, kindOf(found.bytes)))

    const { text } = decoded
    const match = matchIn(text, oldText, newText)
    if (!match) throw new ExpectedFailure('not-found', missing(found.path, text, oldText))
    const lines = linesAt(text, match.wanted)
    if (lines.length > 1 && !all) throw new ExpectedFailure('invalid-input', toolWords.several(found.path, lines))
    const after = text.replaceAll(match.wanted, () => match.replacement)
    if (after === text) throw new ExpectedFailure('invalid-input', toolWords.sameText)

    const bytes = encode(after, decoded)
    if (!bytes) throw new ExpectedFailure('invalid-input', toolWords.notEncodable(found.path, decoded.encoding))
    const written = await files.write(path, bytes, found.bytes)
    return {
      content: toolWords.edited(written, lines),
      detail: { files: [touched(written, 'edited', text, after)] },
    }
  },
})

interface Match {
  /** As it stands in the file. */
  wanted: string
  replacement: string
}

/** The text as given, else with the file's line ends, else with the control tokens that were defused for the model. */
function matchIn(text: string, oldText: string, newText: string): Match | null {
  const replacement = inLineEndsOf(text, newText)
  if (text.includes(oldText)) {
    // What the file really has with a space without width is meant with it.
    return { wanted: oldText, replacement: restore(oldText) === oldText ? restore(replacement) : replacement }
  }
  for (const wanted of [oldText, restore(oldText)].flatMap((form) => [form, withCrlf(form), withLf(form)])) {
    if (!text.includes(wanted)) continue
    const isCrlf = wanted.includes('\r\n')
    return { wanted, replacement: restore(isCrlf ? withCrlf(newText) : replacement) }
  }
  return null
}

/** A file with one kind of line end keeps it; where they are mixed, the model's are taken. */
function inLineEndsOf(text: string, newText: string): string {
  const all = text.split('\n').length - 1
  const crlf = text.split('\r\n').length - 1
  if (all === 0 || (crlf > 0 && crlf < all)) return newText
  return crlf === all ? withCrlf(newText) : withLf(newText)
}

function withLf(text: string): string {
  return text.replaceAll('\r\n', '\n')
}

function withCrlf(text: string): string {
  return withLf(text).replaceAll('\n', '\r\n')
}

/** The line of each place, counted from 1. Places may overlap: then the text is not unique. */
function linesAt(text: string, wanted: string): number[] {
  const lines: number[] = []
  let line = 1
  let counted = 0
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    for (let end = text.indexOf('\n', counted); end >= 0 && end < at; end = text.indexOf('\n', counted)) {
      line++
      counted = end + 1
    }
    lines.push(line)
  }
  return lines
}

function missing(path: string, text: string, oldText: string): string {
  const near = nearestLines(withLf(text), withLf(restore(oldText)))
  if (!near) return toolWords.noMatch(path)
  const words = near.isSpacing ? toolWords.otherSpaces : toolWords.noMatchNear
  return words(path, near.from, near.to, near.text)
}
