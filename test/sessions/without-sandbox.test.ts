// One command without a sandbox, through the whole app: off by default, asked twice, run once, and never where nobody is asked.
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Approval, Decision, Scope } from '../../shared/approval.ts'
import { approvalWords } from '../../shared/messages/approvals.ts'
import { answered, bootCarrel, type Carrel, refused } from '../support/carrel.ts'
import type { FakeOllama, Scenario } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { linesOf } from '../support/session-lines.ts'
import { windowOf } from '../support/surface.ts'
import { temporaryFolder } from '../support/temp.ts'
import { waitFor } from '../support/wait.ts'
import { nobodysFolder, toNobody } from '../tools/as-nobody.ts'

const isRoot = process.getuid?.() === 0

let home: string
let project: string
let server: FakeOllama
/** What the person says to native questions, and which they were. */
let person: { agrees: boolean; asked: unknown[]; meanwhile: () => Promise<void> }
beforeEach(async () => {
  home = await temporaryFolder()
  project = await nobodysFolder()
  person = { agrees: true, asked: [], meanwhile: async () => undefined }
})

const surface = windowOf({
  chooseFolder: async () => project,
  async confirmMode() {
    return person.agrees
  },
  async confirmCommandsWithoutSandbox() {
    person.asked.push('switch on')
    return person.agrees
  },
  async confirmWithoutSandbox(asked) {
    person.asked.push(asked)
    await person.meanwhile()
    return person.agrees
  },
})

const command = (line: string, more = {}) => ({
  tool_calls: [{ name: 'run_command', arguments: { command: line, ...more } }],
})
const turns = (...said: Scenario['turns'][number]['steps']): Scenario => ({
  turns: [...said, { content: 'Done.' }].map((step, index) => ({
    match: { nth: index + 1 },
    steps: [step, { done: 'stop' as const }],
  })),
})
const toolNames = (): string[] =>
  (Object(server.chatRequests()[0]?.body).tools ?? []).map((tool: { function: { name: string } }) => tool.function.name)
const toolResults = (): string[] =>
  Object(server.chatRequests().at(-1)?.body)
    .messages.filter(({ role }: { role: string }) => role === 'tool')
    .map(({ content }: { content: string }) => content)

/** On a computer without bubblewrap, where the guards were tried already. */
async function open(scenario: Scenario, { hasWindow = true, bubblewrap = join(home, 'bwrap') } = {}) {
  server = await fakeServer({ scenario })
  const front = hasWindow ? { surface } : {}
  const carrel = await bootCarrel({ home, host: server.url, bubblewrapAt: [bubblewrap], ...front })
  expect(answered(await carrel.bridge.call('sandbox.prove', {})).state).toBe('off')
  if (hasWindow) answered(await carrel.bridge.call('window.chooseFolder', {}))
  return carrel
}

async function switchOn({ bridge }: Carrel, on = true) {
  return answered(await bridge.call('window.setCommandsWithoutSandbox', { on })).agreed
}

async function send({ bridge }: Carrel, mode: 'read-only' | 'workspace' = 'workspace') {
  const wish = { sessionId: null, text: 'Go', model: null, think: null, workspace: project, mode }
  const sent = answered(await bridge.call('chat.send', wish))
  return { ...sent, file: join(home, 'sessions', `${sent.sessionId}.jsonl`) }
}

async function begin(...said: Scenario['turns'][number]['steps']) {
  const carrel = await open(turns(...said))
  expect(await switchOn(carrel)).toBe(true)
  person.asked.length = 0
  return { carrel, ...(await send(carrel)) }
}

async function question(carrel: Carrel, nth = 1): Promise<Approval> {
  return await waitFor(`question ${nth}`, () => {
    const asked = carrel.pushed('run.changed').flatMap(({ approval }) => (approval ? [approval] : []))
    return [...new Map(asked.map((one) => [one.id, one])).values()][nth - 1]
  })
}

const armed = ({ askedAt }: Approval) =>
  waitFor('the moment in which an answer counts', () => Date.now() - Date.parse(askedAt) > 520)

async function answer(carrel: Carrel, asked: Approval, decision: Decision, scope: Scope = 'once') {
  await armed(asked)
  const { sessionId, id: approvalId, hash } = asked
  return await carrel.bridge.call('approval.decide', { sessionId, approvalId, hash, decision, scope, note: null })
}

