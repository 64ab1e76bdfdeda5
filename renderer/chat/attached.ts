// What is attached to the unsent texts, as this window knows it; the main process keeps it.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { NamedAttachment } from '../../shared/attachment.ts'
import type { Answer } from '../../shared/failure.ts'
import type { Output } from '../../shared/ipc.ts'
import type { Bridge } from '../app/bridge.ts'

export interface AttachedState {
  /** By the key of the draft. */
  lists: Readonly<Record<string, readonly NamedAttachment[]>>
  /** How many are being read now, by the same keys. */
  coming: Readonly<Record<string, number>>
  /** Why something was not attached, by the same keys. */
  refused: Readonly<Record<string, readonly string[]>>
}

export interface Attached {
  store: StoreApi<AttachedState>
  read(key: string): readonly NamedAttachment[]
  /** Bytes that were pasted or dropped, pictures made smaller first. */
  /** `workspace` is the folder of a session that has not begun. */
  addFiles(key: string, files: readonly File[], workspace: string | null): Promise<void>
  /** The person chooses natively; `workspace` is the folder of a session that has not begun. */
  choose(key: string, what: 'files' | 'folder', workspace: string | null): Promise<void>
  /** What stays attached, in this order. */
  set(key: string, list: readonly NamedAttachment[]): Promise<void>
  forgetRefusals(key: string): void
  picture(blob: string): Promise<Answer<Output<'attachments.picture'>>>
}

export const noneAttached: readonly NamedAttachment[] = []

export function createAttached(
  bridge: Bridge,
  kept: Readonly<Record<string, readonly NamedAttachment[]>>,
  /** Where a dropped file lies; empty when that is not known. */
  pathOf: (file: File) => string,
): Attached {
  const store = createStore<AttachedState>(() => ({ lists: kept, coming: {}, refused: {} }))
  const { getState: state, setState: set } = store
  const take = (key: string, list: readonly NamedAttachment[]) =>
    set(({ lists }) => ({ lists: { ...lists, [key]: list } }))
  const refuse = (key: string, sentences: readonly string[]) =>
    set(({ refused }) => ({ refused: { ...refused, [key]: [...(refused[key] ?? []), ...sentences] } }))
  const count = (key: string, more: number) =>
    set(({ coming }) => ({ coming: { ...coming, [key]: (coming[key] ?? 0) + more } }))

  async function addFiles(key: string, files: readonly File[], workspace: string | null): Promise<void> {
    count(key, files.length)
    // At once: what is known of a dropped file is forgotten with the event.
    const paths = files.map(pathOf)
    const { sendable } = await import('./attachments/sendable.ts')
    // One after the other: they keep their order, and only one is in memory.
    for (const [at, file] of files.entries()) {
      const made = await sendable(file)
      const path = paths[at] ?? ''
      if ('bytes' in made) settle(key, await bridge.call('attachments.add', { key, ...made.bytes }))
      else if (made.isFolder && path !== '')
        settle(key, await bridge.call('attachments.folder', { key, path, workspace }))
      else refuse(key, [made.refused])
      count(key, -1)
    }
  }

  function settle(key: string, answer: Answer<Output<'attachments.add'>>): void {
    if (answer.ok) take(key, answer.value.attached)
    else refuse(key, [answer.failure.message])
  }

  return {
    store,
    read: (key) => state().lists[key] ?? noneAttached,
    addFiles,
    async choose(key, what, workspace) {
      const answer = await bridge.call('window.chooseAttachments', { key, what, workspace })
      if (!answer.ok) return refuse(key, [answer.failure.message])
      take(key, answer.value.attached)
      refuse(
        key,
        answer.value.refused.map(({ message }) => message),
      )
      if (answer.value.pictures.length === 0) return
      const { fileOf } = await import('./attachments/sendable.ts')
      await addFiles(key, answer.value.pictures.map(fileOf), workspace)
    },
    async set(key, list) {
      take(key, list)
      const answer = await bridge.call('attachments.set', { key, attached: [...list] })
      if (!answer.ok) refuse(key, [answer.failure.message])
    },
    forgetRefusals: (key) => set(({ refused }) => ({ refused: { ...refused, [key]: [] } })),
    picture: (blob) => bridge.call('attachments.picture', { blob }),
  }
}
