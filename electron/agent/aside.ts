// One question beside the conversation: it goes as the next one would, so that the server finds all of what came before in its cache.
import type { ModelMessage, Toolbox } from '../contracts.ts'
import type { AgentDependencies, AgentRequest } from './agent-loop.ts'
import { createBudget } from './budget.ts'
import { inQuarter } from './context.ts'
import { createDialect } from './dialects/dialect.ts'
import { type ModelTurn, takeTurn } from './model-turn.ts'
import { readOnlyOf, toolsFor } from './offered-tools.ts'

/** Nothing of it is recorded, and what it calls is not run. `hear` is told the text so far. */
export async function askAside(
  { models, toolbox }: Pick<AgentDependencies, 'models'> & { toolbox: Pick<Toolbox, 'list' | 'effectOf'> },
  request: Omit<AgentRequest, 'rounds' | 'compaction'>,
  question: string,
  hear: (text: string) => void,
  signal: AbortSignal,
): Promise<ModelTurn> {
  const { model, think, sampling, sessionId, numCtx, hidden, shortened, path, stop } = request
  const offered = toolsFor(numCtx, toolbox.list())
  const dialect = createDialect(request.dialect, { tools: offered, readOnly: readOnlyOf(offered, toolbox), stop })
  const budget = createBudget(
    {
      model,
      numCtx,
      hidden,
      shortened,
      place: inQuarter(request.place, numCtx),
      write: (messages, tools) => ({ tools: [], ...dialect.write(messages, tools) }),
      // The next question finds out by itself what has to be shown in short.
      record: async () => undefined,
      summarise: null,
    },
    path,
    offered,
  )
  const more: ModelMessage[] = [{ role: 'user', content: question }]
  const asked = await budget.messagesFor(path, more, offered)
  const reading = { reader: dialect.read(), taken: [] }
  let text = ''
  return await takeTurn(
    models,
    { model, think, sampling, sessionId, numCtx, ...dialect.write(asked, offered) },
    reading,
    (told) => {
      if (told.type === 'text') text += told.delta
      else if (told.type === 'replace') text = told.text
      else return
      hear(text)
    },
    signal,
  )
}
