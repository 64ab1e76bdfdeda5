// What a session's next question would be sent with, for what is asked beside it: the same words in the same order are what the
// server has in its cache.
import { isMessage, type TreeRecord } from '../../../shared/session.ts'
import type { SessionTree } from '../../../shared/session-tree.ts'
import { shorteningsIn } from '../../../shared/shortenings.ts'
import type { AgentRequest } from '../../agent/agent-loop.ts'
import type { ModelFacts, Models, Sandbox, SettingsStore, Skills, Toolbox, Tools, Trust } from '../../contracts.ts'
import { answersOn } from './answer-choices.ts'
import { attachedOn, canReadWith } from './attached.ts'
import { dialectOn } from './dialect-choice.ts'
import { replayingIn } from './replay-tools.ts'
import { effectsIn, modeOn } from './run-rights.ts'
import { createRunSkills, offeredOn } from './run-skills.ts'
import type { OpenSession } from './session-actor.ts'
import { windowOn } from './session-window.ts'
import type { SessionsFolder } from './sessions-folder.ts'
import { headerOf } from './summary.ts'

export interface NextServices {
  folder: SessionsFolder
  models: Models
  settings: SettingsStore
  tools: Tools
  trust: Trust
  skills: Pick<Skills, 'offered' | 'read'>
  sandbox: Sandbox
}

export interface NextRequest {
  facts: ModelFacts
  toolbox: Toolbox
  /** Its path ends with what was said last. */
  request: Omit<AgentRequest, 'rounds' | 'compaction'>
}

/** The model that answered last, or the one a new session would have. Throws when there is none. */
export async function modelOf(path: readonly TreeRecord[], models: Models): Promise<string> {
  const last = path.findLast((record) => isMessage(record) && record.role === 'assistant' && record.model)
  return await models.choose(last && isMessage(last) ? (last.model ?? null) : null)
}

/** Throws what keeps the model from being asked. */
export async function nextRequest(
  { sessionId, model, tree }: { sessionId: string; model: string; tree: SessionTree },
  session: OpenSession,
  { folder, models, settings, tools, trust, skills, sandbox }: NextServices,
  signal: AbortSignal,
): Promise<NextRequest> {
  const { records } = session.file.reading()
  const { path } = tree
  const hidden = tree.hiddenOn(path)
  const replay = await replayingIn(records, path, { folder, tools, sessionId })
  const workspace = replay ? null : (headerOf(records)?.workspace ?? null)
  const facts = await models.describe(model, signal)
  const numCtx = windowOn(path, tree.nodes, model, facts)
  const effects = workspace === null ? [] : effectsIn(modeOn(path), sandbox.seal(), sandbox.mayRunWithout())
  const shortened = shorteningsIn(records)
  const { offered } = replay ? { offered: [] } : await offeredOn(skills, workspace, path)
  const ofRun = createRunSkills(skills, { offered, path, hidden, shortened })
  const asking = { id: sessionId, mayWrite: () => false }
  const { toolbox: own, refused } = await tools.toolboxFor(workspace, effects, asking, ofRun.forTools)
  const toolbox = replay ? replay.toolbox : own
  const written = workspace === null ? null : await tools.instructionsOf(workspace, signal)
  const isTrusted = written !== null && workspace !== null && (await trust.answerFor(workspace)) === true
  const answers = answersOn(path)
  const seesImages = facts.capabilities.includes('vision')
  const pictures = new Map<string, Uint8Array | null>()
  for (const record of seesImages ? path : []) {
    if ('image' in record && !shortened.get(record.id)?.forms.has('line')) {
      pictures.set(record.id, await folder.readPicture(record))
    }
  }
  const place = {
    workspace: replay ? replay.workspace : refused === null ? workspace : null,
    instructions: isTrusted ? written : null,
    ownPrompt: answers.ownPrompt,
    skills: ofRun.told(numCtx).text,
    pictures,
    attached: await attachedOn(path, (blob) => folder.readBlob(blob), {
      numCtx,
      seesImages,
      canRead: canReadWith(toolbox),
    }),
  }
  return {
    facts,
    toolbox,
    request: {
      model,
      numCtx,
      stop: facts.stop,
      dialect: dialectOn(path) ?? facts.dialect,
      path,
      hidden,
      shortened,
      place,
      seesImages,
      think: answers.think ?? settings.current().think,
      sampling: answers,
      sessionId,
    },
  }
}
