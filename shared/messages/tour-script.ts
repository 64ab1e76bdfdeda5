// What is asked on the tour, and what its script says. Nobody who reads it may take the script for a model.
import type { TourStep } from '../tour-names.ts'

const lines = (count: number) => (count === 1 ? 'One line' : `${count} lines`)

export const tourTitle = 'Tour, told by a script'

/** What the person is offered to ask. The undo and the search are done in the window itself. */
export const tourQuestions = {
  begin: 'Show me around.',
  read: 'Read the notes in this folder and tell me what they are about.',
  find: 'Where do the notes say something about the ferry?',
  write: 'Write a packing list into packing-list.md, and the code of the key box into hut.key.',
  command: 'Count the words of all notes with a command.',
  skill: '/plain-notes Tidy phone-call.md.',
} as const satisfies Partial<Record<TourStep | 'begin', string>>

export const tourScript = {
  begin: `I am a script and not a model: every word of mine was written beforehand, and nothing here is clever. The rest is real. The files, the questions you are asked, the sandbox, the undo and the log of this session are those that every model works with.

This session has a folder of its own with eleven made-up notes about two nights in a hut. It is thrown away when the tour ends.

Above the field you write in stands what there is to try. Ask it, and look at what I do.`,
  unknown: `I am the script of the tour and not a model, so I cannot answer that, and nothing was done.

I know what is offered above the field you write in, in exactly those words. For answers of its own Carrel needs a model.`,
  lookAround: 'First I look which files there are.',
  readSome: 'Eleven notes. I read three of them, side by side.',
  summary: `Four friends go to an island for two nights in June:

- **The way there**: the early train meets the ferry of 7:40, with nineteen minutes between them.
- **The hut**: booked for 12 to 14 June. Wood is there and gas is not, so Mirek brings a stove.
- **The money**: the hut costs 96, a ferry 11, and all of it is split in four.

Each step above is a line: what was done, with what, how long it took. Open one to see all that a model would be shown. Reading in the folder asks nobody.`,
  search: 'I look for the word in all of the notes.',
  found: (count: number) =>
    `${lines(count)} have it. The step above opens to each of them, with its note and the number of the line. A model finds things in a folder in the same way, and reads on from there.`,
  notFound: 'The search has not found the word. The step above says how many files were looked through.',
  writeList:
    'First the packing list. It is a new file in the folder, and what is written there can be undone, so nobody is asked.',
  packingList: `# Packing list

- Stove and gas (Mirek)
- A lamp each
- Towels
- Rain jackets: it rained on eleven days of June last year
- Lentils, rice, onions, cheese; no nuts (Jonas)
- 4 for the bicycle
`,
  writeKey:
    'Now the code. A file of the name `.key` may hold a secret, so this is asked for, whoever wants it. Look at the card: it has the exact path, the reason, and the folder.',
  keyText: '4417\n',
  written:
    'Both files are written. Below this answer stands what has changed: open it to see every line, and **Undo** takes all of it back.',
  keyDenied:
    'You said no, so `hut.key` was not written, and nothing else was done about it. A model hears the same, with your reason if you give one. `packing-list.md` is there: below this answer stands what has changed.',
  command: 'A command asks each time, until you say otherwise. The card shows the exact line that would run.',
  commandLine: 'wc -w *.md | sort -n',
  commandRan:
    'It has run. In the sandbox a command can write in this folder only, has no network, and sees none of your keys and passwords. The panel on the right (Ctrl I) says which guards hold.',
  commandDenied: 'You said no, so the command did not run, and nothing has changed.',
  commandFailed: 'The command did not do what it should. Its step says why, and nothing else depends on it here.',
  commandsOff: `Commands are off on this machine, so I run none: without a sandbox that holds, no model is offered commands either. Settings, under Sandbox, says what is missing.

Everything else works without them.`,
  skillRead:
    'The skill is read; it is the step above. It asks for a date first, short paragraphs, and open questions at the end. Now the note.',
  tidyNote: `# 2026-05-12 Call with the warden of the hut

The code of the key box is 4417, good from 10 June.
The well is fine this year.

Open: may the stove be used indoors when it rains? Jonas calls her after 5 June, when she is back.
`,
  writeTidy: 'I write the note again as the skill wants it.',
  tidied:
    'Done as the skill says. A skill is a text file that you can read, change and switch off: see Skills on the left. With a slash at the start you call one yourself, and a model may choose one that fits.',
  skillOff:
    'The skill plain-notes is switched off here, so there is nothing to show. Switch it on under Skills on the left, and ask again.',
  readOnly:
    'This session only reads, so I change no file. Let it write again in the panel on the right (Ctrl I), and ask once more.',
  noFiles:
    'The tools for files are not there in this session, so I can show nothing of it. The folder of the tour may have gone: end the tour and begin a new one.',
  stepFailed: 'That did not work. The step above says why, and nothing was changed after it.',

  /** Whoever asks for the script where it has nothing to say. */
  elsewhere:
    'carrel:tour is the script of the tour and no model. It answers only while the tour goes on. Choose a model.',
} as const
