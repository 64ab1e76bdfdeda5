// @ts-check
// How each part of the app is built: single files for Node and Electron, and the page.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { projectRoot } from './provision/paths.mjs'

const define = {
  __APP_VERSION__: JSON.stringify(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')).version),
}

/** Not bundled: Electron provides itself, and better-sqlite3 finds its native file beside its own sources. */
const external = ['electron', 'better-sqlite3']

/**
 * Pages are asked for in HTTP/1.1. undici loads the other one all the same, which takes longer than undici itself.
 * @type {import('vite').Plugin}
 */
const withoutHttp2 = {
  name: 'without-http2',
  enforce: 'pre',
  resolveId: (source) => (source === 'node:http2' ? '\0no-http2' : null),
  load: (id) => (id === '\0no-http2' ? 'export const constants = {}' : null),
}

/**
 * The client of Ollama asks whether its headers are a browser's, which they never are here, and brings a fetch for old browsers along.
 * To answer it Node loads all it has for browsers: a tenth of what a short run takes.
 * @type {import('vite').Plugin}
 */
const clientWithoutBrowser = {
  name: 'client-without-browser',
  enforce: 'pre',
  resolveId: (source) => (source === 'whatwg-fetch' ? '\0no-fetch' : null),
  load: (id) => (id === '\0no-fetch' ? 'export {}' : null),
  transform(code, id) {
    if (!/\/ollama\/dist\/browser\.mjs$/.test(id)) return null
    const asked = 'headers instanceof Headers'
    if (!code.includes(asked)) throw new Error('The client of Ollama has changed: see client-without-browser.')
    return { code: code.replace(asked, 'false'.padEnd(asked.length)), map: null }
  },
}

/**
 * A whole reader of JavaScript, for functions written in YAML, which nobody here reads: js-yaml asks for it and goes on without.
 * @type {import('vite').Plugin}
 */
const yamlWithoutCode = {
  name: 'yaml-without-code',
  enforce: 'pre',
  resolveId: (source) => (source === 'esprima' ? '\0no-esprima' : null),
  load: (id) => (id === '\0no-esprima' ? 'export {}' : null),
}

/** @type {import('vite').InlineConfig} */
const common = {
  configFile: false,
  envDir: false,
  define,
}

/**
 * One file, so that nothing is left over from an earlier build; dynamic imports still run when they are reached.
 * @param {string} source inside electron/
 * @param {string} output inside dist/electron/
 * @param {{ format: 'es' | 'cjs' }} options
 * @returns {import('vite').InlineConfig}
 */
function nodeConfig(source, output, { format }) {
  return {
    ...common,
    root: projectRoot,
    publicDir: false,
    ssr: { target: 'node', noExternal: true, external },
    build: {
      ssr: join('electron', source),
      target: 'node20',
      outDir: join(projectRoot, 'dist', 'electron'),
      emptyOutDir: false,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        output: {
          format,
          entryFileNames: output,
          codeSplitting: false,
          // Names stay, for whoever reads a stack; without spaces and comments there is half as much to parse at a start.
          minify: { compress: false, mangle: false, codegen: true },
        },
        // gray-matter has one, in an engine that is never used; Biome watches for ours.
        checks: { eval: false },
      },
    },
  }
}

export const mainConfig = nodeConfig('main.ts', 'main.mjs', { format: 'es' })
/**
 * The form that `compiled.ts` runs: a function, in ASCII, with another name for `import`, which is as long. Only lines with
 * other letters are longer than the map of the sources says.
 * @type {import('vite').Plugin}
 */
const asFunction = {
  name: 'as-function',
  generateBundle(_options, bundle) {
    for (const output of Object.values(bundle)) {
      if (output.type !== 'chunk') continue
      const code = output.code.replaceAll('import(`', '$later(`')
      // There an escape would be six letters.
      if (/String\.raw`[^`]*[^\0-\x7f]/.test(code)) throw new Error('A raw text of the services is not in ASCII.')
      const ascii = code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      output.code = `(function (exports, require, module, __filename, __dirname, $later) {${ascii}\n})`
    }
  },
}

const works = nodeConfig('works.ts', '[name].cjs', { format: 'cjs' })

