// Colours for code: about twenty languages of highlight.js through lowlight, as data, never as HTML.
import bash from 'highlight.js/lib/languages/bash'
import c from 'highlight.js/lib/languages/c'
import cpp from 'highlight.js/lib/languages/cpp'
import csharp from 'highlight.js/lib/languages/csharp'
import css from 'highlight.js/lib/languages/css'
import diff from 'highlight.js/lib/languages/diff'
import dockerfile from 'highlight.js/lib/languages/dockerfile'
import go from 'highlight.js/lib/languages/go'
import ini from 'highlight.js/lib/languages/ini'
import java from 'highlight.js/lib/languages/java'
import javascript from 'highlight.js/lib/languages/javascript'
import json from 'highlight.js/lib/languages/json'
import kotlin from 'highlight.js/lib/languages/kotlin'
import lua from 'highlight.js/lib/languages/lua'
import php from 'highlight.js/lib/languages/php'
import python from 'highlight.js/lib/languages/python'
import ruby from 'highlight.js/lib/languages/ruby'
import rust from 'highlight.js/lib/languages/rust'
import sql from 'highlight.js/lib/languages/sql'
import swift from 'highlight.js/lib/languages/swift'
import typescript from 'highlight.js/lib/languages/typescript'
import xml from 'highlight.js/lib/languages/xml'
import yaml from 'highlight.js/lib/languages/yaml'
import { createLowlight } from 'lowlight'

/** A run of code in one colour; `scope` is a class such as hljs-keyword, or empty. */
export interface CodeRun {
  scope: string
  text: string
}

/** Longer code is shown without colours: it would hold up the window. UTF-16 code units. */
export const highlightLimit = 20_000

const lowlight = createLowlight({
  bash,
  c,
  cpp,
  csharp,
  css,
  diff,
  dockerfile,
  go,
  ini,
  java,
  javascript,
  json,
  kotlin,
  lua,
  php,
  python,
  ruby,
  rust,
  sql,
  swift,
  typescript,
  xml,
  yaml,
})

type HighlightTree = ReturnType<typeof lowlight.highlight>
type HighlightNode = HighlightTree['children'][number]

/** null when the language is not known or the code is too long. */
export function highlight(language: string, code: string): CodeRun[] | null {
  if (code.length > highlightLimit || !lowlight.registered(language)) return null
  const runs: CodeRun[] = []
  for (const node of lowlight.highlight(language, code).children) collect(node, '', runs)
  return runs
}

function collect(node: HighlightNode, scope: string, runs: CodeRun[]) {
  if (node.type === 'text') runs.push({ scope, text: node.value })
  if (node.type !== 'element') return
  const named = node.properties['className']
  const inner = Array.isArray(named) ? named.join(' ') : scope
  for (const child of node.children) collect(child, inner, runs)
}