describe('off, unless a person switches it on', () => {
  test('without it no command is offered, and one that is called anyway is not run', async () => {
    const carrel = await open(turns(command('touch made')))
    const { runId } = await send(carrel)
    await carrel.runEnd(runId)
    expect(toolNames()).not.toContain('run_command')
    expect(await readdir(project)).toEqual([])
    expect(carrel.pushed('run.changed').every(({ approval }) => approval === null)).toBe(true)
  })

  test('no page switches it on, nor does a no; off it is without a question', async () => {
    const carrel = await open(turns())
    const connection = carrel.app.gateway.connect(() => undefined)
    expect(refused(await connection.call('x', 'settings.update', { commandsWithoutSandbox: true })).code).toBe(
      'invalid-input',
    )
    person.agrees = false
    expect(await switchOn(carrel)).toBe(false)
    const isOn = async () => answered(await carrel.bridge.call('app.state', {})).settings.commandsWithoutSandbox
    expect(await isOn()).toBe(false)
    person.agrees = true
    expect(await switchOn(carrel)).toBe(true)
    expect(await isOn()).toBe(true)
    expect(person.asked).toEqual(['switch on', 'switch on'])
    expect(await switchOn(carrel, false)).toBe(true)
    expect(await isOn()).toBe(false)
    expect(person.asked).toHaveLength(2)
  })
})

const line = 'id -u; pwd; cat /proc/self/status | grep NoNewPrivs; echo "[$CARREL_HOME$SECRET_OF_TEST]"; touch made'

test('asked twice, run once as the owner of the folder and nobody more; log, ledger and result say how', async () => {
  process.env['SECRET_OF_TEST'] = 'secret'
  const { carrel, runId, file } = await begin(command(line))
  const asked = await question(carrel)
  expect(asked).toMatchObject({ reasons: ['no-sandbox'], remembers: null, seal: { state: 'off' } })
  expect(toolNames()).toContain('run_command')
  answered(await answer(carrel, asked, 'allow'))
  expect(person.asked).toEqual([{ command: line, folder: project, background: false }])
  expect(await carrel.runEnd(runId)).toMatchObject({ stop: 'stop' })
  delete process.env['SECRET_OF_TEST']
  const { uid } = await stat(project)
  expect(uid).not.toBe(0)
  expect((await stat(join(project, 'made'))).uid).toBe(uid)
  expect(toolResults()[0]).toContain(`Exit code 0.\n${uid}\n${project}\nNoNewPrivs:\t1\n[]\n`)
  const lines = await linesOf(file)
  expect(lines.find(({ type }) => type === 'approval')).toMatchObject({
    decision: 'allow',
    scope: 'once',
    by: 'user',
    hash: asked.hash,
    withoutSandbox: true,
  })
  const result = lines.find((record) => record['role'] === 'tool')
  expect(result?.['detail']).toMatchObject({ command: { exit: 0, withoutSandbox: true } })
  const { entries } = answered(await carrel.bridge.call('ledger.list', {}))
  expect(entries).toMatchObject([{ kind: 'command', what: line, outcome: 'exit 0, without sandbox' }])
})

test('where a guard of the jail does not hold: in no jail, not even in that one', async () => {
  const leaky = join(home, 'leaky')
  const hole = 'while [ $# -gt 0 ]; do [ "$1" != --seccomp ] || { shift 2; continue; }; out+=("$1"); shift; done'
  await writeFile(leaky, `#!/bin/bash\n${hole}\nexec /usr/bin/bwrap "\${out[@]}"\n`)
  await chmod(leaky, 0o755)
  await chmod(home, 0o755)
  const carrel = await open(turns(command('echo $HOME > made')), { bubblewrap: leaky })
  expect(await switchOn(carrel)).toBe(true)
  const { runId } = await send(carrel)
  const asked = await question(carrel)
  expect(asked).toMatchObject({ reasons: ['no-sandbox'], seal: { state: 'off', jail: 'bubblewrap' } })
  expect(asked.seal.guards.some(({ holds }) => holds)).toBe(true)
  answered(await answer(carrel, asked, 'allow'))
  await carrel.runEnd(runId)
  expect(await readFile(join(project, 'made'), 'utf8')).toMatch(/carrel-command-/)
})

