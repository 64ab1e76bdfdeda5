// `carrel help`, `carrel … --help` and completion: made of one table, and asked as a shell asks.
import { execFile, spawnSync } from 'node:child_process'
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { surplusWord } from '../../electron/terminal/manual/command-line.ts'
import { manualPage } from '../../electron/terminal/manual/pages.ts'
import { commandJson } from '../../shared/command-json.ts'
import {
  everywhere,
  leading,
  manual,
  type OptionName,
  type OptionWords,
  optionWords,
} from '../../shared/messages/manual.ts'
import { messages } from '../../shared/messages/messages.ts'
import { gemma } from '../support/fake-ollama.ts'
import { openRepl } from '../support/repl.ts'
import { fakeServer } from '../support/server.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal, terminalProgram } from '../support/terminal.ts'
import { noTmux } from '../support/tmux.ts'

let folder: string
let home: string
beforeAll(buildTerminal)
beforeEach(async () => {
  folder = await temporaryFolder()
  home = join(folder, 'home')
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(
    join(home, 'sessions', 'past.jsonl'),
    toBytes({ ...header, id: 'past' }, message('q1', null, { content: 'Name a fish' })),
  )
})
const carrel = (...words: string[]) =>
  runTerminal({ arguments: ['--home', home, '--host', 'http://127.0.0.1:9', ...words] })

describe('the manual', () => {
  test('has a page for every command that answers a script, and every one of its lines fits a terminal', () => {
    const others = ['completion', 'help']
    const named = Object.keys(manual).filter((name) => !others.includes(name))
    expect(named.sort()).toEqual(
      Object.keys(commandJson)
        .filter((name) => name !== 'version')
        .sort(),
    )
    for (const name of ['', ...Object.keys(manual), 'sessions']) {
      const page = manualPage(name.split(' ').filter(Boolean)) ?? ''
      expect(page).toContain('SYNOPSIS\n    carrel')
      const long = page.split('\n').filter((line) => line.length > 80)
      expect(long).toEqual([])
    }
  })

  test('knows every command and every option that there is', async () => {
    // Each with an option that is none: a command that is not there would say so first.
    for (const name of new Set(Object.keys(manual).map((command) => command.split(' ')[0] ?? ''))) {
      const { error } = await carrel(name, 'no-such-thing', 'nor-this')
      expect([name, error.includes(messages.terminal.unknownCommand(name))]).toEqual([name, false])
    }
    const used = new Set([...leading, ...everywhere, ...Object.values(manual).flatMap(({ options }) => options)])
    expect(Object.keys(optionWords).filter((name) => !used.has(name as never))).toEqual([])
  })

  test('is printed for a command, before it or behind it, and for a group', async () => {
    const page = manualPage(['sessions', 'show'])
    expect(page).toContain('NAME\n    carrel sessions show: Prints a session.\n')
    expect(page).toContain('--all-branches')
    expect((await carrel('help', 'sessions', 'show')).out).toBe(page)
    expect((await carrel('sessions', 'show', 'past', '--help')).out).toBe(page)
    expect((await carrel('sessions', '-h')).out).toBe(manualPage(['sessions']))
    expect(await carrel('help', 'fly')).toMatchObject({ code: 2, out: '' })
  })
})