/**
 * What works behind the window and behind the terminal, for `compiled.ts`: a folder of its own, made anew. The window opens before
 * this is loaded, so it stays out of the file that opens it. What is imported dynamically, which no start needs, is a file of its own.
 * What several of them need is there once: every copy of a library costs a start its time again.
 * @type {import('vite').InlineConfig}
 */
const worksConfig = {
  ...works,
  plugins: [withoutHttp2, clientWithoutBrowser, yamlWithoutCode, asFunction],
  build: {
    ...works.build,
    outDir: join(projectRoot, 'dist', 'electron', 'works'),
    emptyOutDir: true,
    rolldownOptions: {
      ...works.build?.rolldownOptions,
      output: {
        ...works.build?.rolldownOptions?.output,
        chunkFileNames: '[name].cjs',
        // Every start reads all of it, and each file more costs one its time.
        codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] },
      },
    },
  },
}

export const worksConfigs = [
  worksConfig,
  // Processes of their own, in the window and in the terminal; a PDF has one each.
  nodeConfig('services/search/process.ts', 'index-process.mjs', { format: 'es' }),
  nodeConfig('services/attachments/pdf-reader.ts', 'pdf-reader.mjs', { format: 'es' }),
]
/** Only what finds out that it needs the rest, which is the window's. */
export const terminalConfig = nodeConfig('cli.ts', 'cli.cjs', { format: 'cjs' })
/** A program of the tests. @param {string} source its path, absolute or from the root @param {string} outDir @param {string} output */
export function programConfig(source, outDir, output) {
  const config = nodeConfig('cli.ts', output, { format: 'es' })
  return { ...config, build: { ...config.build, ssr: source, outDir } }
}
/** CommonJS, because a sandboxed preload cannot be a module. */
export const preloadConfig = nodeConfig('preload.ts', 'preload.cjs', { format: 'cjs' })

/**
 * The bundler's 600 bytes for CommonJS, which are a file because later files need them, too. As a file they cost the first
 * words 10 to 30 ms; so the entry has a copy. They are functions without a state: two of each do no harm.
 * @type {import('vite').Plugin}
 */
const runtimeInEntry = {
  name: 'runtime-in-entry',
  enforce: 'pre',
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).filter((output) => output.type === 'chunk')
    const runtime = chunks.find(({ name }) => name === 'rolldown-runtime')
    const entry = chunks.find(({ isEntry }) => isEntry)
    if (!runtime || !entry?.imports.includes(runtime.fileName)) return
    const exported = /export\{([^}]*)\};?\s*$/.exec(runtime.code)
    const imported = new RegExp(`import\\{([^}]*)\\}from"\\./${runtime.name}[^"]*"`).exec(entry.code)
    if (!exported || !imported) throw new Error('The bundler writes its runtime in another way: see runtime-in-entry.')
    const own = toPairs(exported[1]).map(([local, name]) => `${name}:${local}`)
    const taken = toPairs(imported[1]).map(([name, local]) => `${name}:${local}`)
    const copy = `const __runtime=(()=>{${runtime.code.slice(0, exported.index)};return{${own}}})()`
    // As long as what it stands for, on a line that is only moved down: the map of the sources stays right.
    const use = `const{${taken}}=__runtime`.padEnd(imported[0].length)
    entry.code = `${copy}\n${entry.code.replace(imported[0], () => use)}`
    if (entry.map) entry.map = Object.assign(entry.map, { mappings: `;${entry.map.mappings}` })
    entry.imports = entry.imports.filter((name) => name !== runtime.fileName)
  },
}

/** `a as b,c` as `[[a, b], [c, c]]`. @param {string} list @returns {[string, string][]} */
function toPairs(list = '') {
  return list.split(',').map((part) => {
    const [first = '', second = first] = part.trim().split(' as ')
    return [first, second]
  })
}

/** @type {import('vite').InlineConfig} */
export const rendererConfig = {
  ...common,
  root: join(projectRoot, 'renderer'),
  base: '/',
  plugins: [react(), runtimeInEntry],
  build: {
    target: 'chrome130',
    outDir: join(projectRoot, 'dist', 'renderer'),
    emptyOutDir: true,
    // The page's CSP allows neither data: addresses for scripts and fonts nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // What the first words need is one file: each one more is a request that the same thread answers which starts the app.
      output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } },
    },
    // Beside the files for whoever debugs, but not announced to the page.
    sourcemap: 'hidden',
  },
}
