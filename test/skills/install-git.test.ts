// Skills from git, over real https from a server of the test's own: what is fetched is read, and nothing of a repository is acted upon.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { parseGitAddress } from '../../electron/services/skills/install/git-address.ts'
import type { GitDependencies } from '../../electron/services/skills/install/git-source.ts'
import { meansRepository } from '../../shared/skill-source.ts'
import { type GitServer, makeRepository, type Repository, startGitServer } from '../support/git-server.ts'
import { sharedFolder, temporaryFolder } from '../support/temp.ts'
import { codesOf, failureOf, type InstallRoom, installRoom, never, skillText, treeOf } from './install-room.ts'

let served: string
let server: GitServer
beforeAll(async () => {
  const { path, remove } = await sharedFolder()
  served = path
  server = await startGitServer(served)
  return async () => {
    await server.close()
    await remove()
  }
})

let base: string
let room: InstallRoom
beforeEach(async () => {
  base = await temporaryFolder()
  server.instead = null
  server.asked.length = 0
  room = await open()
})
afterEach(() => room.close())

const open = async (git: Partial<GitDependencies> = {}) =>
  await installRoom(base, { certificates: server.certificates, ...git })

let count = 0
function repository(files: Record<string, string>): Repository & { url: string } {
  count += 1
  const name = `repository${count}`
  return { ...makeRepository(served, name, files), url: `${server.url}/${name}.git` }
}

const inspect = async (url: string, from = room) => await from.installing.inspect({ kind: 'git', url }, never)

test('a repository that is a skill: fetched, installed without its history, and the commit is written down', async () => {
  const { url, git, path, commit } = repository({ 'SKILL.md': skillText('fetched'), 'scripts/run.sh': '#!/bin/sh\n' })
  await chmod(join(path, 'scripts/run.sh'), 0o755)
  const head = commit('second')
  const skill = await room.install({ kind: 'git', url })
  expect(skill).toMatchObject({ name: 'fetched', state: 'off' })
  expect(await treeOf(join(room.skills, 'fetched'))).toEqual({
    'SKILL.md': `644 ${skillText('fetched')}`,
    'scripts/': '755',
    'scripts/run.sh': '755 #!/bin/sh\n',
  })
  const lock = JSON.parse(await readFile(join(room.path, 'skills.lock.json'), 'utf8'))
  expect(lock.skills.fetched).toMatchObject({ kind: 'git', source: url, commit: head, ref: null, subpath: null })
  expect(room.reached).toEqual([{ host: server.host, bytes: expect.any(Number) }])
  expect(await readdir(join(room.skills, '.staging'))).toEqual([])
  expect(git('rev-parse', 'main')).toBe(head)
})

test('a branch, a tag, a commit, and a folder in a repository of many skills', async () => {
  const { url, git, path, commit } = repository({
    'README.md': 'Skills.',
    'skills/one/SKILL.md': skillText('one', 'First.\n'),
    'skills/two/SKILL.md': skillText('two'),
  })
  const first = git('rev-parse', 'HEAD')
  git('tag', 'v1.0')
  git('checkout', '--quiet', '-b', 'feature/new')
  await writeFile(join(path, 'skills/one/SKILL.md'), skillText('one', 'Second.\n'))
  commit('second')
  git('checkout', '--quiet', 'main')
  const many = await inspect(url)
  expect(many.id).toBeNull()
  expect(codesOf(many)).toEqual(['several-skills'])
  expect(many.problems[0]?.message).toContain('#:skills/one')
  expect((await inspect(`${url}#:skills/two`)).judgement.name).toBe('two')
  expect((await inspect(`${url}#v1.0:skills/one/`)).body).toContain('First.')
  expect((await inspect(`${url}#feature/new:skills/one`)).body).toContain('Second.')
  expect((await inspect(`${url}#${first}:skills/one`)).body).toContain('First.')
  expect((await failureOf(inspect(`${url}#none:skills/one`)))?.code).toBe('not-found')
  expect((await failureOf(inspect(`${url}#:skills/three`)))?.code).toBe('not-found')
  expect((await failureOf(inspect(`${server.url}/missing.git`)))?.code).toBe('unavailable')
})

