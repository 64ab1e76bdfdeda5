// The script of clean-csv, on files as people have them, and on such as nobody should have.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { awks, scriptRoom } from './script-room.ts'

const script = 'clean-csv/scripts/clean-csv.sh'

/** What comes of a file of this content: the clean one and the report, or the sentence that says why there is none. */
async function cleaned(content: string | Uint8Array, words: readonly string[] = [], awk = 'awk') {
  const room = await scriptRoom(awk)
  room.put('in.csv', content)
  const { code, out, error } = room.run(script, [...words, 'in.csv', 'out.csv'])
  expect(error).toBe('')
  const at = (name: string) => (existsSync(join(room.folder, name)) ? room.read(name) : null)
  // Whatever comes of it, the file is as it was and nothing half-done is left beside it.
  expect(Buffer.compare(readFileSync(join(room.folder, 'in.csv')), Buffer.from(content))).toBe(0)
  expect(readdirSync(room.folder).filter((name) => name.startsWith('.'))).toEqual([])
  return { code, report: out, clean: at('out.csv'), rest: at('out.csv.rest.csv') }
}

describe.each(awks)('%s', (awk) => {
  const bytes = (...parts: (string | number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))

  test.each<[string, string | Uint8Array, string]>([
    ['commas stay', 'a,b\n1,2\n', 'a,b\n1,2\n'],
    ['semicolons', 'a;b\n1;2\n', 'a,b\n1,2\n'],
    ['tabs', 'a\tb\n1\t\n', 'a,b\n1,\n'],
    ['pipes', 'a|b\n1|2\n', 'a,b\n1,2\n'],
    [
      'semicolons with commas in numbers',
      'price;sum\n1,50;2,00\n3,25;4,75\n',
      'price,sum\n"1,50","2,00"\n"3,25","4,75"\n',
    ],
    ['a header with a comma in a sentence', 'Name, first;Age\nDoe, John;5\n', '"Name, first",Age\n"Doe, John",5\n'],
    ['one column', 'a\n1\n2\n', 'a\n1\n2\n'],
    ['no line end at the end', 'a,b\n1,2', 'a,b\n1,2\n'],
    ['line ends of Windows', 'a,b\r\n1,2\r\n', 'a,b\n1,2\n'],
    ['line ends of an old Mac', 'a,b\r1,2\r', 'a,b\n1,2\n'],
    ['a byte order mark', bytes([0xef, 0xbb, 0xbf], 'a,b\n1,2\n'), 'a,b\n1,2\n'],
    ['UTF-8', 'größe,技能\nä,🦔\n', 'größe,技能\nä,🦔\n'],
    ['Windows-1252', bytes('a;b\nM', [0xfc], 'ller;', [0x80], '\n'), 'a,b\nMüller,€\n'],
    ['UTF-16', Buffer.from('\ufeffa;b\nü;2\n', 'utf16le'), 'a,b\nü,2\n'],
    ['quotes that are needed, and others', '"a","b"\n"1,5","2"\n', 'a,b\n"1,5",2\n'],
    ['quotes in quotes', 'a,b\n"say ""hi""","""x"""\n', 'a,b\n"say ""hi""","""x"""\n'],
    ['line ends in quotes', 'a,b\r\n"1\r\n2",x\r\n', 'a,b\n"1\n2",x\n'],
    ['an empty line in quotes', 'a,b\n"1\n\n2",x\n', 'a,b\n"1\n\n2",x\n'],
    ['empty quotes', 'a,b\n"",""\n"",1\n', 'a,b\n,1\n'],
    ['a blank before quotes', 'a, b\n1, "x, y"\n', 'a,b\n1,"x, y"\n'],
    ['an inch', 'a,b\n5" pipe,x\n', 'a,b\n"5"" pipe",x\n'],
    ['text behind quotes', 'a,b\n"1"2,x\n', 'a,b\n12,x\n'],
    ['blanks and no-break spaces', ' a ,b\n\u00a01\u00a0,\t2 \n', 'a,b\n1,2\n'],
    ['empty rows', 'a,b\n\n,\n1,2\n   \n', 'a,b\n1,2\n'],
    ['rows before the header that are empty', ';;\n\na;b\n1;2\n', 'a,b\n1,2\n'],
    ['short rows', 'a,b,c\n1\n', 'a,b,c\n1,,\n'],
    ['columns at the end with nothing in them', 'a;b;;;\n1;2;;;\n', 'a,b\n1,2\n'],
    ['names that are missing or there twice', 'a,,a,a\n1,2,3,4\n', 'a,column_2,a_2,a_3\n1,2,3,4\n'],
    ['the separator in a line of its own', 'sep=;\na;b\n1;2\n', 'a,b\n1,2\n'],
    ['numbers and dates as they are', 'a,b\n007,01.02.2026\n1e5,=1+1\n', 'a,b\n007,01.02.2026\n1e5,=1+1\n'],
    ['percent signs and backslashes', 'a,b\n%s%d,\\n\\\\x&\n', 'a,b\n%s%d,\\n\\\\x&\n'],
  ])('%s', async (_, content, expected) => {
    expect(await cleaned(content, [], awk)).toMatchObject({ code: 0, clean: expected, rest: null })
  })

  test('rows that are too long lie in a file of their own, and the report says where they were', async () => {
    const { code, clean, rest, report } = await cleaned('a,b\n1,2\n"x\ny",2,3\n4,5,,\n6,7,8\n', [], awk)
    expect({ code, clean, rest }).toEqual({
      code: 0,
      clean: 'a,b\n1,2\n4,5\n',
      rest: 'a,b\n"x\ny",2,3\n6,7,8\n',
    })
    expect(report).toContain('Rows with too many cells: 2.')
    expect(report).toContain('They begin in line 3, 6 of the old file.')
  })

  test('the report counts what was done', async () => {
    const { report } = await cleaned('a;b;\n 1 ;2;\n;;\n3\n1;2;\n', ['--unique'], awk)
    expect(report.split('\n')).toEqual([
      'Wrote out.csv.',
      'Encoding UTF-8, separator semicolon.',
      '2 rows and 2 columns:',
      '- a: 2 filled',
      '- b: 1 filled',
      'Empty rows dropped: 1.',
      'Rows dropped that were there already: 1.',
      'Cells with blanks around them, trimmed: 1.',
      'Rows with too few cells, filled up: 1.',
      '',
    ])
  })

  test('a long name is told up to the end of a character', async () => {
    const { report } = await cleaned(`x${'ü'.repeat(40)}\n1\n`, [], awk)
    expect(report).toContain(`- x${'ü'.repeat(29)}...: 1 filled\n`)
  })

  test('names without capitals and signs', async () => {
    const { clean } = await cleaned('Unit Price (€),  ID-No.,!\n1,2,3\n', ['--plain-names'], awk)
    expect(clean).toBe('unit_price_€,id_no,column_3\n1,2,3\n')
  })

  test('a quote that is never closed: nothing is written, and the line is named', async () => {
    const { code, clean, report } = await cleaned('a,b\n1,2\n"x,3\n4,5\n', [], awk)
    expect({ code, clean }).toEqual({ code: 1, clean: null })
    expect(report).toContain('The quote that opens in line 3 is never closed.')
  })

  test('whatever is written as CSV comes out as the same cells', async () => {
    const room = await scriptRoom(awk)
    const cell = fc.string({
      unit: fc.constantFrom('a', 'Ü', '7', ' ', '"', ',', ';', '\t', '|', '\n', '\\', '%', "'"),
      maxLength: 8,
    })
    const rows = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
      )
    let run = 0
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom('comma', 'semicolon', 'tab', 'pipe'),
        fc.boolean(),
        (table, from, isWindows) => {
          run += 1
          const separator = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' }[from]
          const head = (table[0] ?? []).map((_, index) => `c${index}`)
          const lineEnd = isWindows ? '\r\n' : '\n'
          const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
          room.put(`${run}.csv`, [head, ...table].map((cells) => cells.map(quoted).join(separator) + lineEnd).join(''))
          const { code, out } = room.run(script, ['--from', from, `${run}.csv`, `${run}.out`])
          const kept = table.map((cells) => cells.map(trimmed)).filter((cells) => cells.some((text) => text !== ''))
          // Columns at the end that hold nothing have a name here, so they stay.
          expect({ code, out, cells: read(room.read(`${run}.out`)) }).toMatchObject({ code: 0, cells: [head, ...kept] })
        },
      ),
      { numRuns: 40 },
    )
  })
})

