// `carrel run --attach`: the same walls as in the window, and a picture as it is.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { attachmentWords as words } from '../../shared/messages/attachments.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'
import { png } from './samples.ts'

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
