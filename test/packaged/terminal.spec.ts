// The packaged `carrel`: a terminal program made of the app's own, without a window and without a display.
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { release } from '../../scripts/package/places.mjs'
import { expect, parts, recordsIn } from '../desktop/carrel.ts'
import { commandFolder } from '../desktop/commands.ts'
import { steps } from '../support/fake-ollama.ts'
import { giveTo, people, test } from './release.ts'
import { runCarrel, startCarrel } from './terminal.ts'

const unreachable = 'http://127.0.0.1:47113'

for (const person of people) {
  test.describe(person, () => {
    /** A data folder and a home of one's own. */
    async function foldersIn(base: string): Promise<{ data: string; personHome: string }> {
      const [data, personHome] = [join(base, 'data'), join(base, 'person')]
      await mkdir(personHome)
      await giveTo(person, personHome)
      await giveTo(person, base)
      return { data, personHome }
    }

    test('answers its version, and leaves nothing behind', async ({ home }, info) => {
      const { personHome } = await foldersIn(home)
      const times: number[] = []
      for (let round = 0; round < 5; round++) {
        const { milliseconds, ...ended } = await runCarrel({ words: ['--version'], person, personHome })
        expect(ended).toEqual({ code: 0, signal: null, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), error: '' })
        times.push(Math.round(milliseconds))
      }
      const [, , median = 0] = times.sort((a, b) => a - b)
      info.annotations.push({ type: 'time', description: `--version as ${person}: ${median} ms (${times.join(', ')})` })
      expect(median).toBeLessThan(2_000)
      expect(await readdir(personHome)).toEqual([])
      expect(await readdir(home)).toEqual(['person'])
    })

    test('run --json streams an answer, and sessions list knows it', async ({ home, fake }) => {
      const { data, personHome } = await foldersIn(home)
      fake.setScenario(steps({ content: 'Hello from ' }, { content: 'the package.' }, { done: 'stop' }))
      const common = { person, personHome }
      const words = ['run', '--json', '--home', data, '--host', fake.url, 'hello']
      const ran = await runCarrel({ ...common, words })
      expect(ran).toMatchObject({ code: 0, error: '' })
      const lines = ran.out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(lines[0]).toMatchObject({ type: 'session' })
      expect(lines.at(-1)).toMatchObject({ type: 'end', stop: 'stop', text: 'Hello from the package.' })

      const listed = await runCarrel({ ...common, words: ['sessions', 'list', '--json', '--home', data] })
      expect(listed).toMatchObject({ code: 0, error: '' })
      expect(JSON.parse(listed.out)).toMatchObject({ sessions: [{ id: lines[0].id }] })
      expect(await readdir(personHome)).toEqual([])
    })

    test('the words reach it as they were given, whatever Chromium would make of them', async ({ home, fake }) => {
      const { data, personHome } = await foldersIn(home)
      fake.setScenario(steps({ content: 'Yes.' }, { done: 'stop' }))
      const prompt = `--remote-debugging-port=0 "two\nlines" 'and' $HOME ü 🜁 *`
      const words = ['run', '--home', data, '--host', fake.url, '--', prompt]
      expect(await runCarrel({ person, personHome, words })).toMatchObject({ code: 0, error: '' })
      expect(await recordsIn(data)).toContainEqual(expect.objectContaining({ role: 'user', content: prompt }))
    })

    test('reads standard input to its end', async ({ home, fake }) => {
      const { data, personHome } = await foldersIn(home)
      // Many times what a pipe holds at once. Too much for the model, but the question is on the disk before it hears of it.
      const input = `${'A long question. '.repeat(20_000)}ü?`
      const words = ['run', '--home', data, '--host', fake.url, '-']
      await runCarrel({ person, personHome, words, input })
      expect((await recordsIn(data)).find(({ role }) => role === 'user')?.['content']).toBe(input)

      fake.setScenario(steps({ content: 'Read.' }, { done: 'stop' }))
      const short = await runCarrel({ person, personHome, words, input: 'A short one' })
      expect(short).toMatchObject({ code: 0, out: 'Read.\n', error: '' })
    })

    test('the script of a bundled skill runs in the sandbox, out of the package', async ({ home, fake }) => {
      const { data, personHome } = await foldersIn(home)
      const { folder, remove } = await commandFolder()
      try {
        await writeFile(join(folder, 'in.csv'), 'a;b\n"1,5";2\n')
        const script = join(release.resources, 'skills', 'clean-csv', 'scripts', 'clean-csv.sh')
        const call = (name: string, given: Record<string, string>) => ({ tool_calls: [{ name, arguments: given }] })
        fake.setScenario({
          turns: [
            { match: { nth: 1 }, steps: [call('use_skill', { name: 'clean-csv' }), { done: 'stop' }] },
            {
              match: { nth: 2 },
              steps: [call('run_command', { command: `sh ${script} in.csv out.csv` }), { done: 'stop' }],
            },
            { match: { nth: 3 }, steps: [{ content: 'Done.' }, { done: 'stop' }] },
          ],
        })
        const words = [
          'run',
          '--home',
          data,
          '--host',
          fake.url,
          '--workspace',
          folder,
          '--allow',
          'execute',
          'Clean it',
        ]
        // The guards are tried in a folder of the system's own: the person's is closed to whom root's commands run as.
        const environment = { TMPDIR: tmpdir() }
        expect(await runCarrel({ person, personHome, words, environment })).toMatchObject({ code: 0, out: 'Done.\n' })
        expect(await readFile(join(folder, 'out.csv'), 'utf8')).toBe('a,b\n"1,5",2\n')
      } finally {
        await remove()
      }
    })

    test('ends with the exit codes of the contract', async ({ home }) => {
      const { data, personHome } = await foldersIn(home)
      const codeOf = async (...words: string[]) =>
        (await runCarrel({ person, personHome, words: [...words, '--home', data] })).code
      expect(await codeOf('sessions', 'list')).toBe(0)
      expect(await codeOf('sessions', 'show', 'no-such-session')).toBe(1)
      expect(await codeOf('no-such-command')).toBe(2)
      expect(await codeOf('--remote-debugging-port=0')).toBe(2)
      expect(await codeOf('run', '--host', unreachable, 'hello')).toBe(3)
    })

    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      test(`${signal} stops the run, keeps what had come, and ends with 130`, async ({ home, fake }) => {
        const { data, personHome } = await foldersIn(home)
        fake.setScenario(steps({ content: 'Only this much' }, { gate: 'never' }, { done: 'stop' }))
        const words = ['run', '--home', data, '--host', fake.url, 'hello']
        const { child, out, ended } = startCarrel({ person, personHome, words })
        await expect.poll(out).toContain('Only this much')
        // The launcher became the program, so this is the program's own process.
        child.kill(signal)
        expect(await ended).toMatchObject({ code: 130, signal: null })
        expect(await recordsIn(data)).toContainEqual(
          expect.objectContaining({ role: 'assistant', content: 'Only this much', stop: 'cancelled' }),
        )
      })
    }

    test('works while the window has the same folder open', async ({ home, fake, open }) => {
      const { personHome } = await foldersIn(home)
      fake.setScenario(steps({ content: 'Attached.' }, { done: 'stop' }))
      const { page } = await open({ person })
      await expect(parts(page).message).toBeVisible()
      const words = ['run', '--home', home, 'From the terminal']
      expect(await runCarrel({ person, personHome, words })).toMatchObject({ code: 0, out: 'Attached.\n', error: '' })
      await expect(parts(page).sessions.getByText('From the terminal')).toBeVisible()
    })
  })
}

test('works through a link on the path, in a pipe whose reader is slow, and in one whose reader leaves', async ({
  home,
  fake,
}) => {
  const link = join(home, 'carrel')
  await symlink(release.launcher, link)
  const long = 'All of this must arrive. '.repeat(40_000)
  fake.setScenario(steps({ content: long }, { done: 'stop' }))
  const shell = async (line: string) => {
    const env = {
      PATH: `${home}:${process.env['PATH']}`,
      HOME: home,
      OLLAMA_HOST: fake.url,
      CARREL_HOME: join(home, 'data'),
    }
    const { stdout } = await promisify(execFile)('sh', ['-c', line], { env })
    return stdout
  }
  expect(await shell('carrel run hello | (sleep 1; cat)')).toContain(long.trimEnd())
  expect(await shell('carrel run hello | head -c 12')).toBe('All of this ')
})