test('an update compares with what the same branch has now', async () => {
  const { url, path, commit } = repository({ 'deep/SKILL.md': skillText('moving') })
  const skill = await room.install({ kind: 'git', url: `${url}#main:deep` })
  expect((await room.update(skill)).replaces?.isSame).toBe(true)
  await writeFile(join(path, 'deep/SKILL.md'), skillText('moving', 'Anew.\n'))
  const head = commit('second')
  const update = await room.update(skill)
  expect(update.replaces).toMatchObject({ key: skill.key, isSame: false, isEdited: false })
  await room.installing.install(update.id ?? '', { overwriteEdits: false })
  const lock = JSON.parse(await readFile(join(room.path, 'skills.lock.json'), 'utf8'))
  expect(lock.skills.moving).toMatchObject({ commit: head, ref: 'main', subpath: 'deep' })
})

test('links outside of the skill are none of its business, and in it they are refused; git would have made them', async () => {
  const { url, path, commit } = repository({ 'a/SKILL.md': skillText('a') })
  await symlink('/etc', join(path, 'elsewhere'))
  commit('a link beside it')
  expect((await inspect(`${url}#:a`)).id).not.toBeNull()
  await symlink('/etc/passwd', join(path, 'a', 'passwd'))
  commit('a link in it')
  expect(codesOf(await inspect(`${url}#:a`))).toEqual(['link-entry'])
  // The control: a usual clone has the link.
  const clone = join(base, 'clone')
  await promisify(execFile)('git', ['clone', '--quiet', url, clone], {
    env: { ...process.env, GIT_SSL_CAINFO: server.certificates },
  })
  expect((await treeOf(join(clone, 'a')))['passwd']).toBe('-> /etc/passwd')
})

test('filters, attributes, hooks and submodules of a repository do nothing; a usual clone runs the filter', async () => {
  const { url, path, git, commit } = repository({
    'SKILL.md': skillText('quiet'),
    '.gitattributes': '*.txt filter=evil\n*.md ident eol=crlf\n',
    'a.txt': '$Id$',
    '.gitmodules': '[submodule "sub"]\n\tpath = sub\n\turl = ext::sh -c "touch /tmp/evil"\n',
    '.githooks/post-checkout': '#!/bin/sh\n',
  })
  const head = git('rev-parse', 'HEAD')
  git('update-index', '--add', '--cacheinfo', `160000,${head},sub`)
  git('commit', '--quiet', '-m', 'a submodule')
  expect(existsSync(path)).toBe(true)
  // A submodule is no file, so the skill cannot have one.
  expect(codesOf(await inspect(url))).toEqual(['special-entry'])
  git('rm', '--quiet', '--cached', 'sub')
  git('commit', '--quiet', '-m', 'none')
  const witness = join(base, 'witness')
  // What git would be told by the person's own config, which is not read here.
  const config = join(base, 'config')
  await writeFile(
    config,
    `[filter "evil"]\n\tsmudge = "touch ${witness}; cat"\n[core]\n\thooksPath = ${join(base, 'hooks')}\n`,
  )
  const hostile = { ...process.env, GIT_CONFIG_GLOBAL: config, HOME: base, GIT_SSL_NO_VERIFY: '1', GIT_TRACE: witness }
  await room.close()
  room = await open({ environment: hostile })
  const skill = await room.install({ kind: 'git', url })
  expect(existsSync(witness)).toBe(false)
  expect(await readFile(join(room.skills, 'quiet', 'a.txt'), 'utf8')).toBe('$Id$')
  expect(await readFile(join(room.skills, 'quiet', 'SKILL.md'), 'utf8')).toBe(skillText('quiet'))
  expect(skill.files).toBe(5)
  // The control: the same config in a usual clone.
  await promisify(execFile)('git', ['clone', '--quiet', url, join(base, 'clone')], {
    env: { ...process.env, GIT_CONFIG_GLOBAL: config, GIT_SSL_CAINFO: server.certificates },
  })
  expect(existsSync(witness)).toBe(true)
  commit('kept')
})

