// The entry of the window: finds the wire to the main process and shows the app.
import './app/no-eval.ts'
import { CSPProvider } from '@base-ui/react/csp-provider'
import { createRoot } from 'react-dom/client'
import './ui/tokens.css'
import './ui/fonts.css'
import './ui/base.css'
import { createBridge } from './app/bridge.ts'
import { NoBridge, Start } from './app/start.tsx'

const place = document.getElementById('root')
const wire = window.carrelWire
if (place) {
  createRoot(place).render(
    <CSPProvider disableStyleElements>{wire ? <Start bridge={createBridge(wire)} /> : <NoBridge />}</CSPProvider>,
  )
}
