// Typed events inside the main process: who emits does not know who listens.

export interface EventBus<Events> {
  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void
  /** Calls back for every event of this name until the returned function is called. */
  on<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): () => void
}

/** `onFault` hears of a listener that threw; the other listeners and the emitter go on. */
export function createEventBus<Events>(onFault: (name: keyof Events, thrown: unknown) => void): EventBus<Events> {
  const listeners = new Map<keyof Events, Set<(payload: never) => void>>()
  return {
    emit(name, payload) {
      // A copy, so that a listener may come or go while the event is on its way.
      for (const listener of [...(listeners.get(name) ?? [])]) {
        try {
          listener(payload as never)
        } catch (thrown) {
          onFault(name, thrown)
        }
      }
    },
    on(name, listener) {
      const known = listeners.get(name) ?? new Set()
      known.add(listener as (payload: never) => void)
      listeners.set(name, known)
      return () => known.delete(listener as (payload: never) => void)
    },
  }
}
