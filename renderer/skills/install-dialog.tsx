// Installing: where it comes from, then everything that is in it, and only then the button that installs it.
import { type FormEvent, useEffect, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { skillsPage } from '../../shared/messages/skills-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import { meansRepository } from '../../shared/skill-source.ts'
import type { SkillSummary } from '../../shared/skills.ts'
import type { Bridge } from '../app/bridge.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { elapsed } from '../ui/moments.ts'
import { Sheet } from '../ui/sheet.tsx'
import { useNow } from '../ui/use-now.ts'
import { Inspection } from './inspection.tsx'
import { TextField } from './text-field.tsx'
import { type Looking, useInspection, type Wanted } from './use-inspection.ts'

const words = skillsPage.install

/** What the dialog was opened for. */
export type InstallRequest =
  /** The person is to say where it comes from. */
  | { from: 'asked' }
  /** What was dropped is being read, or was refused. */
  | { from: 'dropped'; wanted: Promise<Wanted | { failure: Failure }> }
  | { from: 'update'; skill: SkillSummary }

export function InstallDialog(props: {
  bridge: Bridge
  /** null while it is closed. */
  request: InstallRequest | null
  /** Another process has the data folder meanwhile. */
  isReadOnly: boolean
  onInstalled: (skill: SkillSummary, isUpdate: boolean) => void
  onClose: () => void
}) {
  const { bridge, request } = props
  const work = useInspection(bridge)
  const { looking, inspection, failure, isInstalling, wanted, ended, look, stop, reset, fail } = work
  const [overwrites, setOverwrites] = useState(false)
  const [repository, setRepository] = useState(noRepository)

  useEffect(() => {
    setOverwrites(false)
    if (request === null) reset()
    else if (request.from === 'update') void look(updateOf(request.skill))
    else if (request.from === 'dropped') {
      let isCurrent = true
      void request.wanted.then((wanted) => {
        if (!isCurrent) return
        if ('failure' in wanted) fail(wanted.failure)
        else void look(wanted)
      })
      return () => {
        isCurrent = false
      }
    }
    return undefined
  }, [request, look, reset, fail])

  const isUpdate = request?.from === 'update'
  const title = isUpdate ? words.updateTitle(request.skill.name) : words.title
  const mustChoose = inspection?.replaces?.isEdited === true && !inspection.replaces.isSame
  const isNew = inspection?.id != null && inspection.replaces?.isSame !== true
  // After a failure what was staged is gone: it has to be looked at again.
  const mayInstall = isNew && !props.isReadOnly && (!mustChoose || overwrites) && !isInstalling && failure === null
  // A folder or an archive is chosen anew, with the buttons that are there for it.
  const again = wanted && wanted.from !== 'folder' && wanted.from !== 'archive' ? () => void look(wanted) : null
  const install = async () => {
    if (!mayInstall) return
    const replaces = inspection?.replaces != null
    const installed = await work.install(overwrites)
    if (!installed) return
    setRepository(noRepository)
    props.onInstalled(installed, replaces)
  }
  return (
    <Sheet
      isOpen={request !== null}
      title={<ExactText text={title} line />}
      closeLabel={words.close}
      onClose={props.onClose}
      acts={
        inspection && (
          <>
            {isNew && (
              <button
                type="button"
                className="button button--main"
                aria-disabled={!mayInstall}
                onClick={() => void install()}
              >
                {isInstalling ? words.installing : inspection.replaces ? words.update : words.install}
              </button>
            )}
            {!isUpdate && (
              <button type="button" className="button" onClick={reset}>
                {words.another}
              </button>
            )}
            <button type="button" className="button button--plain" onClick={props.onClose}>
              {words.cancel}
            </button>
          </>
        )
      }
    >
      {failure && (
        <div className="sheet-said">
          <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent>
            {again && (
              <button type="button" className="button" onClick={again}>
                {inspection === null ? windowWords.tryAgain : words.lookAgain}
              </button>
            )}
          </FailureLine>
        </div>
      )}
      {props.isReadOnly && <p className="sheet-note">{skillsPage.readOnly}</p>}
      {ended && (
        <div className="sheet-said" role="status">
          <FailureLine
            tone="quiet"
            icon="waiting"
            sentence={ended === 'stopped' ? words.stopped : words.notReached}
            detailLabel={windowWords.details}
          >
            {again && (
              <button type="button" className="button" onClick={again}>
                {words.lookAgain}
              </button>
            )}
          </FailureLine>
        </div>
      )}
      {looking ? (
        <LookingLine looking={looking} onStop={stop} />
      ) : inspection ? (
        <Inspection
          bridge={bridge}
          inspection={inspection}
          overwrites={overwrites}
          onOverwrite={mustChoose ? setOverwrites : null}
        />
      ) : (
        !isUpdate && <Sources repository={repository} onChange={setRepository} onLook={(wanted) => void look(wanted)} />
      )}
    </Sheet>
  )
}

const updateOf = ({ key, source }: SkillSummary): Wanted => ({
  from: 'update',
  key,
  isFetched: source !== null && meansRepository(source),
})

/** What is over before is not called slow. Milliseconds. */
const slowMs = 5_000

function LookingLine(props: { looking: Looking; onStop: () => void }) {
  const now = useNow(500)
  const { said, slow, since } = props.looking
  return (
    <>
      <div className="looking-line" role="status">
        <Icon name="running" turning />
        <span className="path">
          <ExactText text={said} line />
        </span>
        <span className="num faint" aria-hidden="true">
          {elapsed(now - since)}
        </span>
        <button type="button" className="button" onClick={props.onStop}>
          {words.stop}
        </button>
      </div>
      <p className="detail-note" role="status">
        {now - since > slowMs ? slow : ''}
      </p>
    </>
  )
}

/** What is written there; it stays when it was refused, so that it can be put right. */
interface Repository {
  url: string
  ref: string
  path: string
}

const noRepository: Repository = { url: '', ref: '', path: '' }

function Sources(props: {
  repository: Repository
  onChange: (repository: Repository) => void
  onLook: (wanted: Wanted) => void
}) {
  const { repository, onChange } = props
  const { url, ref, path } = repository
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (url.trim() !== '') props.onLook({ from: 'git', url: gitAddress(repository) })
  }
  return (
    <>
      <p className="sheet-note">{words.say}</p>
      <section className="source">
        <h3>{words.here}</h3>
        <div className="source-acts">
          <button type="button" className="button" onClick={() => props.onLook({ from: 'folder' })}>
            <Icon name="folder" />
            {words.folder}
          </button>
          <button type="button" className="button" onClick={() => props.onLook({ from: 'archive' })}>
            <Icon name="archive" />
            {words.archive}
          </button>
        </div>
        <p className="detail-note">{words.dropSay}</p>
      </section>
      <form className="source" aria-label={words.git} onSubmit={onSubmit}>
        <h3>{words.git}</h3>
        <TextField
          label={words.url}
          value={url}
          example={words.urlExample}
          onChange={(next) => onChange({ ...repository, url: next })}
          isPath
        />
        <div className="source-pair">
          <TextField
            label={words.ref}
            value={ref}
            example={words.refExample}
            onChange={(next) => onChange({ ...repository, ref: next })}
            isPath
          />
          <TextField
            label={words.path}
            value={path}
            example={words.pathExample}
            onChange={(next) => onChange({ ...repository, path: next })}
            isPath
          />
        </div>
        <button type="submit" className="button" disabled={url.trim() === ''}>
          {words.look}
        </button>
      </form>
    </>
  )
}

/** `#ref:folder` behind the address, as the terminal takes it, too. */
function gitAddress({ url, ref, path }: Repository): string {
  const at = ref.trim()
  const folder = path.trim()
  if (at === '' && folder === '') return url.trim()
  return `${url.trim()}#${at}${folder === '' ? '' : `:${folder}`}`
}
