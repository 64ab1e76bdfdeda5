// The person's own words for the model of a session, and the templates they are made of.
import { useEffect, useId, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { answerLimits, templateLimits } from '../../shared/limits.ts'
import { answerWords as words } from '../../shared/messages/answers.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { PromptTemplate } from '../../shared/settings.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'

/** Characters of one token, as they are usual in prose. */
const charactersEach = 4

export function OwnPrompt(props: {
  bridge: Bridge
  value: string | null
  templates: readonly PromptTemplate[]
  announce: (sentence: string) => void
  onChange: (ownPrompt: string | null) => void
}) {
  const { bridge, value, templates, announce } = props
  const [text, setText] = useState(value ?? '')
  const [failure, setFailure] = useState<Failure | null>(null)
  // What is in force, also when it was changed elsewhere.
  useEffect(() => setText(value ?? ''), [value])
  const fieldId = useId()
  const noteId = useId()
  const wished = text.trim() === '' ? null : text.trim()
  const isOther = wished !== value
  const isTooLong = text.trim().length > answerLimits.ownPrompt

  const insert = ({ name, text: inserted }: { name: string; text: string }) => {
    setText((before) => (before.trim() === '' ? inserted : `${before.trimEnd()}\n\n${inserted}`))
    announce(words.inserted(name))
    document.getElementById(fieldId)?.focus()
  }
  const put = async (next: readonly PromptTemplate[], said: string) => {
    const answer = await bridge.call('settings.update', { promptTemplates: [...next] })
    setFailure(answer.ok ? null : answer.failure)
    if (answer.ok) announce(said)
    return answer.ok
  }
  return (
    <div className="panel-part own-prompt">
      <label htmlFor={fieldId}>{words.ownPrompt}</label>
      <textarea
        id={fieldId}
        rows={4}
        value={text}
        placeholder={words.ownPromptPlaceholder}
        aria-describedby={noteId}
        aria-invalid={isTooLong}
        onChange={(event) => setText(event.target.value)}
      />
      <p id={noteId} className={isTooLong ? 'note note--wait' : 'note'}>
        {isTooLong
          ? words.tooLong(answerLimits.ownPrompt)
          : wished === null
            ? words.ownPromptNote
            : words.tokens(Math.ceil(wished.length / charactersEach))}
      </p>
      {isOther && (
        <p className="acts">
          <button type="button" className="button" disabled={isTooLong} onClick={() => props.onChange(wished)}>
            {words.use}
          </button>
          <button type="button" className="link" onClick={() => setText(value ?? '')}>
            {words.undo}
          </button>
        </p>
      )}
      <h4>{words.templates}</h4>
      <ul className="templates" aria-label={words.templates}>
        {words.builtIn.map((template) => (
          <li key={template.name}>
            <button
              type="button"
              className="link"
              aria-label={words.insert(template.name)}
              onClick={() => insert(template)}
            >
              {template.name}
            </button>
          </li>
        ))}
        {templates.map((template) => (
          <li key={`own ${template.name}`}>
            <button
              type="button"
              className="link"
              aria-label={words.insert(template.name)}
              onClick={() => insert(template)}
            >
              {template.name}
            </button>
            <button
              type="button"
              className="icon-button"
              aria-label={words.remove(template.name)}
              onClick={() =>
                void put(
                  templates.filter((one) => one !== template),
                  words.removed(template.name),
                )
              }
            >
              <Icon name="close" small />
            </button>
          </li>
        ))}
      </ul>
      {wished !== null && !isTooLong && (
        <Keep
          isFull={templates.length >= templateLimits.count}
          onKeep={(name) =>
            put([...templates.filter((one) => one.name !== name), { name, text: wished }], words.kept(name))
          }
        />
      )}
      {failure && (
        <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
      )}
    </div>
  )
}

/** One of the same name is replaced. Answers whether it is kept. */
function Keep(props: { isFull: boolean; onKeep: (name: string) => Promise<boolean> }) {
  const [name, setName] = useState<string | null>(null)
  if (props.isFull) return <p className="note">{words.tooMany(templateLimits.count)}</p>
  if (name === null) {
    return (
      <button type="button" className="link" onClick={() => setName('')}>
        {words.keep}
      </button>
    )
  }
  const keep = async () => {
    if (name.trim() !== '' && (await props.onKeep(name.trim()))) setName(null)
  }
  return (
    <div className="keep">
      <label className="field">
        <input
          // The person has just asked for it.
          ref={(input) => input?.focus()}
          aria-label={words.keepName}
          placeholder={words.keepName}
          maxLength={templateLimits.name}
          value={name}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void keep()
            if (event.key !== 'Escape') return
            event.stopPropagation()
            setName(null)
          }}
        />
      </label>
      <button type="button" className="button" disabled={name.trim() === ''} onClick={() => void keep()}>
        {words.keepNow}
      </button>
      <button type="button" className="link" onClick={() => setName(null)}>
        {words.cancel}
      </button>
    </div>
  )
}
