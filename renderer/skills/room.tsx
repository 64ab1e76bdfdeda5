// What the model's window has no room for: nothing is left out in silence.
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { skillsPage as words } from '../../shared/messages/skills-window.ts'
import type { SkillRoom } from '../../shared/skills.ts'
import { Icon } from '../ui/icon.tsx'
import { wholeNumber } from '../ui/moments.ts'
import type { Skills } from './skills-store.ts'

export function Room({ skills }: { skills: Skills }) {
  const library = useStore(skills.store, (each) => each.library)
  const [room, setRoom] = useState<SkillRoom | null>(null)
  // With the library: what is on has changed, or what it says.
  useEffect(() => {
    if (library === null) return
    const own = new AbortController()
    void skills.bridge.call('skills.room', {}, own.signal).then((answer) => {
      // Without an answer nothing is said: the answer to a question says it as well.
      if (!own.signal.aborted) setRoom(answer.ok ? answer.value : null)
    })
    return () => own.abort()
  }, [skills, library])
  if (room === null || room.shortened.length + room.bare.length + room.unnamed.length === 0) return null
  const { model, shortened, bare, unnamed } = room
  const cut = words.room.cut(shortened.length, bare.length, unnamed.length)
  return (
    <p className="shelf-room" role="status" title={[...shortened, ...bare, ...unnamed].join(', ')}>
      <Icon name="warn" small />
      <span>{words.room.say(model, wholeNumber(room.characters), wholeNumber(room.wanted), cut)}</span>
    </p>
  )
}
