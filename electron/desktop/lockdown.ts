// Closes what a window could do beyond showing the app: navigation, new windows, permissions, requests, downloads.
import { app, type Session } from 'electron'
import { isOwnAddress } from './own-page.ts'

/** Locks every web contents that will ever exist in this process. */
export function lockNavigation(devUrl: string | null): void {
  app.on('web-contents-created', (_created, contents) => {
    const stay = (event: { preventDefault(): void; url: string }) => {
      if (!isOwnAddress(event.url, devUrl)) event.preventDefault()
    }
    contents.on('will-navigate', stay)
    contents.on('will-frame-navigate', stay)
    contents.on('will-redirect', stay)
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

/** What the copy buttons need: writing text to the clipboard. Reading it is another permission, and refused. */
const copying = 'clipboard-sanitized-write'

/** No permission but copying, no device, no download, no request but the app's own, no proxy and so no lookup for one. */
export async function lockSession(session: Session, devUrl: string | null): Promise<void> {
  session.setPermissionRequestHandler((_contents, permission, answer, { isMainFrame, requestingUrl }) =>
    answer(permission === copying && isMainFrame && isOwnAddress(requestingUrl, devUrl)),
  )
  session.setPermissionCheckHandler(
    (_contents, permission, _origin, { isMainFrame, requestingUrl }) =>
      permission === copying && isMainFrame && isOwnAddress(requestingUrl ?? '', devUrl),
  )
  session.setDevicePermissionHandler(() => false)
  session.setSpellCheckerEnabled(false)
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest((details, answer) => {
    const own = isOwnAddress(details.url, devUrl) || details.url.startsWith('data:') || details.url.startsWith('blob:')
    // The inspector's own pages exist only while developing.
    const inspector = devUrl !== null && details.url.startsWith('devtools:')
    answer({ cancel: !own && !inspector })
  })
  await session.setProxy({ mode: 'direct' })
}
