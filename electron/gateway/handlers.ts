// Every channel's handler: one service call each.

import type { Attachment } from '../../shared/attachment.ts'
import { ExpectedFailure } from '../../shared/failure.ts'
import type { ImportProgress } from '../../shared/importing.ts'
import type { Handlers, Notice } from '../../shared/ipc.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { QueueChange, Services } from '../contracts.ts'
import { createAttachmentHandlers } from './attachments.ts'
import { backUp, restoreIfAgreed } from './backups.ts'
import { createBulk } from './bulk.ts'
import { createFolders, setModeIfAgreed } from './folders.ts'
import { createGoing } from './going.ts'
import { exportLedger } from './ledger-export.ts'
import { createModelHandlers } from './models.ts'
import { createServerHandlers } from './servers.ts'
import { exportSession } from './session-export.ts'
import { createSkillInstallHandlers } from './skill-installs.ts'
import { createSkillHandlers } from './skills.ts'
import { createTourHandlers } from './tour.ts'
import { createTried } from './tried.ts'
import { createUnread } from './unread.ts'
import { createVisibleFolders } from './visible-folders.ts'
import { createWithoutSandbox } from './without-sandbox.ts'

export function createHandlers(
  services: Services,
  platform: 'linux' | 'darwin' | 'win32',
  windowNotices: () => readonly Notice[] = () => [],
  onYield: (() => void) | null = null,
): Handlers {
  const {
    home,
    settings,
    models,
    sessions,
    doctor,
    exporting,
    search,
    importing,
    mounts,
    backup,
    activity,
    sandbox,
    policy,
    ledger,
    checkpoints,
    events,
    surroundings,
  } = services

  function surface() {
    if (!services.surface) throw new ExpectedFailure('denied', messages.failures.notInThisFront)
    return services.surface
  }
  const going = createGoing(services)
  const bulk = createBulk(services, going)
  const unread = createUnread(services)
  const tried = createTried(services, going)
  const folders = createFolders(services)
  const visible = createVisibleFolders(services)
  const attaching = createAttachmentHandlers({ ...services, folders }, surface)
  const withoutSandbox = createWithoutSandbox(services)
  function requireIdle(sessionId: string) {
    if (sessions.isRunning(sessionId)) throw new ExpectedFailure('busy', messages.changes.sessionRunning)
  }
  async function queueChange(sessionId: string, change: QueueChange) {
    await sessions.queue.change(sessionId, change)
    return {}
  }

  return {
    'app.state': async () => {
      // What it names as the last session is none of those.
      await tried.cleared
      return {
        version: surroundings.appVersion,
        home: home.path,
        platform,
        settings: settings.current(),
        host: models.current(),
        readOnly: home.readOnly,
        notices: [...settings.notices, ...windowNotices()],
        drafts: settings.desk.drafts(),
        attached: Object.fromEntries(Object.entries(settings.desk.attached()).map(([key, list]) => [key, [...list]])),
        lastSessionId: settings.desk.lastSessionId(),
        isPanelShown: settings.desk.isPanelShown(),
        listView: settings.desk.listView(),
        isWelcomed: settings.desk.isWelcomed(),
      }
    },
    'app.check': async ({ progressId }, signal) =>
      await doctor.check(signal, (progress) => {
        if (progressId !== undefined) events.emit('check.progress', { progressId, ...progress })
      }),
    'activity.list': async () => activity.list(),
    'activity.restart': async ({ name }) => ({ restarted: activity.restart(name) }),
    'activity.stop': async ({ name }) => {
      await activity.stop(name)
      return {}
    },
    'sandbox.seal': async () => sandbox.seal(),
    'sandbox.prove': async (_input, signal) => await sandbox.prove(signal),
    'sandbox.folders': async () => ({ folders: await visible.list() }),
    'sandbox.hideFolder': async ({ folder }) => ({ folders: await visible.hide(folder) }),
    'settings.update': async (patch) => await settings.update(patch),
    'terminal.updateSettings': async ({ visibleFolders: chosen, ...patch }) =>
      await settings.update({ ...patch, ...(chosen && { visibleFolders: await visible.judged(chosen) }) }),
    'sessions.list': async ({ filter }) => ({ ...(await sessions.list(filter)), unread: [...unread.list()] }),
    'sessions.open': async ({ sessionId, allBranches, slice }) =>
      await sessions.open(sessionId, { allBranches, slice }),
    'sessions.find': async ({ sessionId, text, branch }, signal) =>
      await sessions.find(sessionId, text, branch, signal),
    'sessions.output': async ({ sessionId, entryId, from }) => await sessions.output(sessionId, entryId, from),
    'sessions.switch': async ({ sessionId, entryId }) => await sessions.switchTo(sessionId, entryId),
    'sessions.hide': async ({ sessionId, entryId, hidden, slice }) =>
      await sessions.hide(sessionId, entryId, hidden, slice),
    'sessions.replayPairs': async ({ sessionId, from }) => await sessions.replayPairs(sessionId, from),
    'sessions.replay': async ({ sessionId, model }) => await sessions.replay(sessionId, model, null),
    'terminal.replay': async ({ sessionId, model, host }) => await sessions.replay(sessionId, model, host),
    'sessions.fork': async ({ sessionId, entryId }) => await sessions.fork(sessionId, entryId),
    'sessions.repair': async ({ sessionId }) => await sessions.repair(sessionId),
    'sessions.export': async ({ sessionId, format }) => {
      const bytes = await exporting.bytesOf(sessionId, format)
      return { base64: Buffer.from(bytes).toString('base64') }
    },
    'search.query': async ({ settle, ...query }, signal) => {
      // Logs that are mounted may say more by now. Only who waits for everything waits for that.
      const looked = mounts.refresh(signal).then(
        (hasChanged) => hasChanged && search.wake(),
        () => undefined,
      )
      if (settle) await looked
      return await search.query(query, signal, { ...(settle !== undefined && { settle }) })
    },
    'index.status': async () => await search.status(),
    'index.rebuild': async (_input, signal) => await search.rebuild(signal),
    'terminal.import': async ({ paths, from, progressId }, signal) =>
      await importing.importFrom(paths, from, signal, (progress) => {
        if (progressId !== undefined) events.emit('import.progress', { progressId, ...progress })
      }),
    'logs.list': async () => ({ mounts: await mounts.list() }),
    'terminal.mountLogs': async ({ path, from }, signal) => {
      const list = await mounts.mount(path, from, signal)
      search.wake()
      return { mounts: list }
    },
    'terminal.unmountLogs': async ({ path }, signal) => {
      const list = await mounts.unmount(path, signal)
      search.wake()
      return { mounts: list }
    },
    'sessions.importedFrom': async ({ sessionId }) => {
      const found = await sessions.importedFrom(sessionId)
      return { imported: found && { from: found.from, path: found.path, folder: found.folder } }
    },
    'sessions.folder': async ({ sessionId }, signal) => ({ folder: await sessions.folderOf(sessionId, signal) }),
    'sessions.setDialect': async ({ sessionId, dialect }) => {
      await sessions.setDialect(sessionId, dialect)
      return {}
    },
    'sessions.setAnswers': async ({ sessionId, answers }) => {
      await sessions.setAnswers(sessionId, answers)
      return {}
    },
    'sessions.context': async ({ sessionId, model }, signal) => await sessions.context(sessionId, model, signal),
    'sessions.takeWindow': async ({ sessionId, model }, signal) => {
      await sessions.takeWindow(sessionId, model, signal)
      return {}
    },
    'sessions.trustFolder': async ({ sessionId, trusted }) => {
      await sessions.trustFolder(sessionId, trusted)
      return {}
    },
    'sessions.rename': async ({ sessionId, title }) => await sessions.rename(sessionId, title),
    'sessions.suggestTitle': async ({ sessionId }, signal) => await sessions.suggestTitle(sessionId, signal),
    'sessions.archive': async ({ sessionId }) => await sessions.archive(sessionId),
    'sessions.restore': async ({ sessionId }) => await sessions.restore(sessionId),
    'sessions.pin': async ({ sessionId, pinned }) => await sessions.pin(sessionId, pinned),
    'sessions.delete': async ({ sessionId }) => {
      await going.intoTrash(sessionId)
      return {}
    },
    'sessions.bulk': async ({ act, sessionIds }, signal) => await bulk.perform(act, sessionIds, signal),
    'sessions.looked': async ({ sessionId }) => {
      await unread.looked(sessionId)
      return {}
    },
    'terminal.deleteForGood': async ({ sessionId }) => {
      await going.forGood(sessionId)
      return {}
    },
    'trash.list': async () => ({ trash: await sessions.trash.list() }),
    'trash.restore': async ({ sessionId }) => await sessions.trash.restore(sessionId),
    'terminal.emptyTrash': async () => await going.empty(),
    'chat.send': async ({ mode, ...input }) => {
      if (services.surface && input.workspace !== null) folders.require(input.workspace)
      const attachments = await attaching.require(input.attachments)
      const sent = await sessions.send({ ...input, attachments, beginsIn: mode })
      if (services.surface && input.sessionId === null && input.onlySkill !== undefined)
        await tried.begun(sent.sessionId)
      if (services.surface && input.workspace !== null) await folders.used(input.workspace)
      // Before the answer: a window that is killed right now opens this session again.
      if (services.surface) await settings.desk.rememberSession(sent.sessionId).catch(() => undefined)
      return sent
    },
    'terminal.send': async ({ attach = [], ...input }, signal) => {
      const { sessionId } = input
      const send = async (attachments: Attachment[]) => await sessions.send({ ...input, attachments, isHeadless: true })
      if (attach.length === 0) return await send([])
      const workspace =
        sessionId === null ? input.workspace : ((await sessions.folderOf(sessionId, signal))?.path ?? null)
      return await attaching.withPaths(attach, workspace, send, signal)
    },
    'terminal.ask': async ({ mode, ...input }) => await sessions.send({ ...input, beginsIn: mode }),
    'terminal.setMode': async ({ sessionId, mode }) => {
      await sessions.setMode(sessionId, mode)
      return {}
    },
    'owner.yield': async () => {
      onYield?.()
      return { yields: onYield !== null }
    },
    'terminal.folder': async ({ path }, signal) => ({
      folder: await sessions.lookAtFolder(path, signal),
      refused: await sessions.refusedFolder(path),
    }),
    'approval.decide': async ({ sessionId, ...answer }, signal) => {
      const isConfirmed = await withoutSandbox.isConfirmed(sessionId, answer, surface, signal)
      await sessions.decide(sessionId, { ...answer, isConfirmed })
      return {}
    },
    'chat.edit': async (input) => await sessions.edit(input),
    'chat.retry': async ({ sessionId, model, entryId }) => await sessions.retry(sessionId, model, entryId ?? null),
    'sessions.compact': async ({ sessionId, ...options }) => await sessions.compact(sessionId, options),
    'chat.stop': async ({ sessionId }) => ({ stopped: await sessions.stop(sessionId) }),
    'queue.add': async ({ sessionId, attachments: named, ...message }) => {
      await attaching.require(named)
      const attachments = named && named.length > 0 ? { attachments: named } : {}
      return await sessions.queue.add(sessionId, { ...message, ...attachments })
    },
    'queue.edit': async ({ sessionId, id, text, attachments }) => {
      await attaching.require(attachments)
      return await queueChange(sessionId, { do: 'edit', id, text, ...(attachments && { attachments }) })
    },
    'queue.move': async ({ sessionId, id, to }) => await queueChange(sessionId, { do: 'move', id, to }),
    'queue.remove': async ({ sessionId, id }) => await queueChange(sessionId, { do: 'remove', id }),
    'queue.correct': async ({ sessionId, id }) => await queueChange(sessionId, { do: 'correct', id }),
    'queue.sendNow': async ({ sessionId, id, model }) => await sessions.queue.sendNow(sessionId, id, model),
    'rules.list': async () => ({ rules: [...(await policy.rules())] }),
    'rules.revoke': async ({ id }) => ({ revoked: await policy.revoke(id) }),
    'ledger.list': async (filter) => ({ ...(await ledger.list(filter)), fault: ledger.fault() }),
    'changes.list': async ({ sessionId: named }) => {
      const sessionId = named ?? (await checkpoints.latest())
      return { sessionId, runs: sessionId === null ? [] : [...(await checkpoints.list(sessionId))] }
    },
    'changes.undo': async ({ sessionId, runId }) => {
      requireIdle(sessionId)
      return await checkpoints.undo(sessionId, runId)
    },
    'changes.redo': async ({ sessionId, runId }) => {
      requireIdle(sessionId)
      return await checkpoints.redo(sessionId, runId)
    },
    'sessions.rewind': async ({ sessionId, entryId, files }) => await sessions.rewind(sessionId, entryId, files),
    'drafts.write': async ({ key, text }) => {
      if (text === '' || !(await going.isGone(key))) await settings.desk.writeDraft(key, text)
      return {}
    },
    'window.remember': async ({ lastSessionId }) => {
      tried.shows(lastSessionId)
      await settings.desk.rememberSession(lastSessionId)
      return {}
    },
    'window.rememberList': async (view) => {
      await settings.desk.rememberListView(view)
      return {}
    },
    'window.rememberPanel': async ({ isShown }) => {
      await settings.desk.rememberPanel(isShown)
      return {}
    },
    'window.rememberWelcome': async () => {
      await settings.desk.rememberWelcome()
      return {}
    },
    'window.emptyTrash': async (_input, signal) => await going.emptyIfAgreed(surface(), signal),
    'window.chooseFolder': async (_input, signal) => await folders.choose(surface(), signal),
    'window.folders': async () => ({ folders: await folders.recent() }),
    'window.setMode': async (input, signal) => ({
      agreed: await setModeIfAgreed(sessions, surface(), input, signal),
    }),
    'window.addVisibleFolder': async (_input, signal) => await visible.add(surface(), signal),
    'window.unhideFolder': async ({ folder }, signal) => await visible.unhide(surface(), folder, signal),
    'window.setCommandsWithoutSandbox': async ({ on }, signal) => ({
      agreed: await withoutSandbox.setAllowed(on, surface(), signal),
    }),
    'window.exportSession': async ({ sessionId }, signal) =>
      await exportSession(services, surface(), sessionId, signal),
    'window.exportSessions': async ({ sessionIds, format }, signal) =>
      await bulk.export(surface(), sessionIds, format, signal),
    'terminal.backup': async ({ path, progressId }, signal) =>
      await backup.write(path, { mayReplace: false, progressId }, signal),
    'window.backup': async ({ progressId }, signal) => ({
      written: await backUp(services, surface(), progressId, signal),
    }),
    'window.restoreBackup': async ({ progressId }, signal) => ({
      begins: await restoreIfAgreed(services, surface(), progressId, signal),
    }),
    'window.importSessions': async ({ what, progressId }, signal) => {
      const paths = await surface().chooseLogs(what, signal)
      if (paths.length === 0) return { report: null }
      const onProgress = (progress: ImportProgress) => events.emit('import.progress', { progressId, ...progress })
      return { report: await importing.importFrom(paths, 'auto', signal, onProgress) }
    },
    'window.exportLedger': async (filter, signal) => await exportLedger(services, surface(), filter, signal),
    'window.openLink': async ({ url }) => ({ opened: await surface().openLink(url) }),
    'window.showDataFolder': async () => {
      await surface().showFolder(home.path)
      return {}
    },
    ...createModelHandlers(services, surface),
    ...createServerHandlers(services, surface),
    ...attaching.handlers,
    ...createSkillHandlers(services, surface),
    ...createSkillInstallHandlers(services.skills, surface),
    ...createTourHandlers(services),
  }
}
