// The whole window: puts the rooms together and leads from one to the other.
import { Suspense, useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import { defaultModel } from '../../shared/limits.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { HostState } from '../../shared/model.ts'
import { tourModel } from '../../shared/tour-names.ts'
import { ActivityPage } from '../activity/index.ts'
import { ChatPage, newDraft, SessionPanel, useImported } from '../chat/index.ts'
import { FirstRun } from '../first-run/index.ts'
import { ImportPage } from '../importing/index.ts'
import { LedgerPage } from '../ledger/index.ts'
import {
  addressBeyond,
  chattingModels,
  chooseModel,
  findModel,
  isMissing,
  ModelPicker,
  ModelsPage,
  refusal,
  SelfTestBadges,
  ServerLine,
  serverTrouble,
  shortAddress,
} from '../models/index.ts'
import { SearchPlace } from '../search/index.ts'
import { SettingsPage } from '../settings/index.ts'
import { SessionSkills, SkillsPage, skillsOfSession } from '../skills/index.ts'
import { ScriptChip, TourGuide } from '../tour/index.ts'
import { TrashPage } from '../trash/index.ts'
import { CopyFailure } from '../ui/copy-button.tsx'
import { ErrorBoundary } from '../ui/error-boundary.tsx'
import { ToastRegion } from '../ui/toasts.tsx'
import { useMedia } from '../ui/use-media.ts'
import { applyAppearance } from './appearance.ts'
import { Frame, narrowPanel, narrowWindow, PanelButton, SidebarButton } from './frame.tsx'
import type { House } from './house.ts'
import { WindowLines } from './lines.tsx'
import { useShortcuts } from './shortcuts.ts'
import { Sidebar } from './sidebar.tsx'

export function App({ house }: { house: House }) {
  const { app, chat, bridge } = house
  const state = useStore(app.store)
  const { settings, host, readOnly, place } = state
  const sessionId = useStore(chat.store, (each) => each.sessionId)
  const session = useStore(chat.store, (each) => each.session)
  const hasTrash = useStore(house.trash.store, (each) => each.trashed.length > 0)
  const isFirstRun = useStore(house.sessions.store, (each) => each.isLoaded && each.sessions.length === 0) && !hasTrash
  /** Nothing was done here yet, but perhaps a tour. */
  const isUnused =
    useStore(house.sessions.store, (each) => each.isLoaded && each.sessions.every((one) => one.model === tourModel)) &&
    !hasTrash
  const runningModel = useStore(chat.store, ({ live }) => (live && !live.end ? live.run.model : ''))
  const isNarrow = useMedia(narrowWindow(settings.textSize))
  const isPanelOver = useMedia(narrowPanel(settings.textSize, !isNarrow && state.isSidebarShown))
  const isMac = state.platform === 'darwin'
  const modifier = isMac ? words.modifiers.mac : words.modifiers.other
  const key = sessionId ?? newDraft
  const imported = useImported(chat, sessionId)
  // The model of another program is nobody's wish here; an own one that is not installed is for the person to see.
  const sessionModel = imported && isMissing(host, session?.model ?? '') ? null : (session?.model ?? null)
  const picked = state.picked.get(key) ?? null
  const model = chooseModel({ picked, session: runningModel || sessionModel, setting: settings.model }, host)
  const shownModel = model ?? defaultModel
  const isTour = sessionId !== null && model === tourModel
  /** Of the next session that is none. */
  const usualModel = isTour ? chooseModel({ picked: null, session: null, setting: settings.model }, host) : model
  const installed = findModel(host, shownModel)
  const isStuck = serverTrouble(host) !== 'fine' && !state.wentOn && readOnly === null
  const isNew = !state.isWelcomed && readOnly === null
  const isListed = useStore(house.sessions.store, (each) => each.isLoaded)
  const isWelcome = isNew && (isUnused || !isListed)
  const isFirstPage = (isStuck || isWelcome) && sessionId === null && place === 'chat'
  const look = () => void app.look()
  const sessionSkills = useStore(chat.store, (each) => each.skills)
  const tried = useStore(chat.store, (each) => each.choice.onlySkill)
  const onlySkill = sessionId === null ? tried : sessionSkills.only
  const begun = useStore(chat.store, (each) => each.choice.skills)
  const skillChoices = sessionId === null ? begun : sessionSkills.choices
  const library = useStore(house.skills.store, (each) => each.library)
  const slash = useMemo(
    () => skillsOfSession(library?.skills ?? [], skillChoices, onlySkill).filter(({ isOn }) => isOn),
    [library, skillChoices, onlySkill],
  )

  useShortcuts(house, { isNarrow, isPanelOver, isMac })
  useEffect(() => applyAppearance(settings), [settings])
  useEffect(() => {
    const name = place === 'chat' ? session?.title : words[place].title
    document.title = name ? words.windowTitle(name) : words.appName
  }, [place, session?.title])

  const barStart = isFirstPage && isFirstRun ? null : <SidebarButton house={house} isNarrow={isNarrow} />
  const sidebar = (
    <ErrorBoundary sentence={words.broken} again={words.tryAgain}>
      <Sidebar house={house} model={usualModel ?? defaultModel} modifier={modifier} isMac={isMac} />
    </ErrorBoundary>
  )
  return (
    <CopyFailure value={words.couldNotCopy}>
      <ToastRegion toasts={house.toasts} label={words.toasts} close={words.dismiss}>
        <Frame
          house={house}
          isNarrow={isNarrow}
          sidebar={isFirstPage && isFirstRun ? null : sidebar}
          panel={
            place === 'chat' && !isFirstPage ? (
              <ErrorBoundary sentence={words.broken} again={words.tryAgain} resetKey={key}>
                <Suspense>
                  <SessionPanel
                    mayRunWithout={settings.commandsWithoutSandbox}
                    key={key}
                    bridge={bridge}
                    chat={chat}
                    isReadOnly={readOnly !== null}
                    toFocus={state.toPanel}
                    onClose={() => house.togglePanel(isPanelOver)}
                    answerFacts={{
                      model: shownModel,
                      installed: installed ?? null,
                      usualThink: settings.think,
                      chosenWindow: settings.windows[shownModel] ?? null,
                      templates: settings.promptTemplates,
                      badges: (
                        <Suspense>
                          <SelfTestBadges
                            bridge={bridge}
                            model={shownModel}
                            digest={installed?.digest ?? null}
                            isReadOnly={readOnly !== null}
                          />
                        </Suspense>
                      ),
                    }}
                  />
                </Suspense>
              </ErrorBoundary>
            ) : null
          }
          isPanelOver={isPanelOver}
          lines={<WindowLines app={app} />}
        >
          <ErrorBoundary sentence={words.broken} again={words.tryAgain} resetKey={`${place} ${key}`}>
            <Suspense>
              {place === 'settings' ? (
                <SettingsPage
                  bridge={bridge}
                  settings={settings}
                  host={host}
                  home={state.home}
                  version={state.version}
                  modifier={modifier}
                  isLooking={state.isLooking}
                  barStart={barStart}
                  onLook={look}
                  onOpenSession={house.openSession}
                  onOpenLedger={() => app.go('ledger')}
                  onImport={() => app.go('import')}
                  sessionTitle={house.titleOf}
                  update={app.update}
                />
              ) : place === 'activity' ? (
                <ActivityPage
                  bridge={bridge}
                  barStart={barStart}
                  sessionTitle={(id) =>
                    house.sessions.store.getState().sessions.find((one) => one.id === id)?.title ?? null
                  }
                />
              ) : place === 'search' ? (
                <SearchPlace
                  search={house.search}
                  barStart={barStart}
                  toField={state.toSearch}
                  onOpen={house.openHit}
                />
              ) : place === 'skills' ? (
                <SkillsPage
                  skills={house.skills}
                  barStart={barStart}
                  isReadOnly={readOnly !== null}
                  toField={state.toSkills}
                  onOpenUse={house.openSession}
                  onTry={house.trySkill}
                />
              ) : place === 'ledger' ? (
                <LedgerPage
                  bridge={bridge}
                  barStart={barStart}
                  sessionTitle={house.titleOf}
                  onOpenSession={house.openSession}
                />
              ) : place === 'models' ? (
                <ModelsPage
                  bridge={bridge}
                  host={host}
                  model={chooseModel({ picked: null, session: null, setting: settings.model }, host)}
                  windows={settings.windows}
                  isLooking={state.isLooking}
                  isReadOnly={readOnly !== null}
                  barStart={barStart}
                  onLook={look}
                  onSettings={house.openSettings}
                  update={app.update}
                />
              ) : place === 'import' ? (
                <ImportPage
                  bridge={bridge}
                  barStart={barStart}
                  isReadOnly={readOnly !== null}
                  onOpen={house.openSession}
                />
              ) : place === 'trash' ? (
                <TrashPage
                  trash={house.trash}
                  barStart={barStart}
                  isReadOnly={readOnly !== null}
                  onOpen={house.openSession}
                />
              ) : (
                <ChatPage
                  bridge={bridge}
                  chat={chat}
                  model={model}
                  models={chattingModels(host).map(({ name }) => name)}
                  seesPictures={seesPictures(host, shownModel)}
                  seeing={chattingModels(host).find(({ name }) => seesPictures(host, name))?.name ?? null}
                  onUseModel={(wished) => app.pick(key, wished)}
                  sendWith={settings.sendWith}
                  modifier={modifier}
                  isMac={isMac}
                  isReadOnly={readOnly !== null}
                  barStart={barStart}
                  barEnd={
                    <PanelButton house={house} isPanelOver={isPanelOver} shortcut={words.shortcut(modifier, 'I')} />
                  }
                  onShowPanel={() => house.callPanel(isPanelOver)}
                  lines={
                    <>
                      {sessionId === null && <p className="dock-note">{words.leaves(addressBeyond(host))}</p>}
                      {isTour ? (
                        <TourGuide
                          key={sessionId}
                          bridge={bridge}
                          chat={chat}
                          sessionId={sessionId}
                          onSearch={house.openSearch}
                          onBegun={house.openSession}
                          onEnded={house.beginSession}
                        />
                      ) : (
                        <ServerLine host={host} isLooking={state.isLooking} onLook={look} />
                      )}
                    </>
                  }
                  picker={
                    isTour ? (
                      <ScriptChip />
                    ) : (
                      <ModelPicker
                        bridge={bridge}
                        host={host}
                        model={shownModel}
                        onPick={(wished) => app.pick(key, wished)}
                      />
                    )
                  }
                  first={
                    isFirstPage && isWelcome && !isListed ? (
                      // Whether anybody was here before is known in a moment.
                      <div className="first" aria-busy="true" />
                    ) : isFirstPage ? (
                      <FirstRun
                        bridge={bridge}
                        host={host}
                        trouble={serverTrouble(host)}
                        address={shortAddress(host.host)}
                        reason={refusal(host)}
                        platform={state.platform}
                        isWelcome={isWelcome}
                        savedHost={settings.host}
                        isLooking={state.isLooking}
                        onLook={look}
                        update={app.update}
                        onTour={house.openSession}
                        onSettings={house.openSettings}
                        onGoOn={() => {
                          app.store.setState({ wentOn: true })
                          app.welcome()
                          chat.focusComposer()
                        }}
                        onFolder={house.beginIn}
                      />
                    ) : null
                  }
                  skills={
                    library && (
                      <SessionSkills
                        skills={house.skills}
                        sessionId={sessionId}
                        choices={skillChoices}
                        onBegin={house.beginWithSkill}
                        only={onlySkill}
                        onNotOnly={sessionId === null && tried !== null ? house.tryNone : null}
                        notNow={readOnly === null ? undefined : readOnly.message}
                        onManage={house.openSkills}
                      />
                    )
                  }
                  slash={slash}
                  onRestore={(id) => void house.sessions.restore(id)}
                />
              )}
            </Suspense>
          </ErrorBoundary>
        </Frame>
      </ToastRegion>
    </CopyFailure>
  )
}

/** Of a server too old to say what its models can do, nobody knows. */
function seesPictures({ models }: HostState, name: string): boolean | null {
  const capabilities = models.find((one) => one.name === name)?.capabilities ?? []
  return capabilities.length === 0 ? null : capabilities.includes('vision')
}
