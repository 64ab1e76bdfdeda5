// write_file: a file's whole text, in UTF-8, exactly as the model gave it.
import { z } from 'zod'
import { restore } from '../../../shared/control-tokens.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { toolWords } from '../../../shared/messages/tools.ts'
import { decode } from './text/encoding.ts'
import { linesOf, touched } from './text/unified-diff.ts'
import { type ToolContext, tool } from './tool.ts'

export const writeFile = tool({
  name: 'write_file',
  description: toolWords.descriptions.write_file,
  effect: 'write',
  parameters: z.object({
    path: z.string().min(1).describe(toolWords.parameters.path),
    content: z.string().describe(toolWords.parameters.content),
  }),
  async run({ path, content }, { files }) {
    // What was shown with its control tokens defused is written back as it was.
    const text = restore(content)
    const bytes = Buffer.from(text, 'utf8')
    const before = await bytesOf(path, files)
    if (before && Buffer.compare(before, bytes) === 0) return { content: toolWords.unchanged(path) }
    const written = await files.write(path, bytes, before)
    const earlier = before === null ? null : decode(before)
    const file = touched(written, before ? 'replaced' : 'created', earlier?.text ?? null, text)
    return {
      content: before
        ? toolWords.replaced(written, file.added, file.removed)
        : toolWords.created(written, linesOf(text)),
      // Bytes that were no text have no lines to compare.
      detail: { files: [before && !earlier ? { ...file, diff: null } : file] },
    }
  },
})

async function bytesOf(path: string, files: ToolContext['files']): Promise<Uint8Array | null> {
  try {
    const found = await files.read(path)
    if (found.kind === 'file') return found.bytes
    throw new ExpectedFailure('invalid-input', toolWords.isFolder(found.path))
  } catch (thrown) {
    if (thrown instanceof ExpectedFailure && thrown.failure.code === 'not-found') return null
    throw thrown
  }
}