const trimmed = (text: string) => text.replace(/^[ \t\n]+|[ \t\n]+$/g, '')

/** The rows of a clean file, read in the plainest way there is. */
function read(text: string): string[][] {
  const rows: string[][] = []
  let cells: string[] = []
  let cell = ''
  let inside = false
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? ''
    if (inside) {
      if (character !== '"') cell += character
      else if (text[index + 1] === '"') {
        cell += '"'
        index += 1
      } else inside = false
    } else if (character === '"') inside = true
    else if (character === ',' || character === '\n') {
      cells.push(cell)
      cell = ''
      if (character === '\n') {
        rows.push(cells)
        cells = []
      }
    } else cell += character
  }
  return rows
}

test.each<[string, string | Uint8Array, string]>([
  ['an empty file', '', 'in.csv is empty.'],
  ['nothing but empty rows', ';;\n\n', 'There is nothing in the file but empty rows.'],
  ['a workbook', Buffer.from('PK\u0003\u0004xx'), 'Excel or zip file'],
  ['bytes that are no text', Buffer.from([0x61, 0, 0x62, 0x0a]), 'in.csv is not text.'],
])('%s is refused in a sentence', async (_, content, sentence) => {
  const { code, report, clean } = await cleaned(content)
  expect({ code, clean }).toEqual({ code: 1, clean: null })
  expect(report).toMatch(/^Nothing was written\. /)
  expect(report).toContain(sentence)
})

