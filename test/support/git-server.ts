// A git server on this machine: real https with a certificate of its own, and git's own http-backend behind it.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'

export interface GitServer {
  /** Without a slash at its end. */
  url: string
  host: string
  /** The file of the certificate that a client has to believe. */
  certificates: string
  /** Everything that was asked, by method and path. */
  asked: string[]
  /** Answers instead of git while it is set. */
  instead: ((request: IncomingMessage, response: ServerResponse) => void) | null
  close(): Promise<void>
}

/** Serves the bare repositories in a folder. */
export async function startGitServer(folder: string): Promise<GitServer> {
  const key = join(folder, 'key.pem')
  const certificates = join(folder, 'certificate.pem')
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  execFileSync('openssl', [...request, ...names, '-keyout', key, '-out', certificates], { stdio: 'ignore' })
  const asked: string[] = []
  const server = createServer(
    { key: await readFile(key), cert: await readFile(certificates) },
    (incoming, response) => {
      asked.push(`${incoming.method} ${incoming.url}`)
      if (made.instead) made.instead(incoming, response)
      else answer(folder, incoming, response)
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // What listens on a host has a port.
  const { port } = server.address() as AddressInfo
  const made: GitServer = {
    url: `https://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    certificates,
    asked,
    instead: null,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return made
}

function answer(folder: string, incoming: IncomingMessage, response: ServerResponse): void {
  const url = new URL(incoming.url ?? '/', 'https://localhost')
  const git = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      // The tests' user and that of the files may be two.
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      REQUEST_METHOD: incoming.method,
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: incoming.headers['content-type'] ?? '',
      GIT_PROTOCOL: String(incoming.headers['git-protocol'] ?? ''),
      HTTP_CONTENT_ENCODING: String(incoming.headers['content-encoding'] ?? ''),
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  incoming.pipe(git.stdin)
  git.stdin.on('error', () => undefined)
  let head = Buffer.alloc(0)
  let isTold = false
  git.stdout.on('data', (piece: Buffer) => {
    if (isTold) return void response.write(piece)
    head = Buffer.concat([head, piece])
    const end = head.indexOf('\r\n\r\n')
    if (end === -1) return
    isTold = true
    const fields = head
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line) => line.split(/: (.*)/s))
    const status = fields.find(([name]) => name === 'Status')?.[1] ?? '200'
    const headers = fields.filter(([name]) => name !== 'Status').map(([name = '', value = '']) => [name, value])
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers))
    response.write(head.subarray(end + 4))
  })
  git.stdout.on('end', () => response.end())
}

export interface Repository {
  path: string
  git(...given: string[]): string
  /** Answers the commit. */
  commit(message: string): string
}

/** `folder/NAME.git`, with a working tree beside it. */
export function makeRepository(folder: string, name: string, files: Readonly<Record<string, string>>): Repository {
  const path = join(folder, `${name}.git`)
  const tree = join(folder, `${name}.tree`)
  mkdirSync(tree, { recursive: true })
  const environment = {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_DIR: path,
    GIT_WORK_TREE: tree,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@localhost',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@localhost',
  }
  const git = (...given: string[]) =>
    execFileSync('git', given, { cwd: tree, env: environment, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim()
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', path], {
    env: { PATH: process.env['PATH'], HOME: folder },
  })
  const repository: Repository = {
    path: tree,
    git,
    commit(message) {
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', '-m', message)
      return git('rev-parse', 'HEAD')
    },
  }
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, file)), { recursive: true })
    writeFileSync(join(tree, file), content)
  }
  repository.commit('first')
  return repository
}
