// Every case of a SKILL.md, with what is to be said of it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { judgeBytes } from '../../electron/services/skills/judge.ts'

const cases = z
  .array(
    z.object({
      case: z.string(),
      folder: z.string(),
      expect: z.enum(['valid', 'warn', 'invalid']),
      name: z.string().nullable(),
      description: z.string().nullable(),
      codes: z.array(z.string()),
      text: z.string(),
    }),
  )
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '../cases/skills.json'), 'utf8')))

test('there are as many cases as there were', () => {
  expect(cases).toHaveLength(70)
})

test.each(cases)('$case', ({ folder, expect: status, name, description, codes, text }) => {
  const judged = judgeBytes(Buffer.from(text), folder)
  expect({ status: judged.status, codes: judged.problems.map(({ code }) => code).sort() }).toEqual({ status, codes })
  if (status !== 'invalid') expect(judged).toMatchObject({ name, description })
  // What is refused is listed as well.
  else expect(judged.name).not.toBe('')
})
