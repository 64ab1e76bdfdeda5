// The table of abuse: every row is a test, and what came of it is printed at the end.
import { afterAll, expect, test } from 'vitest'

interface Row {
  number: string
  name: string
  /** What the test has shown of the jail, and of the same thing without it. */
  shown: string
  control: string
}

export function abuseTable(title: string) {
  const rows: Row[] = []
  const failed: string[] = []
  afterAll(() => {
    const width = Math.max(...rows.map(({ name }) => name.length), 4)
    const lines = rows.map(
      ({ number, name, shown, control }) => `${number.padEnd(5)}${name.padEnd(width + 2)}${shown.padEnd(38)}${control}`,
    )
    const head = `${'No.'.padEnd(5)}${'Test'.padEnd(width + 2)}${'In the jail'.padEnd(38)}Without it`
    process.stdout.write(
      `\n${title}\n${[head, ...lines].join('\n')}\n${failed.map((name) => `FAILED ${name}\n`).join('')}`,
    )
  })

  /** The work answers what was seen; both are compared with what must be seen. */
  return function row(
    number: string,
    name: string,
    expected: { jailed: unknown; control: unknown },
    work: () => Promise<{ jailed: unknown; control: unknown }>,
  ): void {
    test(`${number} ${name}`, async () => {
      failed.push(`${number} ${name}`)
      expect(await work()).toEqual(expected)
      failed.pop()
      rows.push({ number, name, shown: inWords(expected.jailed), control: inWords(expected.control) })
    }, 30_000)
  }
}

function inWords(seen: unknown): string {
  return String(seen).replaceAll('\n', ', ') || 'nothing'
}
