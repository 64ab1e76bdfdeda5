// The address of a git repository as a person writes it: only what cannot be taken for anything else is let through.
import { isSafePath } from '../../../../shared/data-places.ts'
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { skillInstallWords } from '../../../../shared/messages/skill-install.ts'
import { shortGitAddress } from '../../../../shared/skill-source.ts'

const words = skillInstallWords.git

export interface GitAddress {
  /** As git is given it. */
  url: string
  protocol: 'https' | 'ssh'
  /** For the ledger. */
  host: string
  port: number
  /** A branch, a tag or a commit; null for the branch the repository shows first. */
  ref: string | null
  /** Of the repository, with slashes; '' for its top. */
  folder: string
}

const hostName = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/
const userName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/
/** Stricter than git is: no sign here means anything to it, or to a shell. */
const refName = /^[\p{L}\p{N}_][\p{L}\p{N}_./+@-]*$/u
const spaces = /[\p{C}\p{Z}]/u

/** Throws `invalid-input` with a sentence. */
export function parseGitAddress(text: string): GitAddress {
  const at = text.indexOf('#')
  const url = at === -1 ? text : text.slice(0, at)
  const { ref, folder } = parsePlace(at === -1 ? '' : text.slice(at + 1))
  return { ...parseUrl(url), ref, folder }
}

function parseUrl(text: string): Pick<GitAddress, 'url' | 'protocol' | 'host' | 'port'> {
  if (spaces.test(text) || text.includes('\\')) throw refused()
  const short = shortGitAddress.exec(text)
  if (short?.[2] && short[3]) {
    if (!isPath(short[3])) throw refused()
    return { url: text, protocol: 'ssh', host: short[2], port: 22 }
  }
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^(https|ssh):\/\/[^/]/i.test(text)) throw refused()
  const protocol = url.protocol === 'https:' ? 'https' : 'ssh'
  // An address of version 6 of the protocol stands in brackets.
  const isHost = hostName.test(url.hostname) || /^\[[0-9a-f:.]+\]$/i.test(url.hostname)
  if (!isHost || !isPath(url.pathname.slice(1)) || url.pathname.length < 2) throw refused()
  if (url.password !== '' || (protocol === 'https' && (url.username !== '' || url.search !== ''))) {
    throw new ExpectedFailure('invalid-input', words.credentials)
  }
  if (url.search !== '' || (url.username !== '' && !userName.test(url.username))) throw refused()
  const port = url.port === '' ? (protocol === 'https' ? 443 : 22) : Number(url.port)
  // As it was understood, and not as it was written: git reads what was judged here.
  return { url: url.href, protocol, host: url.hostname, port }
}

/** Part by part, so that none of them begins with what a program could take for an option. */
function isPath(path: string): boolean {
  return path.split('/').every((part) => part !== '..' && !part.startsWith('-'))
}

function parsePlace(place: string): Pick<GitAddress, 'ref' | 'folder'> {
  const at = place.indexOf(':')
  const ref = at === -1 ? place : place.slice(0, at)
  const folder = at === -1 ? '' : place.slice(at + 1).replace(/\/+$/, '')
  if (ref !== '' && !isRef(ref)) throw new ExpectedFailure('invalid-input', words.ref(ref))
  if (folder !== '' && (!isSafePath(folder) || folder.startsWith('-'))) {
    throw new ExpectedFailure('invalid-input', words.folder(folder))
  }
  return { ref: ref === '' ? null : ref, folder }
}

function isRef(ref: string): boolean {
  if (!refName.test(ref) || ref.length > 250 || ref.includes('..') || ref.includes('//')) return false
  return ref.split('/').every((part) => part !== '' && !/(^\.|\.$|\.lock$)/.test(part))
}

function refused(): ExpectedFailure {
  return new ExpectedFailure('invalid-input', words.address)
}
