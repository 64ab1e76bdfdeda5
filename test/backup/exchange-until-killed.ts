// A process that puts one content after the other into a data folder until it is killed. Each is of one generation, in many files.
import { writeSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openHome } from '../../electron/services/home/home.ts'

const [home = '', first = '0'] = process.argv.slice(2)
const surroundings = {
  now: () => new Date(),
  newId: () => crypto.randomUUID(),
  environment: {},
  appVersion: '0',
  log: (line: string) => process.stderr.write(`${line}\n`),
}

for (let generation = Number(first); ; generation++) {
  const before = await openHome(home, 'owner', surroundings)
  const { name, path } = await before.stage()
  for (const folder of ['', 'sessions', 'trash', 'skills']) {
    await mkdir(join(path, folder), { recursive: true })
    // Not each generation has the same files: what is old and what is new cannot be told by its name.
    const names = ['always.jsonl', ...(generation % 2 === 0 ? ['even.jsonl'] : ['odd.jsonl'])]
    for (const file of names) await writeFile(join(path, folder, file), String(generation))
  }
  writeSync(1, `staged ${generation}\n`)
  await before.exchange(name, generation % 3 === 0)
  writeSync(1, `begun ${generation}\n`)
  await before.close()
  await (await openHome(home, 'owner', surroundings)).close()
  writeSync(1, `done ${generation}\n`)
}
