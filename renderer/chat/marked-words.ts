// Marks words where they stand in the page, without touching its elements: CSS highlights of ranges.
import { foldText, placesIn } from '../../shared/fold-text.ts'

/** Names of the highlights; their colours are in chat.css. */
const everywhere = 'found'
const here = 'found-here'
/** More ranges than anybody looks at would only cost. */
const mostRanges = 500

export function clearMarks(): void {
  if (typeof CSS === 'undefined' || !('highlights' in CSS)) return
  CSS.highlights.delete(everywhere)
  CSS.highlights.delete(here)
}

/** Marks the terms in these elements; of them the range at `current` more strongly. Answers all ranges. */
export function mark(elements: readonly Element[], terms: readonly string[], current: number | null): Range[] {
  const ranges = elements.flatMap((element) => rangesIn(element, terms)).slice(0, mostRanges)
  clearMarks()
  if (!('highlights' in CSS) || ranges.length === 0) return ranges
  const strong = current === null ? undefined : ranges[Math.min(current, ranges.length - 1)]
  CSS.highlights.set(everywhere, new Highlight(...ranges.filter((range) => range !== strong)))
  if (strong) CSS.highlights.set(here, new Highlight(strong))
  return ranges
}

/** Words go on over elements: a word of which a half is bold is one word. Those of different blocks are not joined. */
export function rangesIn(root: Element, terms: readonly string[]): Range[] {
  const wanted = terms.map(foldText).filter((term) => term.trim() !== '')
  if (wanted.length === 0) return []
  const found: Range[] = []
  for (const { text, nodes } of runsOf(root)) {
    for (const term of wanted) {
      for (const { from, to } of placesIn(text, term)) {
        const range = rangeOf(nodes, from, to)
        if (range) found.push(range)
      }
    }
  }
  return found.sort((one, other) => one.compareBoundaryPoints(Range.START_TO_START, other))
}

interface Run {
  text: string
  nodes: { node: Text; from: number }[]
}

const inline = new Set(['SPAN', 'STRONG', 'EM', 'DEL', 'CODE', 'A', 'BDI', 'BUTTON', 'B', 'I', 'TIME'])
/** What is no word of the conversation. */
const ours = 'button:not(.link), .sr, .meta, figcaption, .mark'

function runsOf(root: Element): Run[] {
  const runs: Run[] = []
  let run: Run = { text: '', nodes: [] }
  let block: Element | null = null
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node instanceof Text) || node.parentElement?.closest(ours)) continue
    const own = blockOf(node, root)
    if (own !== block) {
      if (run.nodes.length > 0) runs.push(run)
      run = { text: '', nodes: [] }
      block = own
    }
    run.nodes.push({ node, from: run.text.length })
    run.text += node.data
  }
  if (run.nodes.length > 0) runs.push(run)
  return runs
}

function blockOf(node: Node, root: Element): Element {
  let element = node.parentElement
  while (element && element !== root && inline.has(element.tagName)) element = element.parentElement
  return element ?? root
}

function rangeOf(nodes: Run['nodes'], from: number, to: number): Range | null {
  const first = nodes.findLast((one) => one.from <= from)
  const last = nodes.findLast((one) => one.from < to)
  if (!first || !last) return null
  const range = new Range()
  range.setStart(first.node, Math.min(from - first.from, first.node.length))
  range.setEnd(last.node, Math.min(to - last.from, last.node.length))
  return range
}
