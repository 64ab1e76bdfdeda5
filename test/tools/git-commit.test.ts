// git_commit in real repositories: what is recorded, what is refused, and that nothing a repository names is ever run.
import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gitCommit } from '../../electron/services/tools/git-commit.ts'
import { quote } from '../../electron/services/tools/text/quote.ts'
import type { ToolContext } from '../../electron/services/tools/tool.ts'
import { commitPaths } from '../../shared/commit.ts'
import { ExpectedFailure } from '../../shared/failure.ts'
import { temporaryFolder } from '../support/temp.ts'

const somebody = { name: 'Ada Lovelace', email: 'ada@example.com' }
/** A person's git, with nothing of the machine's own settings. */
const env = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Person',
  GIT_AUTHOR_EMAIL: 'person@example.com',
  GIT_COMMITTER_NAME: 'Person',
  GIT_COMMITTER_EMAIL: 'person@example.com',
}

interface Ended {
  exit: number | null
  output: string
}

/** What runs a command, as a tool is given it. */
function commandsOf(run: (command: string) => Promise<Ended>): ToolContext['commands'] {
  return {
    async start({ command }) {
      const { exit, output } = await run(command)
      const end = { exit, output, signal: null, why: 'exited' as const, bytes: output.length, ms: 0, appeared: [] }
      return {
        handle: '',
        withoutSandbox: false,
        read: () => '',
        onOutput: () => undefined,
        kill: () => undefined,
        ended: Promise.resolve(end),
      }
    },
    find: () => null,
  }
}

async function repository(files: Record<string, string> = {}, isEmpty = false) {
  const root = await temporaryFolder()
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, env, encoding: 'utf8', stdio: 'pipe' }).trimEnd()
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const [path, text] of Object.entries(files)) put(path, text)
  git('init', '-q', '-b', 'main')
  if (!isEmpty) {
    git('add', '-A')
    git('commit', '-q', '--allow-empty', '-m', 'start')
  }
  const run = (command: string) =>
    new Promise<Ended>((resolve, reject) => {
      execFile(
        'bash',
        ['-c', command],
        { cwd: root, env: { PATH: env.PATH, HOME: env.HOME } },
        (error, stdout, stderr) => {
          if (error && typeof error.code !== 'number') reject(error)
          else resolve({ exit: Number(error?.code ?? 0), output: stdout + stderr })
        },
      )
    })
  const commit = async (args: { message: string; paths?: string }, context: Partial<ToolContext> = {}) => {
    try {
      return (
        await gitCommit.run(args, {
          commands: commandsOf(run),
          author: async () => somebody,
          ...context,
        } as ToolContext)
      ).content
    } catch (thrown) {
      const { failure } = thrown as { failure?: { code: string; message: string } }
      if (!failure) throw thrown
      return `${failure.code}: ${failure.message}`
    }
  }
  /** Of the last commit: path to what `git show` says of it. */
  const tree = () => git('ls-tree', '-r', '--name-only', '-z', 'HEAD').split('\0').filter(Boolean)
  return { root, git, put, commit, tree, at: (path: string) => join(root, path) }
}

