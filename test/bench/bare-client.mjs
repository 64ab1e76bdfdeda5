// @ts-check
// The least that asks a model in a terminal: the `ollama` client, one question, and what comes of it onto standard output.
//   bare-client.mjs <host> <model> <question>
import { Ollama } from 'ollama'

const [host = '', model = '', content = ''] = process.argv.slice(2)
const client = new Ollama({ host })
const answer = await client.chat({
  model,
  messages: [
    { role: 'system', content: 'You are an assistant. Answer plainly and to the point.' },
    { role: 'user', content },
  ],
  stream: true,
  think: false,
  keep_alive: '30m',
  options: { num_ctx: 16_384 },
})
let text = ''
let counted = 0
for await (const part of answer) {
  text += part.message.content
  process.stdout.write(part.message.content)
  if (part.done) counted = part.eval_count
}
process.stdout.write('\n')
if (text === '') process.stderr.write('Nothing was answered.\n')
process.stderr.write(`${counted} tokens\n`)
