// What is said of logs that come in: why not, what was left out, and what a person should know.
import type { ImportReport, LeftOutReason, LogKind, SkipReason } from '../importing.ts'

export const importFailures = {
  notALog:
    'This is no log that Carrel knows: neither one of its own, nor one of Claude Code, Codex or pi. If it is one, name its kind with --from.',
  newer: 'This session was made by a newer version of Carrel. Nothing was imported; update Carrel first.',
  tooLarge: 'This log is too large to be one session. Nothing of it was imported.',
  notThere: 'There is no such file or folder. Nothing was imported.',
  mountsDamaged: 'The list of mounted logs, mounts.json, cannot be read. Move it away, and mount them again.',
  mountGone: 'It is not there now. What was read of it before can still be found.',
  notMounted: 'No logs are mounted there. carrel logs list says which are.',
  isLink: 'This is a link. Nothing was imported; name the file it leads to.',
}

export const importWords = {
  kind: {
    carrel: 'Carrel',
    seed: 'Carrel (oldest form)',
    'claude-code': 'Claude Code',
    codex: 'Codex',
    pi: 'pi',
  } satisfies Record<LogKind, string>,
  skipped: {
    'already-imported': 'imported already',
    'already-here': 'this session is here already',
    empty: 'nothing was said in it',
    'not-a-log': 'no log of a known kind',
  } satisfies Record<SkipReason, string>,
  leftOut: {
    damaged: 'damaged lines',
    'too-long': 'lines that are too long',
    attachment: 'pictures and documents',
    injected: 'texts the program told its model',
    notes: 'notes of the program',
    encrypted: 'thinking that is encrypted',
    'no-call': 'results without a call',
    repeated: 'lines that are there twice',
    rights: 'decisions and settings, which do not count here',
    blob: 'large texts and pictures that were not beside it',
    unknown: 'things of an unknown kind',
  } satisfies Record<LeftOutReason, string>,
  leftOutOf: (parts: readonly string[]) => `left out: ${parts.join(', ')}`,
  part: (count: number, what: string) => `${what} (${count.toLocaleString('en')})`,
  secrets:
    'Imported logs may hold secrets: keys and passwords that were said or shown there are now in these sessions, too.',
  messages: (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'message' : 'messages'}`,
  earlier: (sessionId: string) => `the log has changed since it was imported as ${sessionId}, which stays as it is`,
  noMounts: 'No logs are mounted.',
  anyKind: 'of any kind',
  sessions: (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'session' : 'sessions'}`,
  nothing: 'Nothing to import was found.',
  cancelled: 'Stopped. What was imported by then stays; import again to go on.',
  summary: (imported: number, skipped: number, failed: number) =>
    `${imported} imported, ${skipped} not needed, ${failed} failed`,
  from: (allowed: string) => `--from takes one of ${allowed}.`,
}

/** The page in the window, and the line above a session that was imported. */
export const importPage = {
  lead: 'Logs of Claude Code, Codex and pi, and sessions of another Carrel, become sessions here. Nothing in them is run, none of their approvals count here, and the logs stay as they are. Importing the same log again adds nothing.',
  places: [
    ['Claude Code', '~/.claude/projects'],
    ['Codex', '~/.codex/sessions'],
    ['pi', '~/.pi/agent/sessions'],
    ['Carrel', 'the sessions folder of another data folder, or an exported .jsonl file'],
  ],
  chooseFolder: 'Choose a folder…',
  chooseFiles: 'Choose files…',
  cancel: 'Cancel',
  readOnly: 'Nothing can be imported now; the reason stands at the top.',
  secrets: 'Logs may hold secrets: what was said or shown there, keys and passwords too, is in these sessions then.',
  reads: (files: string, of: string) => `Read ${files} of ${of} files`,
  sum: ({ imported, skipped, failed, cancelled }: ImportReport): string => {
    const others = skipped.filter(({ reason }) => reason === 'not-a-log').length
    const parts = [
      imported.length === 0 ? 'Nothing new was imported' : `${counted(imported.length, 'session')} imported`,
      ...(skipped.length > others ? [`${counted(skipped.length - others, 'log')} not needed`] : []),
      ...(failed.length > 0 ? [`${counted(failed.length, 'log')} failed`] : []),
      ...(others > 0 ? [`${counted(others, 'other file')} left alone`] : []),
    ]
    const said = `${parts.join(', ')}.`
    return cancelled ? `Stopped: ${said} Import again to go on.` : said
  },
  imported: 'Imported',
  skipped: 'Not needed',
  failed: 'Failed',
  leftOut: (parts: readonly string[]) => `Left out: ${parts.join(', ')}`,
  earlier: 'The log has changed since it was imported before; that session stays as it is.',
  more: (written: string) => `And ${written} more.`,
  open: 'Open',
  openOf: (title: string) => `Open “${title}”`,
  note: (kind: string, path: string) => `Imported from ${kind}: ${path}`,
  noteFolder: (path: string, folder: string) => `${path}\nWorked in there: ${folder}`,
  setting: 'Other programs',
  settingNote: 'Logs of Claude Code, Codex, pi or another Carrel become sessions here.',
  settingAct: 'Import sessions…',
}

function counted(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`
}
