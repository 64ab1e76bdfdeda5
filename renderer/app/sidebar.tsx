// The sidebar: sessions above, places below.
import { useStore } from 'zustand'
import { listWords } from '../../shared/messages/session-list.ts'
import { window as words } from '../../shared/messages/window.ts'
import { chattingModels, isMissing, serverTrouble } from '../models/index.ts'
import { SessionsPanel } from '../sessions/index.ts'
import { Icon } from '../ui/icon.tsx'
import { wholeNumber } from '../ui/moments.ts'
import type { House } from './house.ts'

export function Sidebar(props: { house: House; model: string; modifier: string; isMac: boolean }) {
  const { house } = props
  const { place, readOnly, host } = useStore(house.app.store)
  const sessionId = useStore(house.chat.store, (state) => state.sessionId)
  const skills = useStore(
    house.skills.store,
    ({ library }) => library?.skills.filter(({ state }) => state !== 'refused').length ?? null,
  )
  const trashed = useStore(house.trash.store, (state) => state.trashed.length)
  return (
    <nav className="sidebar" aria-label={words.sidebar.label}>
      <SessionsPanel
        sessions={house.sessions}
        acts={house.acts}
        bulkActs={house.bulkActs}
        selectShortcut={words.shortcut(props.modifier, listWords.selectKey)}
        isMac={props.isMac}
        currentId={place === 'chat' ? sessionId : null}
        isReadOnly={readOnly !== null}
        models={chattingModels(host).map(({ name }) => name)}
        newShortcut={words.shortcut(props.modifier, words.sidebar.newKey)}
        searchShortcut={words.shiftShortcut(props.modifier, 'F')}
        showToast={house.toasts.show}
        onOpen={house.openSession}
        onNew={house.beginSession}
        onSearch={house.openSearch}
      />
      <ul className="places">
        <li>
          <button
            type="button"
            className="row"
            {...(place === 'skills' ? { 'aria-current': 'page' as const } : {})}
            onClick={house.openSkills}
          >
            <Icon name="book" />
            <span className="name">{words.skills.title}</span>
            {skills !== null && (
              <span className="num place-end">
                {wholeNumber(skills)}
                <span className="sr">{words.sidebar.skills(skills)}</span>
              </span>
            )}
          </button>
        </li>
        <li>
          <button
            type="button"
            className="row"
            {...(place === 'models' ? { 'aria-current': 'page' as const } : {})}
            onClick={() => house.app.go('models')}
          >
            <Icon name="chip" />
            <span className="name">{words.sidebar.model}</span>
            <span className="num cut place-end">{modelWords()}</span>
          </button>
        </li>
        <li>
          <button
            type="button"
            className="row"
            {...(place === 'activity' ? { 'aria-current': 'page' as const } : {})}
            onClick={() => house.app.go('activity')}
          >
            <Icon name="lines" />
            <span className="name">{words.sidebar.activity}</span>
          </button>
        </li>
        <li>
          <button
            type="button"
            className="row"
            {...(place === 'ledger' ? { 'aria-current': 'page' as const } : {})}
            onClick={() => house.app.go('ledger')}
          >
            <Icon name="crossing" />
            <span className="name">{words.ledger.title}</span>
          </button>
        </li>
        <li>
          <button
            type="button"
            className="row"
            {...(place === 'trash' ? { 'aria-current': 'page' as const } : {})}
            onClick={house.openTrash}
          >
            <Icon name="trash" />
            <span className="name">{words.sidebar.trash}</span>
            {trashed > 0 && (
              <span className="num place-end">
                {wholeNumber(trashed)}
                <span className="sr">{words.sidebar.trashed(trashed)}</span>
              </span>
            )}
          </button>
        </li>
        <li>
          <button
            type="button"
            className="row"
            {...(place === 'settings' ? { 'aria-current': 'page' as const } : {})}
            onClick={house.openSettings}
          >
            <Icon name="sliders" />
            <span className="name">{words.sidebar.settings}</span>
          </button>
        </li>
      </ul>
    </nav>
  )

  function modelWords(): string {
    switch (serverTrouble(host)) {
      case 'fine':
        return isMissing(host, props.model) ? words.sidebar.modelMissing(props.model) : props.model
      case 'no-models':
        return words.sidebar.noModel
      case 'away':
      case 'elsewhere':
      case 'denied':
      case 'not-ollama':
      case 'bad-address':
        return words.sidebar.noServer
    }
  }
}
