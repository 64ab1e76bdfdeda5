// The wall table of ARCHITECTURE.md section 3: who may import what. Every import of every file is compared with it.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const map = 'ARCHITECTURE.md, section 3'

interface Import {
  /** `node:fs`, `package:NAME`, or a path from the project's root. */
  target: string
  typeOnly: boolean
}

type Rule = (target: string, typeOnly: boolean) => boolean

const node: Rule = (target) => target.startsWith('node:')
const shared: Rule = (target) => target.startsWith('shared/')
const types =
  (...files: string[]): Rule =>
  (target, typeOnly) =>
    typeOnly && files.includes(target)
const under =
  (...folders: string[]): Rule =>
  (target) =>
    folders.some((folder) => target.startsWith(folder))
const packages =
  (...names: string[]): Rule =>
  (target) =>
    names.some((name) => target === `package:${name}`)
const contracts = types('electron/contracts.ts')
const capabilities = under('electron/contracts.ts')
const kernelWords = types('electron/kernel/types.ts', 'electron/kernel/event-bus.ts')

/** What a service may do with actors at run time: ask one. Spawning goes through the kernel it is given. */
const asking = under('electron/kernel/ask.ts')

/** How a service replaces a file and makes names stay: one way for all. */
const replacing = under('electron/replace-file.ts', 'electron/sync-disk.ts')

/** Libraries of the window. What draws, and nothing that reaches the machine. */
const windowPackages = packages(
  'react',
  'react-dom',
  '@base-ui/react',
  'zustand',
  'virtua',
  'marked',
  'lowlight',
  'highlight.js',
  '@fontsource-variable/inter',
  '@fontsource-variable/jetbrains-mono',
)

/** What a feature of the window shows to the rest of it. */
const frontDoor: Rule = (target) => /^renderer\/[^/]+\/index\.ts$/.test(target)