describe('what is recorded', () => {
  test('everything that is changed, new or gone, and nothing that is ignored', async () => {
    const { at, git, put, commit, tree } = await repository({
      'a.txt': 'one\ntwo\n',
      'b.txt': 'b\n',
      '.gitignore': '*.log\nout/\n',
    })
    put('a.txt', 'one\n2\nthree\n')
    put('new/deep.txt', 'new\n')
    put('x.log', 'ignored')
    put('out/y', 'ignored')
    rmSync(at('b.txt'))
    const short =
      /^Committed ([0-9a-f]{7,}) on main: 3 files, 3 lines added, 2 removed\.\nM a\.txt\nD b\.txt\nA new\/deep\.txt$/
    const said = await commit({ message: 'All of it\n\nwith a body' })
    expect(said).toMatch(short)
    expect(git('rev-parse', '--short', 'HEAD')).toBe(short.exec(said)?.[1])
    expect(tree()).toEqual(['.gitignore', 'a.txt', 'new/deep.txt'])
    expect(git('log', '-1', '--format=%an <%ae> %cn <%ce>%n%B').trimEnd()).toBe(
      'Ada Lovelace <ada@example.com> Ada Lovelace <ada@example.com>\nAll of it\n\nwith a body',
    )
    expect(git('log', '--format=%s')).toBe('All of it\nstart')
    expect(git('status', '--porcelain')).toBe('')
    expect(git('fsck', '--strict')).toBe('')
    expect(git('reflog', '-1', '--format=%gs')).toBe('commit: All of it')
    expect(await commit({ message: 'again' })).toMatch(/^There is nothing to commit/)
  })

  test('only the paths that are named; what else is staged stays staged', async () => {
    const { git, put, commit } = await repository({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c/d.txt': 'd\n' })
    for (const path of ['a.txt', 'b.txt', 'c/d.txt', 'c/new.txt', 'other.txt']) put(path, 'changed\n')
    git('add', 'b.txt')
    expect(await commit({ message: 'some', paths: './a.txt\nc/\n' })).toContain(': 3 files, 3 lines added, 2 removed.')
    expect(git('show', '--name-status', '--format=', 'HEAD')).toBe('M\ta.txt\nM\tc/d.txt\nA\tc/new.txt')
    expect(git('status', '--porcelain')).toBe('M  b.txt\n?? other.txt')
  })

  test('the first commit, and one on no branch', async () => {
    const { git, put, commit } = await repository({ 'a.txt': 'a\n' }, true)
    expect(await commit({ message: 'first' })).toMatch(
      /^Committed [0-9a-f]+ on main: 1 file, 1 line added, 0 removed\.\nA a\.txt$/,
    )
    expect(git('reflog', '-1', '--format=%gs')).toBe('commit (initial): first')
    git('checkout', '-q', '--detach')
    put('a.txt', 'b\n')
    expect(await commit({ message: 'second' })).toMatch(/^Committed [0-9a-f]+ on no branch:/)
    expect(git('log', '--format=%s')).toBe('second\nfirst')
    expect(git('log', '--format=%s', 'main')).toBe('first')
  })

  test('modes, links and names of every kind', async () => {
    const { at, git, put, commit } = await repository({ 'run.sh': 'x\n', 'was-a-file': 'x\n', 'dir/x': 'x\n' })
    const names = [
      'with space',
      '-dash',
      'quo"te',
      '"start',
      'new\nline',
      'ünï',
      'back\\slash',
      '*',
      '$(touch no)',
      "it's",
    ]
    for (const name of names) put(name, `${name}\n`)
    chmodSync(at('run.sh'), 0o755)
    rmSync(at('was-a-file'))
    put('was-a-file/now/in-a-folder', 'y\n')
    rmSync(at('dir'), { recursive: true })
    put('dir', 'now a file\n')
    symlinkSync('/etc/passwd', at('link'))
    symlinkSync('nowhere', at('dangling'))
    execFileSync('mkfifo', [at('pipe')])
    expect(await commit({ message: '$(touch no) `touch no` "\'\n--' })).toContain('Committed')
    const entries = git('ls-tree', '-r', '-z', 'HEAD').split('\0').filter(Boolean)
    const modes = Object.fromEntries(entries.map((entry) => [entry.slice(entry.indexOf('\t') + 1), entry.slice(0, 6)]))
    expect(modes).toEqual({
      ...Object.fromEntries(names.map((name) => [name, '100644'])),
      'run.sh': '100755',
      'was-a-file/now/in-a-folder': '100644',
      dir: '100644',
      link: '120000',
      dangling: '120000',
    })
    for (const name of names) expect(git('show', `HEAD:${name}`)).toBe(name)
    expect(git('show', 'HEAD:link')).toBe('/etc/passwd')
    expect(git('log', '-1', '--format=%B')).toBe('$(touch no) `touch no` "\'\n--')
    expect(git('status', '--porcelain')).toBe('')
    expect(existsSync(at('no'))).toBe(false)
  })

  test('a repository within and a submodule are left as they are', async () => {
    const { at, root, git, put, commit } = await repository({ 'a.txt': 'a\n' })
    execFileSync('git', ['init', '-q', join(root, 'within')], { env })
    put('within/x', 'x')
    const { root: other } = await repository({ s: 's\n' })
    git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other, 'sub')
    git('commit', '-q', '-m', 'sub')
    execFileSync('git', ['commit', '-q', '--allow-empty', '-m', 'in it'], { cwd: at('sub'), env })
    put('a.txt', 'b\n')
    expect(await commit({ message: 'mine' })).toContain('1 file,')
    expect(git('show', '--name-only', '--format=', 'HEAD')).toBe('a.txt')
  })

  test('line ends as the repository wants them', async () => {
    const { git, put, commit } = await repository({ '.gitattributes': '* text=auto\n*.bin -text\n' })
    put('a.txt', 'a\r\nb\r\n')
    put('a.bin', 'a\r\n')
    await commit({ message: 'ends' })
    expect([git('cat-file', '-s', 'HEAD:a.txt'), git('cat-file', '-s', 'HEAD:a.bin')]).toEqual(['4', '3'])
    expect(git('status', '--porcelain')).toBe('')
  })
})

describe('what is refused, with nothing changed', () => {
  const states: [
    what: string,
    said: RegExp,
    prepare: (room: Awaited<ReturnType<typeof repository>>) => void,
    paths?: string,
  ][] = [
    ['no repository', /^unavailable: .* no git repository/, ({ at }) => rmSync(at('.git'), { recursive: true })],
    [
      'a linked worktree',
      /linked worktree/,
      ({ at }) => {
        renameSync(at('.git'), at('elsewhere'))
        writeFileSync(at('.git'), 'gitdir: elsewhere\n')
      },
    ],
    [
      '.git that is a link',
      /linked worktree/,
      ({ at }) => {
        renameSync(at('.git'), at('elsewhere'))
        symlinkSync('elsewhere', at('.git'))
      },
    ],
    [
      'a merge',
      /^unavailable: .*merge/,
      ({ at, git }) => writeFileSync(at('.git/MERGE_HEAD'), `${git('rev-parse', 'HEAD')}\n`),
    ],
    ['a rebase', /rebase/, ({ at }) => mkdirSync(at('.git/rebase-merge'))],
    ['a lock', /^busy: .*index\.lock/, ({ at }) => writeFileSync(at('.git/index.lock'), '')],
    ['an unknown path', /^not-found: .*nowhere\.txt/, () => undefined, 'a.txt\nnowhere.txt'],
    ['an ignored path', /^invalid-input: .*x\.log is ignored/, ({ put }) => put('x.log', 'x'), 'x.log'],
    ['a path outside', /^invalid-input: .*\.\.\/x is no path/, () => undefined, '../x'],
    ['an absolute path', /^invalid-input: .*\/etc\/passwd is no path/, () => undefined, '/etc/passwd'],
    ['.git', /^invalid-input: .*\.Git\/config is no path/, () => undefined, '.Git/config'],
    [
      'another format',
      /extension of git/,
      ({ git }) => {
        git('config', 'core.repositoryformatversion', '1')
        git('config', 'extensions.noop-v1', 'true')
      },
    ],
    [
      'a filter',
      /^invalid-input: .*big\.bin goes through/,
      ({ put }) => {
        put('.gitattributes', '*.bin filter=lfs\n')
        put('big.bin', 'x')
      },
    ],
  ]
  test.each(states)('%s', async (_what, said, prepare, paths) => {
    const room = await repository({ 'a.txt': 'a\n', '.gitignore': '*.log\n' })
    room.put('a.txt', 'changed\n')
    prepare(room)
    const folder = [room.at('.git'), room.at('elsewhere')].find((path) => existsSync(join(path, 'HEAD')))
    const before = folder ? readFileSync(join(folder, 'refs/heads/main'), 'utf8') : null
    expect(await room.commit({ message: 'no', ...(paths ? { paths } : {}) })).toMatch(said)
    if (folder) expect(readFileSync(join(folder, 'refs/heads/main'), 'utf8')).toBe(before)
  })

  test('nobody who commits, no sandbox, no message, too much of it', async () => {
    const { put, commit } = await repository({ 'a.txt': 'a\n' })
    put('a.txt', 'b\n')
    expect(await commit({ message: 'x' }, { author: async () => null })).toMatch(/^unavailable: .*user\.name/)
    const off = commandsOf(() => Promise.reject(new ExpectedFailure('unavailable', 'Commands are off.')))
    expect(await commit({ message: 'x' }, { commands: off })).toBe('unavailable: Commands are off.')
    expect(await commit({ message: ' \n' })).toMatch(/^invalid-input: .*message is empty/)
    expect(await commit({ message: 'a\0b' })).toMatch(/^invalid-input: .*NUL/)
    expect(await commit({ message: 'x'.repeat(100_000) })).toMatch(/^limit: /)
    expect(
      await commit({ message: 'x' }, { commands: commandsOf(async () => ({ exit: null, output: 'Killed' })) }),
    ).toMatch(/did not come to its end\.\nKilled$/)
    expect(await commit({ message: 'x'.repeat(80_000) })).toContain('Committed')
  })
})

describe('a repository that wants to run something', () => {
  async function hostile() {
    const room = await repository({ 'a.txt': 'aaaa\n', 'b.x': 'b\n', '.gitattributes': 'a.txt diff=evil merge=evil\n' })
    const around = await temporaryFolder()
    const marker = join(around, 'ran')
    const program = join(around, 'evil')
    writeFileSync(program, `#!/bin/sh\necho "$0 $@" >>${marker}\ncat 2>/dev/null </dev/null\nexit 0\n`, { mode: 0o755 })
    chmodSync(program, 0o755)
    const hooks =
      'pre-commit prepare-commit-msg commit-msg post-commit post-index-change reference-transaction post-rewrite pre-auto-gc fsmonitor-watchman'
    for (const folder of [room.at('.git/hooks'), join(around, 'hooks')]) {
      mkdirSync(folder, { recursive: true })
      for (const name of hooks.split(' ')) {
        writeFileSync(join(folder, name), `#!/bin/sh\necho "hook ${name}" >>${marker}\n`, { mode: 0o755 })
        chmodSync(join(folder, name), 0o755)
      }
    }
    const set = (key: string, value: string) => room.git('config', key, value)
    const settings: Record<string, string> = {
      'diff.evil.textconv': program,
      'diff.evil.command': program,
      'diff.external': program,
      'core.editor': program,
      'core.pager': program,
      'core.askPass': program,
      'core.sshCommand': program,
      'sequence.editor': program,
      'gpg.program': program,
      'commit.gpgSign': 'true',
      'credential.helper': `!${program}`,
      'alias.commit-tree': `!${program}`,
      'alias.plumb': `!${program}`,
      'trailer.evil.command': program,
      'protocol.ext.allow': 'always',
      'remote.origin.url': `ext::${program}`,
      'remote.origin.promisor': 'true',
      'filter.evil.clean': program,
      'filter.evil.smudge': program,
      'filter.evil.process': program,
      'include.path': join(around, 'included'),
      'core.fsmonitor': program,
    }
    writeFileSync(join(around, 'included'), `[core]\n\thooksPath = ${join(around, 'hooks')}\n`)
    for (const [key, value] of Object.entries(settings)) set(key, value)
    return {
      ...room,
      around,
      ran: () => (existsSync(marker) ? readFileSync(marker, 'utf8') : ''),
      forget: () => rmSync(marker, { force: true }),
    }
  }

  test('runs nothing; control: a plain git runs hooks, filters, the file watcher and the signer', async () => {
    const { at, git, put, commit, ran, forget } = await hostile()
    put('a.txt', 'bbbb\n')
    put('new.txt', 'new\n')
    forget()
    expect(await commit({ message: 'quiet' })).toContain('Committed')
    expect(ran()).toBe('')
    put('a.txt', 'cccc\n')
    expect(await commit({ message: 'quiet, by name', paths: 'a.txt' })).toContain('Committed')
    // A filter only where nothing has changed is no reason to refuse.
    put('.git/info/attributes', '*.x filter=evil\n')
    put('b.x', 'b\n')
    put('new2.txt', 'new\n')
    expect(await commit({ message: 'quiet, by name', paths: 'new2.txt' })).toContain('Committed')
    put('b.x', 'changed\n')
    expect(await commit({ message: 'filtered' })).toContain('b.x goes through a program')
    expect(ran()).toBe('')

    const loud = (...args: string[]) => {
      forget()
      try {
        git(...args)
      } catch {
        // What was run in its place has not done its work.
      }
      return ran()
    }
    expect(loud('status')).toMatch(/evil 2 /)
    git('config', 'core.fsmonitor', 'false')
    expect(loud('add', 'b.x')).toContain('evil')
    git('config', '--unset', 'filter.evil.process')
    git('config', '--unset', 'filter.evil.clean')
    const signing = loud('commit', '-a', '-m', 'loud')
    for (const part of ['hook pre-commit', 'hook post-index-change', 'evil --status-fd'])
      expect(signing).toContain(part)
    git('config', 'commit.gpgSign', 'false')
    expect(loud('commit', '-a', '-m', 'loud')).toContain('hook reference-transaction')
    expect(loud('log', '-p')).toContain('evil')
    expect(existsSync(at('.git/index'))).toBe(true)
  })

  test('a missing object is not fetched', async () => {
    const { at, git, put, commit, ran, forget } = await hostile()
    git('config', 'core.repositoryformatversion', '1')
    git('config', 'extensions.partialClone', 'origin')
    const tree = git('rev-parse', 'HEAD^{tree}')
    forget()
    rmSync(at(`.git/objects/${tree.slice(0, 2)}/${tree.slice(2)}`))
    put('a.txt', 'bbbb\n')
    expect(await commit({ message: 'x', paths: 'a.txt' })).toMatch(/^unavailable: /)
    expect(ran()).toBe('')
  })
})

test('a quoted text is one word of a shell, whatever it is', () => {
  const text = fc.string({ unit: 'grapheme-composite' }).map((words) => words.replaceAll('\0', ''))
  const odd = fc
    .array(fc.constantFrom("'", '"', '\\', '$', '`', '\n', '!', '-', ' ', '$(x)', "'\\''", '*', 'é'))
    .map((all) => all.join(''))
  fc.assert(
    // Many words for each shell: to start one takes long where much else is going on.
    fc.property(fc.array(fc.oneof(text, odd), { minLength: 1, maxLength: 300, size: 'max' }), (texts) => {
      const printed = execFileSync('bash', ['-c', `printf '%s\\0' ${texts.map(quote).join(' ')}`], { encoding: 'utf8' })
      expect(printed).toBe(texts.map((one) => `${one}\0`).join(''))
    }),
    { numRuns: 10 },
  )
  expect(() => quote('a\0b')).toThrow()
})

test('paths are the lines of a text', () => {
  expect(commitPaths('a.txt\r\n ./b/ \n\n./././c\nb')).toEqual(['a.txt', 'b', 'c'])
  expect(commitPaths('a\n.')).toEqual([])
  expect(commitPaths('./')).toEqual([])
  expect(commitPaths(undefined)).toEqual([])
})