describe('an option that a command does not take', () => {
  const words: Record<OptionName, OptionWords> = optionWords
  const names = Object.keys(words) as OptionName[]
  const written = (option: OptionName) => {
    const { value, oneOf } = words[option]
    return value === null ? [`--${option}`] : [`--${option}`, oneOf?.[0] ?? 'x']
  }
  // No help and no version, which come before everything else, and the home of this test.
  const others = names.filter((name) => !['help', 'version', 'home', 'json'].includes(name))
  /** A group alone is its first command that needs nothing. */
  const groups = ['sessions', 'logs', 'trash', 'skills', 'models', 'rules', 'settings', 'index']
  const meant = (group: string) => `${group} ${{ settings: 'get', index: 'status' }[group] ?? 'list'}`
  const commands: [string, string][] = [
    ...Object.keys(manual).map((command): [string, string] => [command, command]),
    ...groups.map((group): [string, string] => [group, meant(group)]),
  ]

  test.each(commands)(
    'carrel %s is refused with every one of them, before anything is done',
    async (typed, command) => {
      const own = new Set<OptionName>([...(manual[command]?.options ?? []), ...everywhere])
      const strange = others.filter((option) => !own.has(option))
      const none = join(folder, 'none')
      const half = Math.floor(others.length / 2)
      const refused = async (...more: string[]) =>
        await runTerminal({
          // In front of the command, within it and behind it.
          arguments: [
            ...others.slice(0, half).flatMap(written),
            ...typed.split(' ').flatMap((word) => [word, '--home', none]),
            ...others.slice(half).flatMap(written),
            ...more,
          ],
          input: '',
        })
      const sentence = messages.terminal.strangeOptions(command, strange)
      for (const option of strange) expect(sentence).toContain(`--${option}`)
      expect(sentence).toContain(`carrel help ${command}`)
      const told = await refused()
      expect([told.code, told.out, told.error]).toEqual([2, '', `${sentence}\n`])
      const document = await refused('--json')
      expect([document.code, document.json(), document.error]).toEqual([
        2,
        { error: { code: 'invalid-input', message: sentence } },
        '',
      ])
      expect(await readdir(folder)).toEqual(['home'])
    },
  )

  test.each([
    ['sessions show', ['one', 'two'], 'two'],
    ['sessions list', ['one'], 'one'],
    ['undo', ['one', 'two'], 'two'],
    ['models pull', ['one', 'two', 'three'], 'two'],
    ['doctor', ['one'], 'one'],
    ['settings get', ['theme', 'dark'], 'dark'],
  ])('carrel %s is refused with a word that it does nothing with', async (command, given, surplus) => {
    const { code, out, error } = await runTerminal({
      arguments: [...command.split(' '), ...given, '--home', join(folder, 'none')],
      input: '',
    })
    expect([code, out, error]).toEqual([2, '', `${messages.terminal.surplusWord(command, surplus)}\n`])
    expect(await readdir(folder)).toEqual(['home'])
  })

  test('of words of one’s own there may be several', () => {
    for (const words of [
      'run why is that',
      'sessions search fish soup',
      'sessions rename one A title',
      'help sessions list',
    ]) {
      expect(surplusWord(words.split(' '))).toBeNull()
    }
    expect(surplusWord(['sessions', 'archive', 'one', 'two', 'three'])).toBeNull()
    expect(surplusWord(['nothing', 'such'])).toBeNull()
  })

  test.skipIf(noTmux !== null)('is refused without a command, too', async () => {
    const nowhere = { home, host: 'http://127.0.0.1:9', cwd: folder }
    const repl = await openRepl({ ...nowhere, arguments: ['--limit', '3'], columns: 200 })
    const screen = await repl.waitForScreen('[exit 2]')
    expect(screen).toContain(messages.terminal.strangeOptions('', ['limit']))
  })

  test('is none behind --, and none where a command is unknown', async () => {
    expect((await carrel('sessions', 'search', '--', '--attach')).code).toBe(0)
    expect(await carrel('sessions', 'fly', '--attach', 'x')).toMatchObject({
      code: 2,
      error: `${messages.terminal.unknownCommand('sessions fly')}\n`,
    })
  })
})

