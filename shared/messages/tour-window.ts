// What the window says of the tour. Each step says what is real in it.
import type { TourStep } from '../tour-names.ts'

interface StepWords {
  title: string
  text: string
  act: string
}

export const tourWords = {
  label: 'Tour',
  chip: 'A script, no model',
  chipSays: 'A script answers in this session, and no model',
  place: (step: number, all: number) => `${step} of ${all}`,
  steps: {
    read: {
      title: 'Read and sum up',
      text: 'The script looks into the folder and reads three notes. Each step opens to what was read.',
      act: 'Ask it to read',
    },
    find: {
      title: 'Find something',
      text: 'It looks through all notes for a word, with the tool that models have.',
      act: 'Ask about the ferry',
    },
    write: {
      title: 'Write, and be asked',
      text: 'One file it may write unasked. For the other, with a secret name, you are asked: say yes or no.',
      act: 'Ask for a packing list',
    },
    command: {
      title: 'Run a command in the sandbox',
      text: 'You see the exact line first. Your no counts, and your yes is for this line alone.',
      act: 'Ask it to count',
    },
    undo: {
      title: 'Take it back',
      text: 'What was written stands below its answer, with Undo. The same can be done from here.',
      act: 'Undo what was written',
    },
    skill: {
      title: 'Call a skill',
      text: 'A slash calls a skill: a text file that says how something is done. This one tidies notes.',
      act: 'Ask with /plain-notes',
    },
    search: {
      title: 'Find what was said',
      text: 'All sessions are searched at once, this one too.',
      act: 'Search for “packing list”',
    },
  } satisfies Record<TourStep, StepWords>,
  searched: 'packing list',
  skip: 'Skip',
  skipOf: (title: string) => `Skip “${title}”`,
  end: 'End the tour',
  writing: 'The script is writing.',
  asking: 'You are asked something: answer the card above. Yes or no, the tour goes on.',
  undone: 'It is undone, and Redo makes it again. The files in the folder are what they were.',
  done: 'That was all of it',
  doneText: 'Ask any of it again if you like. When the tour ends its folder is thrown away, and this session stays.',
  over: 'This tour is over',
  overText: 'Its folder was thrown away. What was said in it can be read and searched like any other session.',
  again: 'Begin a new tour',
  ended: 'The tour is over and its folder thrown away.',
} as const
