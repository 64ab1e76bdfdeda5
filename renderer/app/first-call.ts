// Imported before what draws the window: the main process answers while the rest of the script is evaluated.
import { createBridge } from './bridge.ts'

const wire = window.carrelWire

/** null when the page was opened without Carrel around it. */
export const first = wire ? begin(createBridge(wire)) : null

function begin(bridge: ReturnType<typeof createBridge>) {
  return { bridge, state: bridge.call('app.state', {}) }
}
