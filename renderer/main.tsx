// The entry of the window: finds the wire to the main process and shows the app.
import './app/no-eval.ts'
import { CSPProvider } from '@base-ui/react/csp-provider'
import { createRoot } from 'react-dom/client'
import { first } from './app/first-call.ts'
import './ui/tokens.css'
import './ui/fonts.css'
import './ui/base.css'
import { NoBridge, openHouse, Start } from './app/start.tsx'

const place = document.getElementById('root')
if (place) {
  createRoot(place).render(
    <CSPProvider disableStyleElements>
      {first ? <Start bridge={first.bridge} first={openHouse(first.bridge, first.state)} /> : <NoBridge />}
    </CSPProvider>,
  )
}