test.each<[string, string]>([
  ['a way up', '..'],
  ['the history', '.git'],
  ['a slash', 'a/b'],
])('a tree with %s in it, such as no decent git makes', async (_name, name) => {
  const { url, git, path } = repository({ 'SKILL.md': skillText('crafted') })
  const blob = git('rev-parse', 'HEAD:SKILL.md')
  const inner = `100644 evil\0`
  const entry = (mode: string, label: string, id: string) =>
    Buffer.concat([Buffer.from(`${mode} ${label}\0`), Buffer.from(id, 'hex')])
  const write = async (bytes: Buffer) => {
    await writeFile(join(base, 'tree'), bytes)
    return git('hash-object', '-t', 'tree', '-w', '--literally', join(base, 'tree'))
  }
  const sub = await write(Buffer.concat([Buffer.from(inner), Buffer.from(blob, 'hex')]))
  const tree = await write(
    Buffer.concat([
      ...(name < 'SKILL.md' ? [entry('40000', name, sub)] : []),
      entry('100644', 'SKILL.md', blob),
      ...(name < 'SKILL.md' ? [] : [entry('40000', name, sub)]),
    ]),
  )
  git('update-ref', 'refs/heads/main', git('commit-tree', tree, '-m', 'crafted'))
  expect(existsSync(path)).toBe(true)
  const inspection = await inspect(url)
  if (name === '..') expect(codesOf(inspection)).toEqual(['path-outside'])
  // What would be a history of its own is left out.
  if (name === '.git') expect(inspection.files.map((file) => file.path)).toEqual(['SKILL.md'])
  // As git tells it, these are two names; and one place all the same.
  if (name === 'a/b') expect(inspection.files.map((file) => file.path)).toEqual(['SKILL.md', 'a/b/evil'])
  expect((await readdir(base)).sort()).toEqual(['data', 'person', 'tree'])
})

test('names that are one on some disks', async () => {
  const { url, path, commit } = repository({ 'SKILL.md': skillText('twins'), 'A.md': '1', 'a.md': '2' })
  expect(existsSync(path)).toBe(true)
  commit('as it is')
  expect(codesOf(await inspect(url))).toEqual(['path-duplicate'])
})

test.each([
  'http://127.0.0.1/a.git',
  'git://127.0.0.1/a.git',
  'file:///etc',
  'ext::sh -c "touch /tmp/evil"',
  'fd::17',
  '/etc',
  '../a',
  '--upload-pack=touch /tmp/evil',
  '-oProxyCommand=evil',
  'ssh://-oProxyCommand=evil/a',
  'ssh://user@-evil/a',
  'ssh://-user@host/a',
  'git@-host:a',
  '-git@host:a',
  'git@host:-a',
  'https://host/-a',
  'https://host/a/../../b c',
  'https://host',
  'https://host/',
  'https:///a',
  'https://ho\nst/a',
  'https://host/a\0',
  'https://host/a\u202e',
  'https:\\\\host\\a',
  'transport::https://host/a',
  'https://[evil]/a',
])('no address: %j', (url) => {
  expect(() => parseGitAddress(url)).toThrow(/no address of a git repository/)
})

test.each(['https://user:secret@host/a', 'https://token@host/a', 'ssh://git:secret@host/a', 'https://host/a?token=x'])(
  'no secret in an address: %s',
  (url) => {
    expect(() => parseGitAddress(url)).toThrow(/password or a key/)
  },
)

test.each([
  '-x',
  'a..b',
  'a b',
  '+main',
  'a:b/../c',
  ':../up',
  ':/abs',
  ':a//b',
  '^main',
  'a@{1}',
  'a~1',
  '*',
  'a.lock',
  ':-x',
  ':con',
])('no ref and no folder: #%s', (place) => {
  expect(() => parseGitAddress(`https://host/a#${place}`)).toThrow(/no name of a branch|no folder of a repository/)
})