describe('completion', () => {
  const words = async (...given: string[]) => {
    const { code, out, error } = await carrel('completion', '--words', '--', ...given)
    expect([code, error]).toEqual([0, ''])
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t')[0])
  }

  test('knows commands, their options, the values of these, and nothing where files stand', async () => {
    expect(await words('')).toEqual([...new Set(Object.keys(manual).map((name) => name.split(' ')[0]))])
    expect(await words('sess')).toEqual(['sessions'])
    expect(await words('sessions', 'arch')).toEqual(['archive'])
    expect(await words('run', '--mo')).toEqual(['--model', '--mode'])
    expect(await words('run', '--mode', 'w')).toEqual(['workspace'])
    expect(await words('run', '--mode', '=', 't')).toEqual(['trusted'])
    expect(await words('help', 'sessions', 'sh')).toEqual(['show'])
    expect(await words('backup', '')).toEqual([])
    expect(await words('run', '--attach', '')).toEqual([])
    expect(await words('fly', '')).toEqual([])
  })

  test('knows sessions, models and skills, and is quiet when a server is not there', async () => {
    expect(await words('sessions', 'show', '')).toEqual(['past'])
    expect(await words('run', '--session', 'p')).toEqual(['past'])
    expect(await words('run', '--model', '')).toEqual([])
    await mkdir(join(home, 'skills', 'greet'), { recursive: true })
    await writeFile(
      join(home, 'skills', 'greet', 'SKILL.md'),
      '---\nname: greet\ndescription: Greets.\n---\n\nSay hello.\n',
    )
    expect(await words('skills', 'show', 'g')).toEqual(['greet'])
    const server = await fakeServer()
    const models = await runTerminal({
      arguments: ['--home', home, '--host', server.url, 'completion', '--words', '--', 'run', '--model', 'gem'],
    })
    expect(models.out.split('\n')).toContain(gemma.name)
  })

  test('works in bash, where a model has a colon in its name', async () => {
    const server = await fakeServer()
    // A shell of a person who has `carrel` on their PATH.
    const bin = join(folder, 'bin')
    await mkdir(bin)
    await writeFile(join(bin, 'carrel'), `#!/bin/sh\nexec "${process.execPath}" "${terminalProgram()}" "$@"\n`, {
      mode: 0o755,
    })
    await symlink(process.execPath, join(bin, 'node'))
    const complete = async (...typed: string[]) =>
      await new Promise<string[]>((resolve, reject) => {
        const script = `source <(carrel completion bash)
          COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
          COMP_WORDS=(carrel "$@") COMP_CWORD=$#
          _carrel
          printf '%s\\n' "\${COMPREPLY[@]}"`
        const env = {
          PATH: `${bin}:${process.env['PATH']}`,
          HOME: '/nonexistent',
          CARREL_HOME: home,
          OLLAMA_HOST: server.url,
        }
        execFile('bash', ['-c', script, 'bash', ...typed], { env, cwd: '/' }, (thrown, out, error) =>
          thrown
            ? reject(new Error(`${thrown.message} ${error}`))
            : resolve(out.split('\n').filter((line) => line !== '')),
        )
      })
    expect(await complete('sessions', 'un')).toEqual(['unpin'])
    expect(await complete('sessions', 'show', '')).toEqual(['past'])
    expect(await complete('run', '--model', gemma.name.slice(0, 4))).toContain(gemma.name)
    // As bash cuts `gemma4:e`; what it puts in its place is what stands behind the colon.
    const [before = '', behind = ''] = gemma.name.split(':')
    expect(await complete('run', '--model', before, ':', behind.slice(0, 1))).toContain(behind)
  })

  test.each(['bash', 'zsh', 'fish'])('prints a script that %s can read', async (shell) => {
    const { code, out } = await carrel('completion', shell)
    expect([code, out]).toEqual([0, expect.stringContaining('completion --words --')])
    // Not every machine has all of them.
    const file = join(folder, 'script')
    await writeFile(file, out)
    const read = spawnSync(shell, ['-n', file], { encoding: 'utf8' })
    if (read.error === undefined) expect([read.status, read.stderr]).toEqual([0, ''])
    expect((await carrel('completion', 'tcsh')).code).toBe(2)
  })
})
