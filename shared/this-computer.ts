// Whether a host is this computer itself.

/** `host:port`, as entries have it. What cannot be read as one counts as another computer: nothing is left out by a trick. */
export function isThisComputer(hostAndPort: string): boolean {
  if (/[/?#@\\\s]/.test(hostAndPort)) return false
  let host: string
  try {
    host = new URL(`http://${hostAndPort}`).hostname
  } catch {
    return false
  }
  // URL writes every form of an IPv4 address as four numbers, and of an IPv6 address as its shortest.
  if (/^127(?:\.\d{1,3}){3}$/.test(host)) return true
  return host === 'localhost' || host === '[::1]' || /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(host)
}
