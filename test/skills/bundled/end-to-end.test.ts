// Each bundled skill as a model uses it: it reads the skill, then a file of it, does what it says with the real tools, and the
// result lies on the disk.
import { spawnSync } from 'node:child_process'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { answered, bootCarrel } from '../../support/carrel.ts'
import { gemma, type Scenario } from '../../support/fake-ollama.ts'
import { fakeServer } from '../../support/server.ts'
import { linesOf } from '../../support/session-lines.ts'
import { nobodysFolder, toNobody } from '../../tools/as-nobody.ts'
import { bundled } from './script-room.ts'

type Call = [tool: string, given: Record<string, string | number>]

interface Case {
  /** In the project before. */
  before?: Record<string, string>
  /** Then, behind a commit of everything. */
  changed?: Record<string, string>
  /** `DIR` is what a model reads as `dir`. */
  calls: Call[]
  /** What comes of each call, behind that of use_skill. */
  results: (string | RegExp)[]
  after: Record<string, string | RegExp>
}

const cases: Record<string, Case> = {
  'clean-csv': {
    before: { 'orders.csv': '\ufeffName;Price;\r\n"Müller; Sohn"; 3,50;\r\n;;\r\n' },
    calls: [
      ['read_file', { path: 'orders.csv', limit: 5 }],
      ['run_command', { command: 'sh DIR/scripts/clean-csv.sh orders.csv orders-clean.csv' }],
      ['read_file', { path: 'orders-clean.csv', limit: 5 }],
    ],
    results: ['Name;Price', /Exit code 0[\s\S]*Wrote orders-clean\.csv\.[\s\S]*1 rows and 2 columns/, '"3,50"'],
    after: { 'orders-clean.csv': 'Name,Price\nMüller; Sohn,"3,50"\n', 'orders.csv': /^\ufeffName/ },
  },
  'commit-message': {
    before: { 'a.txt': 'one\n' },
    changed: { 'a.txt': 'two\n' },
    calls: [
      ['run_command', { command: 'git --no-pager diff --no-ext-diff --stat HEAD; git status --short | head -50' }],
      ['run_command', { command: 'git --no-pager diff --no-ext-diff HEAD -- a.txt' }],
      ['read_file', { path: 'DIR/references/examples.md' }],
      ['run_command', { command: "sh DIR/scripts/check-message.sh <<'END'\nCount to two.\nEND" }],
      ['run_command', { command: "sh DIR/scripts/check-message.sh <<'END'\nCount to two\nEND" }],
    ],
    results: [
      'a.txt | 2 +-',
      '-one\n+two',
      '# Examples',
      /Exit code 1[\s\S]*ends with a full stop/,
      'The form is good.',
    ],
    after: {},
  },
  'plain-notes': {
    calls: [
      ['write_file', { path: '2026-11-29-call.md', content: '2026-11-29: call with Ada\n\nWe ship on Friday.\n' }],
    ],
    results: ['Created 2026-11-29-call.md'],
    after: { '2026-11-29-call.md': /^2026-11-29: call with Ada\n/ },
  },
  'plan-a-task': {
    calls: [
      ['read_file', { path: 'DIR/references/plan.md' }],
      ['write_file', { path: 'PLAN.md', content: '# Plan: x\n\n- [ ] 1. Do it. Check: `true`\n' }],
      ['edit_file', { path: 'PLAN.md', old_text: '- [ ] 1.', new_text: '- [x] 1.' }],
    ],
    results: ['# Plan: NAME OF THE TASK', 'Created PLAN.md', 'Edited PLAN.md'],
    after: { 'PLAN.md': /- \[x\] 1\. Do it\./ },
  },
  'review-change': {
    before: { 'src/sum.ts': 'export const sum = (all: number[]) => all.reduce((a, b) => a + b, 0)\n' },
    changed: { 'src/sum.ts': 'export const sum = (all: number[]) => all.reduce((a, b) => a + b)\n' },
    calls: [
      ['run_command', { command: 'sh DIR/scripts/show-change.sh' }],
      ['read_file', { path: 'DIR/references/checklist.md' }],
      ['run_command', { command: 'sh DIR/scripts/show-change.sh src/sum.ts' }],
    ],
    results: [
      '+1 -1  src/sum.ts',
      '# What to look for',
      '+export const sum = (all: number[]) => all.reduce((a, b) => a + b)\n',
    ],
    after: { 'src/sum.ts': /a \+ b\)\n$/ },
  },
  'summarise-notes': {
    before: {
      'notes/2026-03-01-call.md': '# Call\n\nWe ship on Friday.\n',
      'notes/2026-02-01.txt': 'Ada asks for tea.\n',
    },
    calls: [
      ['run_command', { command: 'sh DIR/scripts/list-notes.sh notes' }],
      ['read_file', { path: 'notes/2026-03-01-call.md' }],
      ['read_file', { path: 'DIR/references/summary.md' }],
      ['write_file', { path: 'notes/summary.md', content: '# Summary\n\nIt ships on Friday. (2026-03-01-call.md)\n' }],
    ],
    results: [
      /2026-03-01 +\d+ {2}notes\/2026-03-01-call\.md {2}Call\n2026-02-01/,
      'We ship',
      '# Summary of FOLDER',
      'Created',
    ],
    after: { 'notes/summary.md': /Friday/, 'notes/2026-03-01-call.md': /^# Call/ },
  },
  'tidy-folder': {
    before: { 'scan 1.pdf': 'x', 'b.txt': 'b' },
    calls: [
      ['run_command', { command: 'sh DIR/scripts/list-files.sh .' }],
      ['write_file', { path: 'tidy-plan.txt', content: 'scan 1.pdf -> invoices/2026/scan-1.pdf\n' }],
      ['run_command', { command: 'sh DIR/scripts/move-files.sh tidy-plan.txt' }],
      ['run_command', { command: 'sh DIR/scripts/move-files.sh --do tidy-plan.txt' }],
    ],
    results: ['scan 1.pdf', 'Created', 'The plan is good: 1 moves.', 'Moved 1.'],
    after: {
      'invoices/2026/scan-1.pdf': 'x',
      'b.txt': 'b',
      'tidy-plan.txt.undo': /^invoices\/2026\/scan-1\.pdf -> scan 1\.pdf\n$/,
    },
  },
  'write-a-skill': {
    calls: [
      ['read_file', { path: 'DIR/references/template.md' }],
      [
        'write_file',
        {
          path: 'sort-mail/draft.md',
          content: '---\nname: sort-mail\ndescription: Sort mail: by day.\n---\n\n1. Sort.\n',
        },
      ],
      ['run_command', { command: 'sh DIR/scripts/check-skill.sh sort-mail' }],
      [
        'edit_file',
        { path: 'sort-mail/draft.md', old_text: 'Sort mail: by day.', new_text: 'Sort mail by the day it came.' },
      ],
      ['run_command', { command: 'sh DIR/scripts/check-skill.sh --make sort-mail' }],
    ],
    results: ['NAME-OF-THE-FOLDER', 'Created', 'has a colon or a # in it', 'Edited', 'draft.md is SKILL.md now.'],
    after: { 'sort-mail/SKILL.md': /Sort mail by the day/ },
  },
}

