// A client of `carrel serve --stdio`: asks one question, prints the answer as it comes, allows what is asked, and lists the sessions.
// node serve-client.mjs FOLDER QUESTION carrel [OPTION]…
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const [folder, question, command, ...options] = process.argv.slice(2)
const carrel = spawn(command, [...options, 'serve', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })
const send = (message) => carrel.stdin.write(`${JSON.stringify(message)}\n`)
const waiting = new Map()
let calls = 0

async function call(channel, input = {}) {
  const id = String(++calls)
  send({ type: 'call', id, channel, input })
  const answer = await new Promise((resolve) => waiting.set(id, resolve))
  if (!answer.ok) throw new Error(answer.failure.message)
  return answer.value
}

const ended = new Promise((over) => {
  createInterface({ input: carrel.stdout }).on('line', async (line) => {
    const message = JSON.parse(line)
    if (message.type === 'answer') waiting.get(message.id)?.(message.answer)
    if (message.type === 'error') console.error(message.failure.message)
    if (message.push === 'run.ended') over(message.payload)
    if (message.push === 'run.frame') {
      process.stdout.write(message.payload.text)
      send({ type: 'painted' }) // The next piece may come.
    }
    const asked = message.push === 'run.changed' && message.payload.approval
    if (!asked || waiting.has(asked.id)) return
    waiting.set(asked.id, null) // Once: the same question may be told again.
    const { id: approvalId, sessionId, hash, tool, subject, askedAt } = asked
    console.log(`\n[${tool} ${subject.path ?? subject.command ?? ''}: allowed]`)
    // Nothing can be allowed in the first half second: a person has to have seen it.
    await new Promise((resolve) => setTimeout(resolve, Date.parse(askedAt) + 600 - Date.now()))
    await call('approval.decide', { sessionId, approvalId, hash, decision: 'allow', scope: 'once', note: null })
  })
})

await call('chat.send', { sessionId: null, text: question, model: null, think: null, workspace: folder })
const { stop } = await ended
console.log(`\n[${stop}]`)
for (const { title } of (await call('sessions.list', { filter: 'active' })).sessions) console.log(title)
carrel.stdin.end()
