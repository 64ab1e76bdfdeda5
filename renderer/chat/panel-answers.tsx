// How the model of a session answers: how much it thinks, its sampling, and the person's own words for it.
import { type ReactNode, useEffect, useId, useState } from 'react'
import { useStore } from 'zustand'
import type { AnswerChoices, AnswerPatch } from '../../shared/answers.ts'
import type { Failure } from '../../shared/failure.ts'
import { answerLimits } from '../../shared/limits.ts'
import { answerWords as words } from '../../shared/messages/answers.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { InstalledModel } from '../../shared/model.ts'
import type { PromptTemplate, ThinkLevel } from '../../shared/settings.ts'
import { type Thinking, thinkingOf } from '../../shared/thinking.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Segmented } from '../ui/segmented.tsx'
import type { Chat } from './chat-store.ts'
import { OwnPrompt } from './panel-own-prompt.tsx'
import './panel-answers.css'

/** What the panel has to know of the model that will answer next. */
export interface AnswerFacts {
  model: string
  /** null when it is not installed. */
  installed: InstalledModel | null
  /** How much models think unless a session says otherwise. */
  usualThink: ThinkLevel
  /** Tokens of the window the person has chosen for it; null for none. */
  chosenWindow: number | null
  templates: readonly PromptTemplate[]
  /** What a test has found of it. */
  badges: ReactNode
}

export function PanelAnswers(props: { bridge: Bridge; chat: Chat; isReadOnly: boolean; facts: AnswerFacts }) {
  const { bridge, chat, facts } = props
  const { sessionId, session, live, choice, ...state } = useStore(chat.store)
  const [failure, setFailure] = useState<Failure | null>(null)
  const answers: AnswerChoices =
    sessionId === null ? { ...state.answers, ...withoutGaps(choice.answers) } : state.answers
  const usual = useModelsOwn(bridge, facts.model, facts.installed?.digest ?? null)

  const change = async (patch: AnswerPatch) => {
    setFailure(null)
    if (sessionId === null) {
      chat.choose({ ...choice, answers: { ...choice.answers, ...patch } })
      return
    }
    const answer = await bridge.call('sessions.setAnswers', { sessionId, answers: patch })
    setFailure(answer.ok ? null : answer.failure)
    const readsAnew = patch.think !== undefined || patch.ownPrompt !== undefined
    if (answer.ok) chat.announce(readsAnew && state.entries.length > 0 ? words.changedAnew : words.changed)
  }
  const isRunning = live !== null && live.end === null
  const whyFixed =
    session?.archived === true
      ? words.notNow.archived
      : props.isReadOnly
        ? words.notNow.readOnly
        : isRunning
          ? words.notNow.running
          : null
  return (
    <section aria-labelledby="panel-answers">
      <h3 id="panel-answers">{words.heading}</h3>
      <p className="panel-model">{facts.model}</p>
      {facts.badges}
      <fieldset className="panel-answers" disabled={whyFixed !== null}>
        <Thinks
          thinking={facts.installed ? thinkingOf(facts.installed) : null}
          model={facts.model}
          value={answers.think}
          usual={facts.usualThink}
          onChange={(think) => void change({ think })}
        />
        <div className="panel-part sampling">
          {numbers.map(({ name, isWhole }) => (
            <NumberChoice
              key={name}
              name={name}
              isWhole={isWhole}
              value={answers[name]}
              usual={usual[name]}
              onChange={(value) => void change({ [name]: value })}
            />
          ))}
        </div>
        <OwnPrompt
          bridge={bridge}
          value={answers.ownPrompt}
          templates={facts.templates}
          announce={chat.announce}
          onChange={(ownPrompt) => void change({ ownPrompt })}
        />
      </fieldset>
      <p className="note">{whyFixed ?? words.note}</p>
      {failure && (
        <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
      )}
    </section>
  )
}

const numbers = [
  { name: 'temperature', isWhole: false },
  { name: 'topP', isWhole: false },
  { name: 'seed', isWhole: true },
] as const
type NumberName = (typeof numbers)[number]['name']

