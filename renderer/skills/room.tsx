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
  const [room, setRoom] = useState<SkillRoom | 'unknown' | null>(null)
  const [looks, setLooks] = useState(0)
  useEffect(() => skills.bridge.on('models.changed', () => setLooks((before) => before + 1)), [skills])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is on has changed, or what it says, or who is told of it
  useEffect(() => {
    if (library === null) return
    const own = new AbortController()
    void skills.bridge.call('skills.room', {}, own.signal).then((answer) => {
      if (own.signal.aborted) return
      // Without an answer from here the answer to a question says it as well.
      setRoom(answer.ok ? answer.value : answer.failure.code === 'unavailable' ? 'unknown' : null)
    })
    return () => own.abort()
  }, [skills, library, looks])
  if (room === 'unknown') {
    const isAnyOn = library?.skills.some(({ state }) => state === 'on') === true
    return isAnyOn ? <p className="shelf-room faint">{words.room.unknown}</p> : null
  }
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
