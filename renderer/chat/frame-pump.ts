// Takes frames of running answers, applies them in the next animation frame, and says that they are painted.
import type { RunFrame } from '../../shared/run.ts'
import type { Bridge } from '../app/bridge.ts'

/** Every frame is answered, also one nobody looks at: the main process holds back the next one until then. */
export function startFramePump(bridge: Bridge, apply: (frame: RunFrame) => void): () => void {
  let waiting: RunFrame[] = []
  let request: number | undefined

  function flush() {
    request = undefined
    const frames = waiting
    waiting = []
    for (const frame of frames) {
      apply(frame)
      bridge.painted()
    }
  }

  const stop = bridge.on('run.frame', (frame) => {
    waiting.push(frame)
    request ??= requestAnimationFrame(flush)
  })
  return () => {
    stop()
    if (request !== undefined) cancelAnimationFrame(request)
  }
}
