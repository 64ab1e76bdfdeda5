// Plays one fault into an answer that is under way.
import type { Exchange } from './exchange.ts'
import { type Fault, nameOf, parameterOf } from './faults.ts'
import { isObject, textOf } from './go-json.ts'
import type { Scene } from './scene.ts'
import type { Stage } from './stage.ts'

const runnerDied =
  'model runner has unexpectedly stopped, this may be due to resource limitations or an internal error, check ollama server logs for details'
const queueFull = 'server busy, please try again.  maximum pending requests exceeded'

export async function playFault(stage: Stage, scene: Scene, fault: Fault): Promise<void> {
  const { wire, outlet, twists } = stage
  const { exchange, asked, world } = scene
  const name = nameOf(fault)
  const message = (fields: object) => wire.line(outlet.lineOf({ ...fields, done: false }))
  const say = (content: string) => message(outlet.fieldsOf({ content }))

  switch (name) {
    case 'errorLine':
    case 'errorLineEscapedJson': {
      const plain = name === 'errorLine' ? runnerDied : JSON.stringify({ error: { code: 500, message: runnerDied } })
      const given = parameterOf(fault, 'errorLine')
      await outlet.fail(given === undefined ? plain : given)
      return await stage.end()
    }
    case 'endWithoutDone':
      return asked.stream ? await stage.end() : await outlet.finish({}, { done: false }).then(stage.end)
    case 'reset':
      return await playReset(stage, exchange, parameterOf(fault, 'reset'))
    case 'slowFirstToken':
      return await stage.rest(Number(parameterOf(fault, 'slowFirstToken') ?? 2_000))
    case 'invalidJsonLine':
      return await wire.send('{"model":"broken","message":{"content":\n')
    case 'cutLine':
      await wire.send(halfLine(stage))
      return await stage.end()
    case 'nullLine':
      return await wire.line('null')
    case 'blankLines':
      return await wire.send('\n\r\n  \n')
    case 'crlf':
      return wire.endLinesWithCrlf()
    case 'giantLine':
      return await playGiant(stage, parameterOf(fault, 'giantLine'))
    case 'splitUtf8':
      return await wire.line(
        outlet.lineOf({
          ...outlet.fieldsOf({ content: textOf(parameterOf(fault, 'splitUtf8')) || 'Grüße 静か 📚' }),
          done: false,
        }),
        1,
      )
    case 'bom':
      return await wire.send('\uFEFF')
    case 'loneSurrogateEscape':
      return await wire.line(outlet.lineOf({ ...outlet.fieldsOf({ content: 'a\ud83d' }), done: false }))
    case 'dupDone':
      twists.dupDone = true
      return
    case 'dataAfterDone':
      twists.dataAfterDone = true
      return
    case 'missingMessage':
      return await message({})
    case 'toolCallInDoneLine':
      twists.callsInDone = true
      return
    case 'toolCallNoId':
      twists.ids = 'none'
      return
    case 'dupIds':
      twists.ids = 'same'
      return
    case 'argsAsString':
      twists.argsAsString = true
      return
    case 'nullArgs':
      return await stage.call([{ name: offeredTool(scene), arguments: null }])
    case 'unknownTool':
      return await stage.call([{ name: textOf(parameterOf(fault, 'unknownTool')) || 'no_such_tool', arguments: {} }])
    case 'emptyTurn':
      return await stage.finish({ done: 'stop' })
    case 'lengthEmptyThinking':
      await stage.say({ thinking: 'I think and think and' })
      return await stage.finish({ done: 'length' })
    case 'thinkingAfterContent':
      await say('So far.')
      await message(outlet.fieldsOf({ thinking: 'On second thought' }))
      return await say(' And on.')
    case 'repeatLoop': {
      const token = textOf(parameterOf(fault, 'repeatLoop')) || '<unused49>'
      for (let count = 0; count < 30 && !stage.isOver(); count += 1) await stage.say({ content: token })
      return await stage.end()
    }
    case 'modelVanishes':
      world.library.remove(asked.model.name)
      return world.runners.unload(asked.model.name)
    default:
      await answerFault(exchange, fault, world)
  }
}

/** A fault that needs no answer of a model, so that any route can have it: a status, a reset, silence. */
export async function answerFault(
  exchange: Exchange,
  fault: Fault,
  world: Pick<Scene['world'], 'refuse' | 'restart'>,
): Promise<void> {
  const { response } = exchange
  switch (nameOf(fault)) {
    case 'status':
      return answerStatus(exchange, fault)
    case 'queue503':
      return exchange.json(503, { error: queueFull })
    case 'reset':
      return await exchange.cut('reset')
    case 'halfClose':
      return await exchange.cut('halfClose')
    case 'hang':
      return await hang(exchange)
    case 'refuse':
      return world.refuse()
    case 'restart':
      await exchange.cut('reset')
      return world.restart(Number(parameterOf(fault, 'restart') ?? 500))
    default: {
      const bodies: Readonly<Record<string, string>> = {
        invalidJsonLine: '{"models":[{',
        nullLine: 'null\n',
        blankLines: '\n\r\n  \n',
      }
      exchange.begin(200, { 'content-type': 'application/x-ndjson' })
      response.end(bodies[nameOf(fault)] ?? '')
    }
  }
}

async function hang({ response, signal }: Exchange): Promise<void> {
  if (!signal.aborted) await new Promise<void>((resolve) => response.once('close', () => resolve()))
}

function answerStatus(exchange: Exchange, fault: Fault) {
  if (typeof fault !== 'object' || !('status' in fault)) {
    return exchange.text(502, '<html><body><h1>502 Bad Gateway</h1></body></html>', 'text/html; charset=utf-8')
  }
  const isText = typeof fault.body === 'string'
  const text = fault.body === undefined ? '' : isText ? String(fault.body) : JSON.stringify(fault.body)
  const usual = isText ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8'
  exchange.begin(fault.status, {
    'content-type': fault.contentType ?? usual,
    ...(fault.location !== undefined && { location: fault.location }),
  })
  exchange.response.end(text)
}

async function playReset(stage: Stage, exchange: Exchange, how: unknown): Promise<void> {
  if (isObject(how)) return await stage.wire.resetAfter(Number(how['afterBytes']))
  if (how === 'midLine') {
    const half = halfLine(stage)
    await stage.wire.resetAfter(Buffer.byteLength(half))
    return await stage.wire.send(half)
  }
  await exchange.cut('reset')
}

function halfLine({ outlet }: Stage): string {
  return outlet.lineOf({ ...outlet.fieldsOf({ content: 'cut' }), done: false }).slice(0, -20)
}

async function playGiant(stage: Stage, value: unknown): Promise<void> {
  const { megabytes, as } = isObject(value) ? value : {}
  const size = (typeof megabytes === 'number' ? megabytes : 5) * 1_000_000
  const text = 'giant '.repeat(Math.ceil(size / 6)).slice(0, size)
  if (as === 'toolCall')
    return await stage.call([{ name: 'write_file', arguments: { path: 'giant.txt', content: text } }])
  await stage.say(as === 'thinking' ? { thinking: text } : { content: text })
}

/** The first tool of the request, so that the call is one the client knows. */
export function offeredTool({ asked }: Pick<Scene, 'asked'>): string {
  const tool = asked.tools[0]
  const called = isObject(tool) ? tool['function'] : undefined
  return (isObject(called) ? textOf(called['name']) : '') || 'read_file'
}
