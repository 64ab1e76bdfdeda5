// Reads a little of every kind of text before the first answer does.
import { momentWarmUps } from '../moments.ts'
import { loadPopups } from '../popups.ts'
import { createBlockSplitter } from './block-splitter.ts'
import { loadHighlight } from './colours.ts'

/** One for each idle moment. */
const samples = [
  '# One *two* **three** ~~four~~ `five` <six> &amp; \\*seven\\* https://eight.example [nine](https://ten.example)\n\nWords.',
  '- one\n- [ ] two\n\n1. three\n   four\n\n> five\n\n---\n\nsix\nseven  \neight\n\nNine\n===\n\n[ten]: https://ten.example',
  '| one | two |\n| --- | ---: |\n| three | four |\n\n```ts\nfive\n```\n\n    six\n\n<seven>\n\n![eight](nine)\n\n_ten_ __it__',
]

/** Letters and signs that the bundled fonts do not have. */
const foreign = 'Яλקع中あ한📚'

/** Nothing is idle before the window has drawn itself, though the browser, having no frame to draw yet, believes so. */
const afterFirstFrameMs = 100

/**
 * What the first answer needs and no answer should wait for, done when the window has nothing else to do: the lexer's
 * patterns are compiled when they are first used, the system's fonts are looked through at the first letter that the
 * bundled ones do not have, a bundled font that arrives in the middle of an answer has all of it laid out anew, and the
 * system's way to write a time is loaded with the first one.
 * Answers how to leave off.
 */
export function warmUpMarkdown(): () => void {
  const waiting: (() => void)[] = [
    () => void loadHighlight(),
    () => void loadPopups(),
    ...Array.from(foreign, (letter) => () => measure(letter)),
    ...Array.from(document.fonts, (face) => () => void face.load()),
    // The first use interprets a pattern, the second compiles it.
    ...[...samples, ...samples].map((sample) => () => createBlockSplitter().update(sample, true)),
    // Taken from the end: these first.
    ...momentWarmUps,
  ]
  let job = 0
  let timer = 0
  const next = () => {
    const warm = waiting.pop()
    if (!warm) return
    job = requestIdleCallback(() => {
      warm()
      next()
    })
  }
  const frame = requestAnimationFrame(() => {
    timer = window.setTimeout(next, afterFirstFrameMs)
  })
  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    cancelIdleCallback(job)
  }
}

function measure(letter: string): void {
  const canvas = document.createElement('canvas').getContext('2d')
  if (!canvas) return
  canvas.font = getComputedStyle(document.body).font
  canvas.measureText(letter)
}
