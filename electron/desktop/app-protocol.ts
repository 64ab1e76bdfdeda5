// The app:// protocol: the window's own files, each with the content security policy, and nothing else.
import { readFileSync, realpathSync } from 'node:fs'
import { extname, join, sep } from 'node:path'

export const appScheme = 'app'
export const appHost = 'bundle'
export const appUrl = `${appScheme}://${appHost}/index.html`

/** No inline script or style, no remote anything; the window talks to the main process and to nobody else. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "media-src 'none'",
  "object-src 'none'",
  "frame-src 'none'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
}

/**
 * The path inside the bundle that an address names, with `/` between its parts, or null when it names nothing there.
 * Chromium hands `%2f`, `%5c` and doubled slashes over as they were written, so they are decoded and judged here.
 */
export function bundlePath(address: string): string | null {
  let url: URL
  let decoded: string
  try {
    url = new URL(address)
    decoded = decodeURIComponent(url.pathname)
  } catch {
    return null
  }
  if (url.protocol !== `${appScheme}:` || url.hostname !== appHost) return null
  if (decoded.includes('\\') || decoded.includes('\0')) return null
  const parts = decoded.split('/').slice(1)
  if (parts.length === 1 && parts[0] === '') return 'index.html'
  if (parts.length === 0 || parts.some((part) => part === '' || part === '.' || part === '..')) return null
  return parts.join('/')
}

/** An answer as the protocol takes it. */
export interface BundleAnswer {
  statusCode: number
  headers: Record<string, string>
  data: Buffer
}

/**
 * Answers one request of the window from the folder of the built renderer. The files are few and small, and at a start
 * the way through the thread pool and back, five times for each, takes longer than reading them.
 */
export function answerFromBundle(root: string, address: string, method: string): BundleAnswer {
  const path = method === 'GET' ? bundlePath(address) : null
  const mediaType = path === null ? undefined : mediaTypes[extname(path)]
  if (path === null || mediaType === undefined) return notFound()
  try {
    const file = realpathSync(join(root, path))
    // A link inside the bundle must not lead out of it.
    if (!file.startsWith(`${realpathSync(root)}${sep}`)) return notFound()
    return { statusCode: 200, headers: headers(mediaType), data: readFileSync(file) }
  } catch {
    return notFound()
  }
}

function notFound(): BundleAnswer {
  return { statusCode: 404, headers: headers('text/plain; charset=utf-8'), data: Buffer.from('Not found') }
}

function headers(mediaType: string): Record<string, string> {
  return {
    'content-type': mediaType,
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  }
}
