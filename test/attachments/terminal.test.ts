// `carrel run --attach`: the same walls as in the window, and a picture as it is.
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { attachmentWords as words } from '../../shared/messages/attachments.ts'
import { messages } from '../../shared/messages/messages.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'
import { pdf, png } from './samples.ts'

const built = join(import.meta.dirname, '..', '..', 'dist', 'electron', 'cli.cjs')
const execute = promisify(execFile)
beforeAll(buildTerminal)

test('pictures, a text, and a place in the folder go with the question; what cannot is said, and nothing is sent', async () => {
  const folder = await temporaryFolder()
  const work = join(folder, 'work')
  await mkdir(work)
  await writeFile(join(work, 'in.txt'), 'inside')
  await writeFile(join(folder, 'p.png'), png())
  await writeFile(join(folder, 'a.txt'), 'Twelve planets')
  await writeFile(join(folder, 'wide.png'), png(9_000, 1))
  const server = await fakeServer()
  const run = (...attach: string[]) =>
    runTerminal({
      arguments: ['--home', join(folder, 'home'), '--host', server.url, 'run', '--workspace', work].concat(
        attach.flatMap((path) => ['--attach', path]),
        'What is this?',
      ),
    })
  const refusal = await run(join(folder, 'wide.png'))
  expect(refusal.code).not.toBe(0)
  expect(refusal.error).toContain(words.picture.tooWide('wide.png', 9_000, 1, 8_192))
  expect(server.chatRequests()).toEqual([])

  const done = await run(join(folder, 'p.png'), join(folder, 'a.txt'), join(work, 'in.txt'))
  expect(done.code, done.error).toBe(0)
  const question = Object(server.chatRequests()[0]?.body).messages.at(-1)
  expect(question.images).toEqual([png().toString('base64')])
  expect(question.content).toContain('Twelve planets')
  expect(question.content).toContain('the file "in.txt" of the folder you work in')
}, 120_000)

test('the built command reads a PDF in a process of its own, sends it without a word, and the file is found by its name', async () => {
  const folder = await temporaryFolder()
  const home = join(folder, 'home')
  await writeFile(join(folder, 'orrery.pdf'), pdf(['Twelve planets', 'And a sun']))
  const server = await fakeServer()
  const carrel = async (...words: string[]) =>
    await execute(process.execPath, [built, '--home', home, '--host', server.url, ...words], {
      cwd: '/',
      env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
    })
  await expect(carrel('run', '')).rejects.toMatchObject({ stderr: `${messages.terminal.missingPrompt}\n` })
  await carrel('run', '--attach', join(folder, 'orrery.pdf'), '')
  const { content } = Object(server.chatRequests()[0]?.body).messages.at(-1)
  expect(content).toMatch(/^\[Attached file "orrery\.pdf", the text of its 2 pages\./)
  expect(content).toContain('[Page 2]\nAnd a sun')
  for (const filter of ['file:orrery.pdf', 'orrery']) {
    const { stdout } = await carrel('sessions', 'search', filter, '--json')
    expect(JSON.parse(stdout).hits, filter).toContainEqual(expect.objectContaining({ title: 'orrery.pdf' }))
  }
  const { stdout } = await carrel('sessions', 'search', 'file:other.pdf', '--json')
  expect(JSON.parse(stdout).hits).toEqual([])
}, 120_000)
