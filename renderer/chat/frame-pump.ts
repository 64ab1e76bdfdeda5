// Takes frames of running answers, applies them in the next animation frame, and says that they are painted.
import type { RunFrame } from '../../shared/run.ts'
import type { Bridge } from '../app/bridge.ts'

/** Every frame is answered, also one nobody looks at: the main process holds back the next one until then. */
export function startFramePump(bridge: Bridge, apply: (frame: RunFrame) => void): { flush(): void } {
  let waiting: RunFrame[] = []
  let isAsked = false

  function flush() {
    isAsked = false
    const frames = waiting
    waiting = []
    for (const frame of frames) {
      apply(frame)
      bridge.painted()
    }
  }

  bridge.on('run.frame', (frame) => {
    waiting.push(frame)
    if (!isAsked) requestAnimationFrame(flush)
    isAsked = true
  })
  // At once, for what must not overtake the text before it.
  return { flush }
}