/** First match counts. Each row is one line of the table in the map. */
const table: { row: string; files: RegExp; may: Rule[] }[] = [
  { row: 'shared/', files: /^shared\//, may: [shared, packages('zod')] },
  { row: 'electron/kernel/', files: /^electron\/kernel\//, may: [under('electron/kernel/')] },
  {
    row: 'electron/contracts.ts',
    files: /^electron\/contracts\.ts$/,
    may: [kernelWords, under('electron/kernel/capabilities.ts'), shared],
  },
  { row: 'electron/agent/', files: /^electron\/agent\//, may: [under('electron/agent/'), contracts, shared] },
  {
    row: 'electron/services/sessions/',
    files: /^electron\/services\/sessions\//,
    may: [
      node,
      under('electron/services/sessions/', 'electron/agent/'),
      replacing,
      contracts,
      kernelWords,
      asking,
      replacing,
      shared,
      packages('zod'),
    ],
  },
  {
    // A test calls tools as a run does.
    row: 'electron/services/models/self-test/',
    files: /^electron\/services\/models\/self-test\//,
    may: [node, under('electron/services/models/', 'electron/agent/dialects/'), contracts, shared],
  },
  {
    row: 'electron/services/models/',
    files: /^electron\/services\/models\//,
    may: [node, under('electron/services/models/'), contracts, kernelWords, asking, shared, packages('zod', 'ollama')],
  },
  {
    row: 'electron/services/tools/<tool>.ts',
    files: /^electron\/services\/tools\/[^/]+\.ts$/,
    may: [under('electron/services/tools/'), contracts, shared, packages('zod')],
  },
  {
    row: 'electron/services/tools/<part>/',
    files: /^electron\/services\/tools\/[^/]+\//,
    may: [
      node,
      under('electron/services/tools/text/', 'electron/services/tools/workspace/'),
      contracts,
      shared,
      packages('diff', 'ignore', 're2js'),
    ],
  },
  {
    row: 'electron/services/web/',
    files: /^electron\/services\/web\//,
    may: [node, under('electron/services/web/'), contracts, shared, packages('undici', 'ipaddr.js', 'htmlparser2')],
  },
  {
    // The same estimate of tokens as in a run.
    row: 'electron/services/attachments/',
    files: /^electron\/services\/attachments\//,
    may: [
      node,
      under('electron/services/attachments/', 'electron/agent/token-estimate.ts'),
      contracts,
      shared,
      packages('zod', 'unpdf'),
    ],
  },
  {
    // The same reading of lines as when a session is opened.
    row: 'electron/services/search/',
    files: /^electron\/services\/search\//,
    may: [
      node,
      under('electron/services/search/', 'electron/services/sessions/read-log.ts'),
      contracts,
      kernelWords,
      asking,
      shared,
      packages('zod', 'better-sqlite3'),
    ],
  },
  {
    // The same reading of Markdown as in the window.
    row: 'electron/services/exporting/',
    files: /^electron\/services\/exporting\//,
    may: [
      node,
      under('electron/services/exporting/', 'renderer/ui/markdown/document.ts'),
      contracts,
      replacing,
      shared,
      packages('yazl', 'zod'),
    ],
  },
  {
    row: 'electron/services/backup/',
    files: /^electron\/services\/backup\//,
    may: [node, under('electron/services/backup/'), contracts, replacing, shared, packages('zod', 'yazl', 'yauzl')],
  },
  {
    // The same estimate of tokens as in a run.
    row: 'electron/services/skills/',
    files: /^electron\/services\/skills\//,
    may: [
      node,
      under('electron/services/skills/', 'electron/agent/token-estimate.ts'),
      contracts,
      replacing,
      shared,
      packages('zod', 'gray-matter', 'js-yaml', 'yauzl'),
    ],
  },
  {
    row: 'electron/services/X/',
    files: /^electron\/services\/([^/]+)\//,
    may: [node, contracts, kernelWords, asking, replacing, shared, packages('zod')],
  },
  {
    row: 'electron/gateway/',
    files: /^electron\/gateway\//,
    may: [under('electron/gateway/'), contracts, kernelWords, shared],
  },
  {
    row: 'electron/desktop/',
    files: /^electron\/desktop\//,
    may: [node, under('electron/desktop/', 'electron/last-words.ts'), contracts, shared, packages('electron')],
  },
  { row: 'electron/attach/', files: /^electron\/attach\//, may: [node, under('electron/attach/'), contracts, shared] },
  {
    // The same reading of Markdown as in the window, and the same files as a search looks into.
    row: 'electron/terminal/repl/',
    files: /^electron\/terminal\/repl\//,
    may: [
      node,
      under(
        'electron/terminal/',
        'renderer/ui/markdown/block-splitter.ts',
        'renderer/ui/markdown/document.ts',
        'renderer/ui/markdown/highlight.ts',
        'electron/services/tools/workspace/opening.ts',
        'electron/services/tools/workspace/walk.ts',
      ),
      contracts,
      shared,
      packages('string-width', 'wrap-ansi'),
    ],
  },
  {
    row: 'electron/terminal/',
    files: /^electron\/terminal\//,
    may: [node, under('electron/terminal/', 'electron/agent/dialects/'), contracts, shared],
  },
  {
    row: 'electron/boot.ts',
    files: /^electron\/boot\.ts$/,
    may: [
      node,
      under('electron/services/', 'electron/gateway/', 'electron/attach/', 'electron/kernel/'),
      capabilities,
      shared,
      packages('uuid'),
    ],
  },
  {
    row: 'electron/compiled.ts',
    files: /^electron\/compiled\.ts$/,
    may: [node],
  },
  {
    row: 'electron/works.ts',
    files: /^electron\/works\.ts$/,
    may: [under('electron/boot.ts', 'electron/terminal-entry.ts', 'electron/zod-settings.ts')],
  },
  { row: 'electron/side-process.ts', files: /^electron\/side-process\.ts$/, may: [node, contracts] },
  { row: 'electron/replace-file.ts', files: /^electron\/replace-file\.ts$/, may: [node] },
  { row: 'electron/last-words.ts', files: /^electron\/last-words\.ts$/, may: [] },
  { row: 'electron/sync-disk.ts', files: /^electron\/sync-disk\.ts$/, may: [node] },
  {
    row: 'electron/home-path.ts',
    files: /^electron\/home-path\.ts$/,
    may: [node, under('electron/services/home/data-folder.ts')],
  },
  { row: 'electron/zod-settings.ts', files: /^electron\/zod-settings\.ts$/, may: [packages('zod')] },
  {
    row: 'electron/main.ts',
    files: /^electron\/main\.ts$/,
    may: [
      node,
      under('electron/desktop/', 'electron/compiled.ts', 'electron/home-path.ts', 'electron/works.ts'),
      contracts,
      shared,
      packages('electron'),
    ],
  },
  {
    row: 'electron/terminal-entry.ts',
    files: /^electron\/terminal-entry\.ts$/,
    may: [
      node,
      under('electron/terminal/', 'electron/boot.ts', 'electron/home-path.ts', 'electron/last-words.ts'),
      contracts,
      shared,
    ],
  },
  {
    row: 'electron/cli.ts',
    files: /^electron\/cli\.ts$/,
    may: [
      node,
      under('electron/compiled.ts', 'electron/home-path.ts', 'electron/last-words.ts', 'electron/side-process.ts'),
      under('electron/works.ts'),
    ],
  },
  {
    row: 'electron/preload.ts',
    files: /^electron\/preload\.ts$/,
    may: [(target, typeOnly) => typeOnly && shared(target, typeOnly), packages('electron')],
  },
  { row: 'renderer/ui/', files: /^renderer\/ui\//, may: [under('renderer/ui/'), windowPackages] },
  {
    row: 'renderer/app/',
    files: /^renderer\/(app\/|main\.tsx$)/,
    may: [shared, windowPackages, under('renderer/app/', 'renderer/ui/'), frontDoor],
  },
  {
    row: 'renderer/<feature>/',
    files: /^renderer\/([^/]+)\//,
    may: [shared, windowPackages, under('renderer/ui/', 'renderer/app/bridge')],
  },
]

/** Packages that have one owner each. */
const owners: Record<string, RegExp> = {
  ollama: /^electron\/services\/models\/ollama\.ts$/,
  'js-yaml': /^electron\/services\/skills\/skill-file\.ts$/,
  'gray-matter': /^electron\/services\/skills\/skill-file\.ts$/,
  'better-sqlite3': /^electron\/services\/search\/database\.ts$/,
  electron: /^electron\/(main\.ts|preload\.ts|desktop\/)/,
}

function packageOf(target: string): string {
  return target.split('/', target.startsWith('@') ? 2 : 1).join('/')
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
}

/** Static, dynamic, side-effect and re-exporting imports. */
function importsOf(file: string): Import[] {
  const source = readFileSync(join(root, file), 'utf8')
  const found: Import[] = []
  const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm
  for (const [, type, target] of source.matchAll(statement)) found.push(placed(file, target ?? '', type !== undefined))
  for (const [, target] of source.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    found.push(placed(file, target ?? '', false))
  return found
}

function placed(file: string, target: string, typeOnly: boolean): Import {
  if (target.startsWith('node:')) return { target, typeOnly }
  if (!target.startsWith('.')) return { target: `package:${packageOf(target)}`, typeOnly }
  return { target: posix.normalize(posix.join(posix.dirname(file), target)), typeOnly }
}

function violationsOf(file: string, imports: readonly Import[]): string[] {
  const rule = table.find(({ files }) => files.test(file))
  if (!rule) return [`${file}: no row of the wall table covers this file (${map})`]
  const room = dirname(file)
    .split('/')
    .slice(0, rule.row.startsWith('renderer/') ? 2 : 3)
    .join('/')
  return imports.flatMap(({ target, typeOnly }) => {
    const owner = target.startsWith('package:') ? owners[target.slice('package:'.length)] : undefined
    const ownRoom =
      (rule.row === 'electron/services/X/' || rule.row === 'renderer/<feature>/') && target.startsWith(`${room}/`)
    const allowed = ownRoom || rule.may.some((may) => may(target, typeOnly))
    const owned = !owner || owner.test(file)
    return allowed && owned ? [] : [`${file} imports ${target}: the row "${rule.row}" does not allow it (${map})`]
  })
}

const files = ['shared', 'electron', 'renderer'].flatMap(sourcesIn)

test.each(['electron/main.ts', 'electron/cli.ts', 'electron/preload.ts'])(
  '%s reads no schemas: it is what a start waits for',
  (entry) => {
    const reached = [entry]
    for (const file of reached) {
      for (const { target, typeOnly } of importsOf(file)) {
        expect(target, file).not.toBe('package:zod')
        // Loaded behind it, as it was compiled the last time.
        const isWorks = target === 'electron/works.ts'
        if (!typeOnly && !isWorks && /\.tsx?$/.test(target) && !reached.includes(target)) reached.push(target)
      }
    }
    expect(reached.length).toBeGreaterThan(entry.endsWith('preload.ts') ? 0 : 3)
  },
)

test('every import stays inside the walls', () => {
  expect(files.length).toBeGreaterThan(40)
  expect(files.flatMap((file) => violationsOf(file, importsOf(file)))).toEqual([])
})

test.each([
  ['shared/ipc.ts', { target: 'node:fs', typeOnly: false }],
  ['electron/kernel/event-bus.ts', { target: 'package:zod', typeOnly: false }],
  ['electron/agent/agent-loop.ts', { target: 'node:fs', typeOnly: false }],
  ['electron/services/sessions/sessions.ts', { target: 'electron/services/models/models.ts', typeOnly: true }],
  ['electron/services/home/home.ts', { target: 'electron/services/settings/settings-store.ts', typeOnly: false }],
  ['electron/services/models/models.ts', { target: 'package:ollama', typeOnly: false }],
  ['electron/services/tools/read-file.ts', { target: 'node:fs', typeOnly: false }],
  ['electron/services/tools/tools.ts', { target: 'package:diff', typeOnly: false }],
  ['electron/services/tools/workspace/opening.ts', { target: 'electron/services/tools/read-file.ts', typeOnly: false }],
  ['electron/services/tools/fetch-url.ts', { target: 'electron/services/web/web.ts', typeOnly: false }],
  ['electron/services/web/visit.ts', { target: 'electron/services/models/http.ts', typeOnly: false }],
  ['electron/gateway/gateway.ts', { target: 'electron/contracts.ts', typeOnly: false }],
  ['electron/terminal/terminal.ts', { target: 'package:electron', typeOnly: false }],
  ['electron/terminal/terminal.ts', { target: 'electron/agent/agent-loop.ts', typeOnly: false }],
  ['electron/agent/dialects/call-parser.ts', { target: 'package:zod', typeOnly: false }],
  ['electron/boot.ts', { target: 'electron/desktop/window.ts', typeOnly: false }],
  ['electron/cli.ts', { target: 'package:electron', typeOnly: false }],
  ['electron/main.ts', { target: 'electron/terminal/terminal.ts', typeOnly: false }],
  ['electron/terminal-entry.ts', { target: 'package:electron', typeOnly: false }],
  ['electron/preload.ts', { target: 'shared/ipc.ts', typeOnly: false }],
  ['renderer/ui/icon.tsx', { target: 'shared/session.ts', typeOnly: true }],
  ['renderer/app/house.ts', { target: 'renderer/chat/chat-store.ts', typeOnly: false }],
  ['renderer/app/house.ts', { target: 'renderer/chat/chat-store.ts', typeOnly: true }],
  ['renderer/chat/transcript.tsx', { target: 'renderer/sessions/list.tsx', typeOnly: false }],
  ['renderer/chat/transcript.tsx', { target: 'renderer/sessions/index.ts', typeOnly: false }],
  ['renderer/chat/transcript.tsx', { target: 'node:path', typeOnly: false }],
])('%s may not import %o', (file, forbidden) => {
  expect(violationsOf(file, [forbidden])).toHaveLength(1)
})

test('imports are found in every form they are written in', () => {
  const here = importsOf(relative(root, import.meta.filename).replaceAll('\\', '/')).map(({ target }) => target)
  expect(here).toContain('node:fs')
  expect(here).toContain('package:vitest')
})

test('what parses at the wall is no part of the window’s first script', () => {
  const statement = /^(?:import|export) (type )?([^'";]*? from )?'([^']+)'/gm
  const ways = new Map<string, string>([['renderer/main.tsx', '']])
  const reached: string[] = []
  for (const [file, way] of ways) {
    for (const [, type, names = '', to = ''] of readFileSync(join(root, file), 'utf8').matchAll(statement)) {
      // Types alone, in whichever way that is written, bring nothing along.
      const isValue = type === undefined && !/^\{(\s*type [^,]*,?)+\s*\} from $/.test(names)
      const { target } = placed(file, to, false)
      if (isValue && target === 'package:zod') reached.push(`${way} ${file}`)
      if (isValue && /\.tsx?$/.test(target) && !ways.has(target)) ways.set(target, `${way} ${file}`)
    }
  }
  expect(ways.size).toBeGreaterThan(100)
  expect(reached).toEqual([])
})