test('every bundled skill is here', async () => {
  expect(Object.keys(cases).sort()).toEqual((await readdir(bundled)).sort())
})

describe.skipIf(process.platform !== 'linux').each(Object.entries(cases))('%s', (name, { calls, results, ...one }) => {
  test.each(['native', 'prompted'] as const)(
    '%s: is read by a model, and does its work on real files',
    async (dialect) => {
      const base = await nobodysFolder()
      const project = join(base, 'project')
      // Where another user can read it, wherever the checkout lies.
      const skillsFolder = join(base, 'skills')
      await cp(bundled, skillsFolder, { recursive: true })
      await mkdir(project)
      await lay(project, one.before ?? {})
      if (one.changed) {
        for (const words of [
          ['init', '-q'],
          ['add', '.'],
          ['commit', '-q', '-m', 'First'],
        ]) {
          const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b.c']
          expect(
            spawnSync('git', [...identity, ...words], { cwd: project, env: { PATH: process.env['PATH'] } }).status,
          ).toBe(0)
        }
        await lay(project, one.changed)
      }
      await everythingToNobody(project)

      const dir = join(skillsFolder, name)
      const all: Call[] = [['use_skill', { name }], ...calls.map(([tool, given]): Call => [tool, filled(given, dir)])]
      const turns: Scenario['turns'] = [
        ...all.map(([tool, given], at) => ({
          match: { nth: at + 1 },
          steps: [dialect === 'native' ? native(tool, given) : asText(tool, given), { done: 'stop' as const }],
        })),
        { match: { nth: all.length + 1 }, steps: [{ content: 'Done.' }, { done: 'stop' }] },
      ]
      const server = await fakeServer({ scenario: { turns }, models: [{ ...gemma, contextLength: 8_192 }] })
      const home = join(base, 'data')
      const carrel = await bootCarrel({
        home,
        host: server.url,
        skillsFolder,
        personHome: join(base, 'person'),
      })
      const sent = answered(
        await carrel.bridge.call('terminal.send', {
          ...{ sessionId: null, model: null, think: null, host: null },
          text: 'Please do it.',
          workspace: project,
          mode: 'workspace',
          dialect,
          // The approval of each command, as a person gives it on the command line.
          allow: ['execute'],
        }),
      )
      expect(await carrel.runEnd(sent.runId)).toMatchObject({ stop: 'stop', error: null })

      const records = await linesOf(join(home, 'sessions', `${sent.sessionId}.jsonl`))
      const told = records.filter(({ role }) => role === 'tool').map((record) => String(record['content']))
      expect(told[0]).toContain(`dir="${dir}"`)
      // The whole of it, also in a small window.
      expect(told[0]).toContain(
        (await readFile(join(dir, 'SKILL.md'), 'utf8')).split('---\n').slice(2).join('---\n').trim(),
      )
      expect(told.slice(1)).toEqual(
        results.map((result) =>
          typeof result === 'string' ? expect.stringContaining(result) : expect.stringMatching(result),
        ),
      )
      for (const [path, content] of Object.entries(one.after)) {
        expect(await readFile(join(project, path), 'utf8')).toEqual(
          typeof content === 'string' ? content : expect.stringMatching(content),
        )
      }
      // The skill is what it was.
      for (const path of await filesIn(dir)) {
        expect(await readFile(join(dir, path), 'utf8')).toBe(await readFile(join(bundled, name, path), 'utf8'))
      }
    },
  )
})

const native = (name: string, given: Call[1]) => ({ tool_calls: [{ name, arguments: given }] })
/** As a model without native calls writes it. */
const asText = (name: string, given: Call[1]) => ({
  content: `<tool_call>\n${JSON.stringify({ name, arguments: given })}\n</tool_call>`,
})

function filled(given: Call[1], dir: string): Call[1] {
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      key,
      typeof value === 'string' ? value.replace('DIR/', `${dir}/`) : value,
    ]),
  )
}

async function lay(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

async function everythingToNobody(folder: string): Promise<void> {
  await toNobody(folder)
  for (const path of await readdir(folder, { recursive: true })) await toNobody(join(folder, path))
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}
