// Step one: Ollama is looked for until it is there; meanwhile how to start it, install it, or name another address.
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { firstRunWords } from '../../shared/messages/first-run.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { clockTime } from '../ui/moments.ts'
import { Aside } from './aside.tsx'
import type { FirstRunProps } from './first-run.tsx'
import { useStepFocus } from './step-focus.ts'

const words = firstRunWords.server

export function OllamaStep(props: FirstRunProps) {
  const { host, trouble, address } = props
  const [isNaming, setNaming] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const look = useStepFocus<HTMLButtonElement>()
  const isKnown = trouble !== 'fine' && trouble !== 'no-models'
  return (
    <>
      <h1>{isKnown ? words.title[trouble] : words.looking}</h1>
      <p className="say">{isKnown ? <Explanation {...props} /> : words.lookingSay}</p>
      {trouble === 'away' && <HowTo {...props} />}
      {isNaming && <AddressForm {...props} onClose={() => setNaming(false)} />}
      <div className="acts">
        <button
          type="button"
          ref={look}
          className="button button--main"
          aria-busy={props.isLooking}
          onClick={props.onLook}
        >
          {windowWords.server.lookAgain}
        </button>
        {trouble === 'denied' && (
          <button type="button" className="button" onClick={props.onSettings}>
            {words.settings}
          </button>
        )}
        {!isNaming && (
          <button type="button" className="button button--plain" onClick={() => setNaming(true)}>
            {words.otherAddress}
          </button>
        )}
      </div>
      <Aside {...props} tour={firstRunWords.tour} setFailure={setFailure} />
      {failure && (
        <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
      )}
      {/* Nobody is asked at an address that is none. */}
      {trouble !== 'bad-address' && (
        <p className="watch">
          <Icon name="running" turning />
          <span>
            {words.watch[0]}
            {isKnown && host.checkedAt !== null && (
              <>
                {words.watch[1]}
                <time dateTime={host.checkedAt}>{clockTime(host.checkedAt)}</time>
                {props.reason === null ? words.fullStop : words.because(props.reason)}
              </>
            )}
          </span>
        </p>
      )}
      <p className="sr" role="status">
        {isKnown && `${words.title[trouble]}. ${address}`}
      </p>
    </>
  )
}

function Explanation({ trouble, host, address }: FirstRunProps): ReactNode {
  if (trouble !== 'away') return host.failure?.message ?? windowWords.server.awayLine(address)
  return (
    <>
      {words.awaySay[0]}
      <span className="path">{address}</span>
      {words.awaySay[1]}
    </>
  )
}

function HowTo({ platform, bridge }: FirstRunProps) {
  const startCommand = words.startCommand[platform]
  const installCommand = words.installCommand[platform]
  const [before, after] = words.installSay[platform]
  return (
    <dl className="told">
      <dt>{words.start}</dt>
      {startCommand === null ? <dd>{words.startProgram}</dd> : <Command command={startCommand} />}
      <dt>{words.install}</dt>
      {installCommand !== null && <Command command={installCommand} />}
      <dd className={installCommand === null ? 'told-say' : 'told-say told-say--under'}>
        {before}
        <button
          type="button"
          className="link"
          onClick={() => void bridge.call('window.openLink', { url: words.siteUrl })}
        >
          {words.site}
        </button>
        {after}
      </dd>
    </dl>
  )
}

function Command({ command }: { command: string }) {
  return (
    <dd className="copyable">
      <code>{command}</code>
      <CopyButton text={command} label={windowWords.copyThis(command)} done={windowWords.copied} large />
    </dd>
  )
}

/** The address is kept in the settings; the watch asks there at once. */
function AddressForm(props: FirstRunProps & { onClose: () => void }) {
  const { host, savedHost } = props
  const [text, setText] = useState(savedHost ?? '')
  const [failure, setFailure] = useState<Failure | null>(null)
  const fieldId = useId()
  const noteId = useId()
  const isFaulty = failure !== null || host.failure?.code === 'invalid-input'
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const address = text.trim() === '' ? null : text.trim()
    setFailure(address === savedHost ? null : await props.update({ host: address }))
  }
  return (
    <form className="address" onSubmit={(event) => void submit(event)}>
      <label htmlFor={fieldId}>{words.address}</label>
      <div className="address-line">
        <div className={isFaulty ? 'field field--fault' : 'field'}>
          <input
            id={fieldId}
            type="text"
            dir="ltr"
            // biome-ignore lint/a11y/noAutofocus: one has just asked for this field
            autoFocus
            spellCheck={false}
            autoComplete="off"
            placeholder={words.addressPlaceholder}
            aria-describedby={noteId}
            aria-invalid={isFaulty}
            maxLength={2_000}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && props.onClose()}
          />
        </div>
        <button type="submit" className="button">
          {words.use}
        </button>
        <button type="button" className="button button--plain" onClick={props.onClose}>
          {words.close}
        </button>
      </div>
      <p id={noteId} className="note" role="status">
        {failure?.message ?? (host.chosenBy === 'flag' ? words.addressByFlag : words.addressNote)}
      </p>
    </form>
  )
}