test.each<[string, object]>([
  ['https://github.com/owner/name.git', { protocol: 'https', host: 'github.com', port: 443, ref: null, folder: '' }],
  ['https://host:8443/a#v1:b/c', { port: 8443, ref: 'v1', folder: 'b/c' }],
  ['ssh://git@host:2222/a.git#main', { protocol: 'ssh', host: 'host', port: 2222, ref: 'main' }],
  [
    'git@host.example:owner/name.git#:skills/a',
    { protocol: 'ssh', host: 'host.example', port: 22, folder: 'skills/a' },
  ],
])('an address: %s', (url, expected) => {
  expect(parseGitAddress(url)).toMatchObject(expected)
  expect(meansRepository(url)).toBe(true)
})

test('a path does not look like a repository', () => {
  for (const path of ['/a/b', './a.zip', 'a@b/c.zip', 'C:\\a', 'notes.skill']) expect(meansRepository(path)).toBe(false)
})

test('a certificate that nobody vouches for is not believed', async () => {
  const { url } = repository({ 'SKILL.md': skillText('unknown') })
  await room.close()
  room = await open({ certificates: null })
  const failure = await failureOf(inspect(url))
  expect(failure).toMatchObject({ code: 'unavailable', detail: expect.stringMatching(/certificate/i) })
  expect(room.reached).toEqual([{ host: server.host, bytes: null }])
})

test('a server that asks for a password is told none, and nobody is asked', async () => {
  server.instead = (_request, response) => {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' })
    response.end()
  }
  expect((await failureOf(inspect(`${server.url}/private.git`)))?.code).toBe('unavailable')
  expect(server.asked).toHaveLength(1)
})

test.each(['https', 'http', 'file', 'ext'])('a redirect to %s is not followed', async (protocol) => {
  const heard: string[] = []
  const elsewhere = createServer((request, response) => {
    heard.push(request.url ?? '')
    response.end()
  })
  elsewhere.listen(0, '127.0.0.1')
  await once(elsewhere, 'listening')
  // What listens on a host has a port.
  const { port } = elsewhere.address() as AddressInfo
  const witness = join(base, 'witness')
  const to = {
    https: `${server.url}/elsewhere.git/info/refs?service=git-upload-pack`,
    http: `http://127.0.0.1:${port}/a.git/info/refs`,
    file: `file://${served}`,
    ext: `ext::touch ${witness}`,
  }
  server.instead = (_request, response) => {
    response.writeHead(302, { location: to[protocol as keyof typeof to] })
    response.end()
  }
  const failure = await failureOf(inspect(`${server.url}/a.git`))
  expect(failure).toMatchObject({ code: 'unavailable', message: expect.stringContaining('leads on') })
  expect(server.asked).toHaveLength(1)
  expect(heard).toEqual([])
  expect(existsSync(witness)).toBe(false)
  elsewhere.close()
})

test('a server that never ends is left in time, with everything that was started', async () => {
  server.instead = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
    response.write('001e# service=git-upload-pack\n')
  }
  await room.close()
  room = await open({ limitMs: 700 })
  const failure = await failureOf(inspect(`${server.url}/slow.git`))
  expect(failure).toMatchObject({ code: 'unavailable', message: expect.stringContaining('0.7 seconds') })
  expect(await gitProcesses()).toEqual([])
  expect(await readdir(join(room.skills, '.staging'))).toEqual([])
})

test('a person who stops waits no longer', async () => {
  const stopping = new AbortController()
  server.instead = () => stopping.abort()
  const work = room.installing.inspect({ kind: 'git', url: `${server.url}/slow.git` }, stopping.signal)
  expect((await failureOf(work))?.code).toBe('cancelled')
  expect(await gitProcesses()).toEqual([])
})

/** Those that work for this test's data folder. */
async function gitProcesses(): Promise<string[]> {
  if (process.platform !== 'linux') return []
  const found: string[] = []
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const words = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')
    if (words.startsWith('git') && words.includes(base)) found.push(words)
  }
  return found
}

test('when the app is closed nobody goes on fetching', async () => {
  const asked = new Promise<void>((resolve) => {
    server.instead = () => resolve()
  })
  const work = failureOf(inspect(`${server.url}/slow.git`))
  await asked
  await room.close()
  expect((await work)?.code).toBe('cancelled')
  expect(await gitProcesses()).toEqual([])
})

