// Makes text fit to be shown to a model: no control characters, no long base64, no control tokens.
import { stripVTControlCharacters } from 'node:util'
import { toolWords } from '../../../../shared/messages/tools.ts'
import { neutralise } from './neutralise.ts'

/** A run that long is no word and no path; that it mixes cases and digits keeps long lines of one letter out. */
const base64Run = /[A-Za-z0-9+/_-]{400,}={0,2}/g

/** Everything below the space but tab and line ends, and the C1 characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be removed
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

/** The order matters: what is removed first must not leave a control token behind. */
export function clean(text: string): string {
  const visible = stripVTControlCharacters(text).replace(controlCharacters, '')
  return neutralise(visible.replace(base64Run, withoutBase64))
}

function withoutBase64(run: string): string {
  const isMixed = /[a-z]/.test(run) && /[A-Z]/.test(run) && /[0-9]/.test(run)
  return isMixed ? toolWords.base64(run.length) : run
}
