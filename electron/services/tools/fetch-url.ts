// fetch_url: a page of the web as text, told to be data.
import { z } from 'zod'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { webWords } from '../../../shared/messages/web.ts'
import { wrapLines } from './text/wrap.ts'
import { type ToolContext, tool } from './tool.ts'

/** Paragraphs and JSON come in one line; a long one is broken, so that every page can be read on from a line. */
const lineLimit = 1_000

export const fetchUrl = tool({
  name: 'fetch_url',
  description: webWords.description,
  effect: 'network',
  needsSession: true,
  parameters: z.object({
    url: z.string().min(1).describe(webWords.parameters.url),
    offset: z.int().min(1).optional().describe(webWords.parameters.offset),
  }),
  async run({ url, offset = 1 }, context) {
    const page = await pageOf(url, context)
    const head = webWords.head(page.url, page.status)
    const { url: address, status, bytes } = page
    const detail = { files: [], page: { url: address, status, bytes } }
    if (page.text.trim() === '') return { content: `${head}\n${webWords.empty}`, detail }
    const lines = wrapLines(page.text, lineLimit)
    if (offset > lines.length) throw new ExpectedFailure('invalid-input', webWords.pastEnd(lines.length))
    const start = offset === 1 ? [head] : [head, webWords.from(offset, lines.length)]
    const end = page.isCut ? [webWords.isCut(page.bytes)] : []
    return {
      detail,
      content: [...start, ...lines.slice(offset - 1), ...end].join('\n'),
      cut: (omitted, headLines) => webWords.readOn(omitted, offset + Math.max(0, headLines - start.length)),
    }
  },
})

async function pageOf(url: string, { web, signal }: ToolContext) {
  if (!web) throw new ExpectedFailure('unavailable', webWords.noWeb)
  return await web.fetch(url, signal)
}