function Thinks(props: {
  thinking: Thinking
  model: string
  value: ThinkLevel | null
  usual: ThinkLevel
  onChange: (think: ThinkLevel | null) => void
}) {
  const { thinking, value, usual } = props
  if (thinking === 'none') {
    return (
      <div className="panel-part">
        <h4>{words.thinking}</h4>
        <p className="note">{words.thinkingNone(props.model)}</p>
      </div>
    )
  }
  const levels = thinking === 'switch' ? (['off', 'on'] as const) : (['off', 'low', 'medium', 'high'] as const)
  const shown = value === null ? 'default' : thinking === 'switch' && value !== 'off' ? 'on' : value
  return (
    <div className="panel-part">
      <h4>{words.thinking}</h4>
      <Segmented
        legend={words.thinking}
        value={shown}
        options={(['default', ...levels] as const).map((level) => ({ value: level, label: words.levels[level] }))}
        onChange={(level) => props.onChange(level === 'default' ? null : level === 'on' ? 'medium' : level)}
      />
      {value === null && <p className="note">{words.thinkingUsual(words.levels[usual])}</p>}
      {thinking === null && <p className="note">{words.thinkingUnknown}</p>}
    </div>
  )
}

function NumberChoice(props: {
  name: NumberName
  isWhole: boolean
  value: number | null
  usual: number | null
  onChange: (value: number | null) => void
}) {
  const { name, isWhole, value, usual } = props
  const noteId = useId()
  const [text, setText] = useState(value === null ? '' : words.shown(value))
  const [isRefused, setIsRefused] = useState(false)
  // What is in force, also when it was changed elsewhere.
  useEffect(() => {
    setText(value === null ? '' : words.shown(value))
    setIsRefused(false)
  }, [value])
  const { least, most } = answerLimits[name]
  const commit = () => {
    const given = text.trim() === '' ? null : Number(text.trim().replace(',', '.'))
    const isGood = given === null || (given >= least && given <= most && (!isWhole || Number.isInteger(given)))
    setIsRefused(!isGood)
    if (isGood && given !== value) props.onChange(given)
  }
  return (
    <label>
      <span>{words[name]}</span>
      <span className={isRefused ? 'field field--fault' : 'field'}>
        <input
          inputMode="decimal"
          autoComplete="off"
          value={text}
          placeholder={name === 'seed' && usual === null ? words.randomSeed : words.modelsOwn(usual)}
          aria-invalid={isRefused}
          aria-describedby={noteId}
          onChange={(event) => setText(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit()
          }}
        />
      </span>
      <span id={noteId} className={isRefused ? 'note note--wait' : 'note'} role={isRefused ? 'alert' : undefined}>
        {isRefused ? words.refused(least, most, isWhole) : words.samplingNotes[name]}
      </span>
    </label>
  )
}

/** What the model's own definition says; null where it says nothing, or cannot be asked. */
function useModelsOwn(bridge: Bridge, model: string, digest: string | null): Record<NumberName, number | null> {
  const [own, setOwn] = useState(nothingSaid)
  useEffect(() => {
    let isWanted = digest !== null
    setOwn(nothingSaid)
    if (!isWanted) return
    void bridge.call('models.show', { model }).then((answer) => {
      if (!isWanted || !answer.ok) return
      const { parameters } = answer.value
      setOwn({
        temperature: parameter(parameters, 'temperature'),
        topP: parameter(parameters, 'top_p'),
        seed: parameter(parameters, 'seed'),
      })
    })
    return () => {
      isWanted = false
    }
  }, [bridge, model, digest])
  return own
}

const nothingSaid: Record<NumberName, number | null> = { temperature: null, topP: null, seed: null }

/** A value in the model's table of parameters: a name, spaces, the value. */
function parameter(table: string | null, name: string): number | null {
  const line = (table ?? '').split('\n').find((one) => one.startsWith(`${name} `))
  const value = Number(line?.slice(name.length).trim())
  return line !== undefined && Number.isFinite(value) ? value : null
}

function withoutGaps(patch: AnswerPatch | undefined): Partial<AnswerChoices> {
  return Object.fromEntries(Object.entries(patch ?? {}).filter(([, value]) => value !== undefined))
}
