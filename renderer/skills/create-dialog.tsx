// A new skill of the person's own: its name and its description, which a template is made of.
import { type FormEvent, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { skillsPage } from '../../shared/messages/skills-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { SkillDetails } from '../../shared/skills.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { TextField } from './text-field.tsx'

const words = skillsPage.create

export function CreateDialog(props: {
  bridge: Bridge
  isOpen: boolean
  onCreated: (details: SkillDetails) => void
  onClose: () => void
}) {
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isCreating, setCreating] = useState(false)
  const isReady = name.trim() !== '' && description.trim() !== '' && !isCreating
  const close = () => {
    setFailure(null)
    props.onClose()
  }
  const create = async (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    setCreating(true)
    const answer = await props.bridge.call('skills.create', { name: name.trim(), description: description.trim() })
    setCreating(false)
    setFailure(answer.ok ? null : answer.failure)
    if (!answer.ok) return
    setName('')
    setDescription('')
    props.onCreated(answer.value)
  }
  return (
    <Sheet
      isOpen={props.isOpen}
      title={words.title}
      closeLabel={skillsPage.install.close}
      onClose={close}
      acts={
        <>
          <button type="submit" form="create-skill" className="button button--main" aria-disabled={!isReady}>
            {words.create}
          </button>
          <button type="button" className="button button--plain" onClick={close}>
            {skillsPage.install.cancel}
          </button>
        </>
      }
    >
      <p className="sheet-note">{words.say}</p>
      {failure && (
        <div className="sheet-said">
          <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
        </div>
      )}
      <form id="create-skill" className="source" onSubmit={create}>
        <TextField label={words.name} value={name} note={words.nameNote} onChange={setName} isPath />
        <TextField
          label={words.description}
          value={description}
          note={words.descriptionNote}
          onChange={setDescription}
        />
      </form>
    </Sheet>
  )
}