test('the same words again are another question: nothing is remembered', async () => {
  const { carrel, runId } = await begin(command('echo x >> made'), command('echo y >> made'), command('echo x >> made'))
  for (const nth of [1, 2, 3]) answered(await answer(carrel, await question(carrel, nth), 'allow'))
  await carrel.runEnd(runId)
  expect(await readFile(join(project, 'made'), 'utf8')).toBe('x\ny\nx\n')
  expect(person.asked).toHaveLength(3)
  expect(answered(await carrel.bridge.call('rules.list', {})).rules).toEqual([])
})

describe('an answer that does not count', () => {
  test('for a session or a folder, too soon, and with a confirmation of its own making', async () => {
    const { carrel, runId } = await begin(command('touch made'))
    const asked = await question(carrel)
    const { sessionId, id: approvalId, hash } = asked
    const given = { sessionId, approvalId, hash, decision: 'allow', scope: 'once', note: null }
    const connection = carrel.app.gateway.connect(() => undefined)
    expect(refused(await connection.call('a', 'approval.decide', given)).message).toBe(approvalWords.tooSoon)
    expect(refused(await connection.call('b', 'approval.decide', { ...given, isConfirmed: true })).code).toBe(
      'invalid-input',
    )
    for (const scope of ['session', 'folder'] as const)
      for (const decision of ['allow', 'deny'] as const)
        expect(refused(await answer(carrel, asked, decision, scope)).message).toBe(approvalWords.neverRemembered)
    expect(person.asked).toEqual([])
    // Whoever comes to the session past the one who asks natively.
    const { sessions } = carrel.app.services
    const unconfirmed = { approvalId, hash, decision: 'allow' as const, scope: 'once' as const, note: null }
    await expect(sessions.decide(sessionId, unconfirmed)).rejects.toThrow(approvalWords.notConfirmed)
    answered(await answer(carrel, asked, 'deny'))
    await carrel.runEnd(runId)
    expect(await readdir(project)).toEqual([])
    expect(person.asked).toEqual([])
  })

  test('the native no: nothing is run, it is still asked, and a later yes counts', async () => {
    const { carrel, runId } = await begin(command('touch made'))
    const asked = await question(carrel)
    person.agrees = false
    expect(refused(await answer(carrel, asked, 'allow'))).toMatchObject({
      code: 'cancelled',
      message: approvalWords.notConfirmed,
    })
    expect(await readdir(project)).toEqual([])
    person.agrees = true
    answered(await answer(carrel, asked, 'allow'))
    await carrel.runEnd(runId)
    expect(await readdir(project)).toEqual(['made'])
  })

  test('a yes to what was stopped, or is switched off meanwhile', async () => {
    const { carrel, runId, sessionId } = await begin(command('touch made'))
    const asked = await question(carrel)
    person.meanwhile = async () => void (await switchOn(carrel, false))
    answered(await answer(carrel, asked, 'allow'))
    await carrel.runEnd(runId)
    expect(toolResults()[0]).toContain('Commands are off')
    server.setScenario(turns(command('touch made')))
    expect(await switchOn(carrel)).toBe(true)
    const again = answered(
      await carrel.bridge.call('chat.send', { sessionId, text: 'Again', model: null, think: null, workspace: null }),
    )
    const second = await question(carrel, 2)
    person.meanwhile = async () => void answered(await carrel.bridge.call('chat.stop', { sessionId }))
    refused(await answer(carrel, second, 'allow'))
    await carrel.runEnd(again.runId)
    expect(await readdir(project)).toEqual([])
  })
})

