// The table of errors without a server: nothing falls through it, and a bug stays a bug.
import { describe, expect, test } from 'vitest'
import { lineFault, statusFault, wayFault } from '../../electron/services/models/faults.ts'
import { failures } from '../../shared/messages/failures.ts'

describe('the table itself', () => {
  const asked = { host: 'http://h', model: 'm' }

  test('has a sentence for every status and for any words', () => {
    for (let status = 300; status < 600; status += 1) {
      for (const body of [
        '',
        'words',
        '{"error":"words"}',
        '{"error":null}',
        '{}',
        '[]',
        'null',
        '{"error":"{\\"error\\":{}}"}',
      ]) {
        const { failure } = statusFault(status, body, asked)
        expect(failure.message).toMatch(/\.|: ollama/u)
      }
    }
    expect(lineFault(undefined, asked).failure.message).toBe(failures.modelFailed)
  })

  test('leaves a bug a bug', () => {
    const bug = new TypeError('x is not a function')
    expect(wayFault(bug, asked, false)).toBe(bug)
    expect(wayFault('text', asked, false)).toBe('text')
  })

  test.each([
    ['EHOSTUNREACH', failures.hostTimedOut('http://h'), failures.connectionLost],
    ['ETIMEDOUT', failures.hostTimedOut('http://h'), failures.connectionLost],
    ['EAI_AGAIN', failures.hostUnknown('http://h'), failures.hostUnknown('http://h')],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', failures.hostNotTrusted('http://h'), failures.hostNotTrusted('http://h')],
    ['ECONNRESET', failures.connectionBroke('http://h'), failures.connectionLost],
    ['ERR_STREAM_PREMATURE_CLOSE', failures.connectionBroke('http://h'), failures.connectionLost],
    ['HPE_INVALID_CONSTANT', failures.notOllama('http://h'), failures.connectionLost],
  ])('%s', (code, before, within) => {
    const cause = Object.assign(new Error('below'), { code })
    const thrown = new Error('above', { cause: new AggregateError([cause]) })
    expect(wayFault(thrown, asked, false)).toMatchObject({ failure: { message: before } })
    expect(wayFault(thrown, asked, true)).toMatchObject({ failure: { message: within } })
  })
})