test('a repository that is too large is not fetched to its end', async () => {
  const { url, path, commit } = repository({ 'SKILL.md': skillText('large') })
  const noise = Buffer.alloc(3_000_000)
  for (let at = 0; at + 4 <= noise.length; at += 4) noise.writeUInt32LE((at * 2_654_435_761) % 4_294_967_296, at)
  await writeFile(join(path, 'noise'), noise)
  commit('noise')
  await room.close()
  room = await open({ limitBytes: 100_000 })
  expect((await failureOf(inspect(url)))?.code).toBe('limit')
  expect(await readdir(join(room.skills, '.staging'))).toEqual([])
})

test('without git a sentence says what to do', async () => {
  await mkdir(join(base, 'nothing'))
  await room.close()
  room = await open({ environment: { PATH: join(base, 'nothing') } })
  const failure = await failureOf(inspect(`${server.url}/a.git`))
  expect(failure).toMatchObject({ code: 'unavailable', message: expect.stringContaining('git is not installed') })
})

test('a relative folder in PATH, or the working folder, has no say in which git it is', async () => {
  await rm(join(base, 'nothing'), { recursive: true, force: true })
  await room.close()
  room = await open({ environment: { PATH: 'bin:.:' } })
  expect((await failureOf(inspect(`${server.url}/a.git`)))?.message).toContain('git is not installed')
})

test('over ssh with the keys of the person, asking nothing, and with nothing in the address that ssh could take for more', async () => {
  const bin = join(base, 'bin')
  await mkdir(bin)
  // In the place of ssh: tells what it was started with, and ends as if nobody was there.
  const witness = join(base, 'ssh.txt')
  const script = `#!/bin/sh\n{ printf '%s\\n' "$@"; echo "HOME=$HOME"; env | grep -E '^(GIT_|SSH_)' | sort; } > ${witness}\nexit 255\n`
  await writeFile(join(bin, 'ssh'), script, { mode: 0o755 })
  await room.close()
  const environment = {
    ...process.env,
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: base,
    SSH_AUTH_SOCK: '/agent',
    GIT_SSH: '/evil',
  }
  room = await open({ environment })
  const failure = await failureOf(inspect('ssh://git@host.invalid:2222/owner/name.git#main'))
  expect(failure?.code).toBe('unavailable')
  expect(room.reached).toEqual([{ host: 'host.invalid:2222', bytes: null }])
  const told = await readFile(witness, 'utf8')
  for (const option of [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
  ]) {
    expect(told).toContain(`-o\n${option}\n`)
  }
  expect(told).toContain('\n-p\n2222\ngit@host.invalid\n')
  expect(told).toContain(`HOME=${base}\n`)
  expect(told).toContain('SSH_AUTH_SOCK=/agent\n')
  expect(told).toContain('GIT_ALLOW_PROTOCOL=ssh\n')
  expect(told).toContain('GIT_CONFIG_GLOBAL=/dev/null\n')
  expect(told).not.toContain('GIT_SSH=')
})

test('over https nothing of the person is in the environment of git but the way out', async () => {
  const bin = join(base, 'bin')
  await mkdir(bin)
  const witness = join(base, 'git.txt')
  await writeFile(join(bin, 'git'), `#!/bin/sh\nenv >> ${witness}\nexit 1\n`, { mode: 0o755 })
  await room.close()
  const secret = {
    ANTHROPIC_KEY: 'secret',
    HOME: '/root/secret',
    SSH_AUTH_SOCK: '/secret',
    GIT_PROXY_COMMAND: 'secret',
  }
  room = await open({
    environment: { ...process.env, ...secret, PATH: `${bin}:/usr/bin:/bin`, https_proxy: 'http://proxy' },
  })
  expect((await failureOf(inspect(`${server.url}/a.git`)))?.code).toBe('unavailable')
  const told = await readFile(witness, 'utf8')
  expect(told).not.toContain('secret')
  expect(told).toContain('https_proxy=http://proxy\n')
})
