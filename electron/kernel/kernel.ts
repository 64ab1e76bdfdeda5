// The kernel: spawns actors by name, stops and restarts them, and tells observers what becomes of them.
import { type Cell, createCell } from './cell.ts'
import { systemClock } from './clock.ts'
import { createEventBus } from './event-bus.ts'
import type { Clock, Kernel, KernelEvent } from './types.ts'

export interface KernelOptions {
  clock?: Clock
  /** Hears of an observer that threw. Must not throw itself. */
  onFault?(thrown: unknown): void
}

export function createKernel({ clock = systemClock, onFault = () => {} }: KernelOptions = {}): Kernel {
  const bus = createEventBus<{ event: KernelEvent }>((_, thrown) => onFault(thrown))
  const cells = new Map<string, Cell>()
  const emit = (event: KernelEvent) => bus.emit('event', event)
  let isClosed = false

  return {
    spawn(name, options) {
      if (isClosed) throw new Error(`${name} cannot be spawned: the kernel is closed`)
      if (cells.has(name)) throw new Error(`${name} cannot be spawned: the name is taken`)
      const { ref, cell } = createCell(name, options, { clock, emit, left: () => cells.delete(name) })
      cells.set(name, cell)
      emit({ type: 'spawned', name })
      return ref
    },
    async stop(name) {
      await cells.get(name)?.stop()
    },
    restart: (name) => cells.get(name)?.restart() ?? false,
    snapshot: () => [...cells.values()].map((cell) => cell.snapshot()),
    observe: (listener) => bus.on('event', listener),
    async close() {
      isClosed = true
      await Promise.all([...cells.values()].map((cell) => cell.stop()))
    },
  }
}