describe('never', () => {
  test.each(['long', 'hidden', 'gap'])('what a dialog cannot show as a whole: %s', async (kind) => {
    const lines = {
      long: `touch made # ${'x'.repeat(1_000)}`,
      hidden: 'touch made\u200b',
      gap: `true${' '.repeat(20)}; touch made`,
    }
    const { carrel, runId } = await begin(command(lines[kind as keyof typeof lines]))
    await carrel.runEnd(runId)
    expect(toolResults()[0]).toContain('only a short, plain command')
    expect(await readdir(project)).toEqual([])
  })

  test('in a session that only reads, and not in a trusted one without being asked', async () => {
    const carrel = await open(turns(command('touch made')))
    expect(await switchOn(carrel)).toBe(true)
    await carrel.runEnd((await send(carrel, 'read-only')).runId)
    expect(toolNames()).not.toContain('run_command')
    server.setScenario(turns(command('touch made')))
    const { runId } = await send(carrel)
    const asked = await question(carrel)
    answered(await carrel.bridge.call('window.setMode', { sessionId: asked.sessionId, mode: 'read-only' }))
    answered(await answer(carrel, asked, 'allow'))
    await carrel.runEnd(runId)
    expect(await readdir(project)).toEqual([])
  })

  test('trusted asks all the same', async () => {
    const carrel = await open(turns({ content: 'Hello.' }, command('touch made')))
    expect(await switchOn(carrel)).toBe(true)
    const { sessionId, runId: first } = await send(carrel)
    await carrel.runEnd(first)
    expect(answered(await carrel.bridge.call('window.setMode', { sessionId, mode: 'trusted' })).agreed).toBe(true)
    const wish = { sessionId, text: 'Go', model: null, think: null, workspace: null }
    const { runId } = answered(await carrel.bridge.call('chat.send', wish))
    const asked = await question(carrel)
    expect(asked).toMatchObject({ reasons: ['no-sandbox'], remembers: null })
    answered(await answer(carrel, asked, 'deny'))
    await carrel.runEnd(runId)
    expect(await readdir(project)).toEqual([])
  })

  test.each([true, false])('for a terminal, whatever it allows; with a window: %s', async (hasWindow) => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ commandsWithoutSandbox: true }))
    const carrel = await open(turns(command('touch made')), { hasWindow })
    const wish = { sessionId: null, text: 'Go', model: null, think: null, workspace: project, host: null }
    const allowed = { mode: 'trusted' as const, allow: ['execute' as const] }
    const { runId } = answered(await carrel.bridge.call('terminal.send', { ...wish, ...allowed }))
    await carrel.runEnd(runId)
    expect(toolNames()).not.toContain('run_command')
    expect(await readdir(project)).toEqual([])
  })

  test('for a terminal that begins before the guards were tried', async () => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ commandsWithoutSandbox: true }))
    server = await fakeServer({ scenario: turns(command('touch made')) })
    const carrel = await bootCarrel({ home, host: server.url, bubblewrapAt: [join(home, 'bwrap')], surface })
    const wish = { sessionId: null, text: 'Go', model: null, think: null, workspace: project, host: null }
    const allowed = { mode: 'trusted' as const, allow: ['execute' as const] }
    const { runId } = answered(await carrel.bridge.call('terminal.send', { ...wish, ...allowed }))
    await carrel.runEnd(runId)
    expect(toolNames()).toContain('run_command')
    expect(toolResults()[0]).toContain('Commands are off')
    expect(person.asked).toEqual([])
    expect(await readdir(project)).toEqual([])
  })

  test('where there is no window to ask in', async () => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ commandsWithoutSandbox: true }))
    const carrel = await open(turns(command('touch made')), { hasWindow: false })
    await carrel.runEnd((await send(carrel)).runId)
    expect(toolNames()).not.toContain('run_command')
    expect(await readdir(project)).toEqual([])
  })

  test.runIf(isRoot)('as root: in a folder of root’s nothing is run', async () => {
    project = await temporaryFolder()
    const { carrel, runId } = await begin(command('touch made'))
    answered(await answer(carrel, await question(carrel), 'allow'))
    await carrel.runEnd(runId)
    expect(toolResults()[0]).toContain('belongs to root')
    expect(await readdir(project)).toEqual([])
  })
})

test('Stop ends all of it, also what has left its group', async () => {
  const kept = '(setsid sleep 300 & echo $! > far) ; sleep 300 & echo $! > near; mv near near.pid; mv far far.pid; wait'
  const { carrel, runId, sessionId } = await begin(command(kept))
  answered(await answer(carrel, await question(carrel), 'allow'))
  const pidIn = (name: string) =>
    waitFor(name, async () => Number(await readFile(join(project, name), 'utf8').catch(() => '')) || null)
  const pids = [await pidIn('near.pid'), await pidIn('far.pid')]
  const runs = async (pid: number) =>
    /^State:\s+[^ZX]/m.test(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))
  expect(await Promise.all(pids.map(runs))).toEqual([true, true])
  answered(await carrel.bridge.call('chat.stop', { sessionId }))
  await carrel.runEnd(runId)
  for (const pid of pids) await waitFor(`the end of ${pid}`, async () => !(await runs(pid)))
  const { entries } = answered(await carrel.bridge.call('ledger.list', {}))
  expect(entries).toMatchObject([{ outcome: 'stopped, without sandbox' }])
})

