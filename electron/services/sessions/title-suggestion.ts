// A title by the model: asked for by a person, while nothing is answered, and in a way that leaves the chat's cache as it was.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { titleWords as words } from '../../../shared/messages/titles.ts'
import { plainText } from '../../../shared/plain-text.ts'
import { isMessage, type TreeRecord, titleRecord } from '../../../shared/session.ts'
import { sessionTree } from '../../../shared/session-tree.ts'
import { shorteningsIn } from '../../../shared/shortenings.ts'
import { deriveTitle } from '../../../shared/title.ts'
import { askAside } from '../../agent/aside.ts'
import { toModel } from '../../agent/to-model.ts'
import type { Models, Sandbox, SettingsStore, Skills, Tools, Trust } from '../../contracts.ts'
import { answersOn } from './answer-choices.ts'
import { attachedOn, type ReadBlob } from './attached.ts'
import { dialectOn } from './dialect-choice.ts'
import { effectsIn, modeOn } from './run-rights.ts'
import { createRunSkills, offeredOn } from './run-skills.ts'
import type { OpenSession } from './session-actor.ts'
import { headerOf } from './summary.ts'

export interface SuggestionServices {
  models: Models
  settings: SettingsStore
  tools: Tools
  trust: Trust
  skills: Pick<Skills, 'offered' | 'read'>
  sandbox: Sandbox
  /** null when it is gone. */
  readPicture(record: TreeRecord): Promise<Uint8Array | null>
  readBlob: ReadBlob
}

/** Longer than this it is no title, and what comes after is not waited for. UTF-16 code units. */
const mostHeard = 200

/** Throws what keeps the model from answering, `denied` when the person has named it, and `cancelled`. */
export async function suggestTitle(
  sessionId: string,
  session: OpenSession,
  { models, settings, tools, trust, skills, sandbox, readPicture, readBlob }: SuggestionServices,
  signal: AbortSignal,
): Promise<string> {
  const { records } = session.file.reading()
  if (records.some((record) => titleRecord.safeParse(record).data?.by === 'user')) {
    throw new ExpectedFailure('denied', words.named)
  }
  const tree = sessionTree(records)
  const { path } = tree
  if (!path.some((record) => isMessage(record) && record.role === 'assistant')) {
    throw new ExpectedFailure('invalid-input', words.nothingSaid)
  }
  const workspace = headerOf(records)?.workspace ?? null
  const last = path.findLast((record) => isMessage(record) && record.role === 'assistant' && record.model)
  const model = await models.choose(last && isMessage(last) ? (last.model ?? null) : null)
  const facts = await models.describe(model, signal)
  // Everything as the next question will have it: the same words in the same order are what the server has in its cache.
  const effects = workspace === null ? [] : effectsIn(modeOn(path), sandbox.seal(), sandbox.mayRunWithout())
  const shortened = shorteningsIn(records)
  const { offered } = await offeredOn(skills, workspace, path)
  const ofRun = createRunSkills(skills, { offered, path, hidden: tree.hiddenOn(path), shortened })
  const asking = { id: sessionId, mayWrite: () => false }
  const { toolbox, refused } = await tools.toolboxFor(workspace, effects, asking, ofRun.forTools)
  const written = workspace === null ? null : await tools.instructionsOf(workspace, signal)
  const isTrusted = written !== null && workspace !== null && (await trust.answerFor(workspace)) === true
  const answers = answersOn(path)
  const seesImages = facts.capabilities.includes('vision')
  const pictures = new Map<string, Uint8Array | null>()
  for (const record of seesImages ? path : []) {
    if ('image' in record && !shortened.get(record.id)?.forms.has('line')) {
      pictures.set(record.id, await readPicture(record))
    }
  }
  const enough = new AbortController()
  const turn = await askAside(
    { models, toolbox },
    {
      model,
      numCtx: facts.numCtx,
      stop: facts.stop,
      dialect: dialectOn(path) ?? facts.dialect,
      path,
      hidden: tree.hiddenOn(path),
      shortened,
      place: {
        workspace: refused === null ? workspace : null,
        instructions: isTrusted ? written : null,
        ownPrompt: answers.ownPrompt,
        skills: ofRun.told(facts.numCtx).text,
        pictures,
        attached: await attachedOn(path, readBlob, { numCtx: facts.numCtx, seesImages }),
      },
      seesImages,
      think: answers.think ?? settings.current().think,
      sampling: answers,
      sessionId,
    },
    toModel.title,
    (text) => {
      if (text.length > mostHeard || /\S\s*\n/.test(text)) enough.abort()
    },
    AbortSignal.any([signal, enough.signal]),
  )
  if (signal.aborted) throw new ExpectedFailure('cancelled', words.stopped)
  if (turn.error) throw new ExpectedFailure(turn.error.code, turn.error.message, turn.error.detail)
  const title = titleIn(turn.content)
  if (title === '') throw new ExpectedFailure('unavailable', words.none)
  return title
}

/** Without what models put around it: marks, quotes, the word for it. */
export function titleIn(text: string): string {
  const line = plainText(text).trim().split('\n', 1)[0] ?? ''
  return deriveTitle(
    line
      .replace(/^[\s#>*_`-]+/, '')
      .replace(/^(the )?title\s*:\s*/i, '')
      .replace(/^["'“”„«»‘’*_`\s]+|["'“”„«»‘’*_`\s.]+$/gu, ''),
  )
}
