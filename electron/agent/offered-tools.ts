// Which tools a model is told of: those for whose words its window has room.
import type { FunctionTool, Toolbox } from '../contracts.ts'
import { tokensIn } from './token-estimate.ts'

/** The most that the words of tools may take of a window. In 4,096 tokens, more would leave no room for what is read by them. */
const share = 1 / 5

/** The first of the list that fit; always the same for a window, so that the server's cache of the prompt holds. */
export function toolsFor(numCtx: number, tools: readonly FunctionTool[]): readonly FunctionTool[] {
  let left = numCtx * share
  const over = tools.findIndex((tool) => {
    left -= tokensIn(JSON.stringify(tool))
    return left < 0
  })
  return over < 0 ? tools : tools.slice(0, over)
}

/** Those of them that only look: a model that writes its calls as text is shown one of them as the example. */
export function readOnlyOf(
  offered: readonly { name: string }[],
  { effectOf }: Pick<Toolbox, 'effectOf'>,
): ReadonlySet<string> {
  return new Set(offered.map(({ name }) => name).filter((name) => effectOf(name) === 'read'))
}