test('its time has an end, and so has it with Carrel', async () => {
  const { carrel } = await begin(
    command('sleep 300', { seconds: 1 }),
    command('setsid sleep 300 & echo $! > pid; mv pid far.pid; wait'),
  )
  answered(await answer(carrel, await question(carrel), 'allow'))
  answered(await answer(carrel, await question(carrel, 2), 'allow'))
  expect(toolResults()[0]).toContain('without the sandbox')
  const { entries } = answered(await carrel.bridge.call('ledger.list', {}))
  expect(entries).toMatchObject([{ outcome: 'ended: took too long, without sandbox' }])
  const pid = await waitFor(
    'it',
    async () => Number(await readFile(join(project, 'far.pid'), 'utf8').catch(() => '')) || null,
  )
  await carrel.app.close()
  expect(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX')).toMatch(/^State:\s+[ZX]/m)
})

test('what it leaves behind when it has ended is ended as well, and its home is gone', async () => {
  const { carrel, runId } = await begin(command('setsid sleep 300 & echo $! > pid; echo "$HOME" > home'))
  answered(await answer(carrel, await question(carrel), 'allow'))
  await carrel.runEnd(runId)
  const pid = Number(await readFile(join(project, 'pid'), 'utf8'))
  await waitFor(
    'its end',
    async () => !/^State:\s+[^ZX]/m.test(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')),
  )
  const itsHome = (await readFile(join(project, 'home'), 'utf8')).trim()
  await waitFor('the end of its home', async () => (await stat(itsHome).catch(() => null)) === null)
})

test('one in the background is found again, says how it runs, and can be ended', async () => {
  const { carrel, runId } = await begin(command('echo up; sleep 300', { background: true }), {
    tool_calls: [{ name: 'check_command', arguments: { handle: 'c1', stop: true } }],
  })
  const asked = await question(carrel)
  expect(asked.subject).toMatchObject({ background: true })
  answered(await answer(carrel, asked, 'allow'))
  await carrel.runEnd(runId)
  expect(person.asked).toMatchObject([{ background: true }])
  expect(toolResults()[1]).toContain('without the sandbox')
})

describe('when the seal is back', () => {
  /** As if bubblewrap were installed just now. */
  async function install(): Promise<void> {
    const program = join(home, 'bwrap')
    await writeFile(program, '#!/bin/bash\nexec /usr/bin/bwrap "$@"\n')
    await chmod(program, 0o755)
    await toNobody(program)
  }

  test('a question of before is asked anew, and what is allowed then runs in the jail', async () => {
    await chmod(home, 0o755)
    const { carrel, runId } = await begin(command('echo $HOME > made'))
    const asked = await question(carrel)
    await install()
    expect(answered(await carrel.bridge.call('sandbox.prove', {})).state).toBe('holds')
    answered(await answer(carrel, asked, 'allow'))
    const second = await question(carrel, 2)
    expect(second.reasons).not.toContain('no-sandbox')
    expect(second.hash).not.toBe(asked.hash)
    expect(await readdir(project)).toEqual([])
    answered(await answer(carrel, second, 'allow'))
    await carrel.runEnd(runId)
    expect(await readFile(join(project, 'made'), 'utf8')).toBe('/tmp/home\n')
  })

  test('before anybody is asked it is tried again', async () => {
    await chmod(home, 0o755)
    const carrel = await open(turns(command('echo $HOME > made')))
    expect(await switchOn(carrel)).toBe(true)
    await install()
    const { runId } = await send(carrel)
    const asked = await question(carrel)
    expect(asked.reasons).not.toContain('no-sandbox')
    answered(await answer(carrel, asked, 'deny'))
    await carrel.runEnd(runId)
    expect(await readdir(project)).toEqual([])
  })
})