test('what is there is never written over, unless that was said', async () => {
  const room = await scriptRoom()
  room.put('in.csv', 'a;b\n1;2\n')
  room.put('out.csv', 'precious')
  expect(room.run(script, ['in.csv', 'out.csv'])).toMatchObject({ code: 1 })
  expect(room.run(script, ['in.csv', 'in.csv'])).toMatchObject({ code: 1 })
  expect(room.run(script, ['--replace', 'in.csv', 'in.csv']).out).toContain('the same file')
  expect(room.read('out.csv')).toBe('precious')
  expect(room.run(script, ['--replace', 'in.csv', 'out.csv'])).toMatchObject({ code: 0 })
  expect([room.read('in.csv'), room.read('out.csv')]).toEqual(['a;b\n1;2\n', 'a,b\n1,2\n'])
})

test('names with blanks, hyphens and quotes are names', async () => {
  const room = await scriptRoom()
  for (const name of ['my file.csv', '-rf', "it's $(touch evil).csv"]) {
    room.put(name, 'a;b\n1;2\n')
    expect(room.run(script, ['--', name, `${name}.out`])).toMatchObject({ code: 0 })
    expect(room.read(`${name}.out`)).toBe('a,b\n1,2\n')
  }
  expect(readdirSync(room.folder)).not.toContain('evil')
})

test('wrong usage is said', async () => {
  const room = await scriptRoom()
  room.put('in.csv', 'a\n')
  expect(room.run(script, ['in.csv'])).toMatchObject({ code: 2 })
  expect(room.run(script, ['--quick', 'in.csv', 'b'])).toMatchObject({ code: 2 })
  expect(room.run(script, ['--from', 'dot', 'in.csv', 'b'])).toMatchObject({ code: 2 })
  expect(room.run(script, ['gone.csv', 'b']).out).toContain('There is no file gone.csv.')
  expect(readdirSync(room.folder)).toEqual(['in.csv'])
})

test('long lines and large cells take no longer than their length', async () => {
  const wide = `${Array.from({ length: 20_000 }, (_, index) => `c${index}`).join(',')}\n`
  const quotes = `a,b\n"${'""'.repeat(200_000)}",x\n${'y'.repeat(2_000_000)},z\n`
  const started = performance.now()
  expect((await cleaned(wide)).clean === wide).toBe(true)
  const { clean } = await cleaned(quotes)
  expect(clean === quotes).toBe(true)
  expect(performance.now() - started).toBeLessThan(12_000)
})
