// Which addresses are the app itself: app://bundle, and while developing the address of the dev server.
import { appHost, appScheme } from './app-protocol.ts'

/** True for the app's own pages and files. `devUrl` is null in every packaged app. */
export function isOwnAddress(address: string, devUrl: string | null): boolean {
  let url: URL
  try {
    url = new URL(address)
  } catch {
    return false
  }
  if (url.protocol === `${appScheme}:`) return url.hostname === appHost
  if (devUrl === null) return false
  const dev = new URL(devUrl)
  return url.host === dev.host && (url.protocol === dev.protocol || url.protocol === 'ws:')
}

/** The address as it may be given to the system's browser or mail program, or null when it must not be. */
export function externalLink(address: string): string | null {
  let url: URL
  try {
    url = new URL(address)
  } catch {
    return null
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:' && url.protocol !== 'mailto:') return null
  // A name before an @ is how a foreign address is made to look like a known one.
  if (url.username !== '' || url.password !== '') return null
  return url.href
}
