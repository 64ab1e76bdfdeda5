// The rules that turn what a person wrote into the address of a server.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseHost, resolveHost } from '../../electron/services/models/host.ts'
import { failures } from '../../shared/messages/failures.ts'

const nowhere = { flag: null, setting: null, environment: undefined }

describe('an address as it is written', () => {
  test.each([
    ['127.0.0.1', 'http://127.0.0.1:11434'],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    [':8080', 'http://127.0.0.1:8080'],
    ['localhost', 'http://localhost:11434'],
    ['box.lan:80', 'http://box.lan'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:9000', 'http://127.0.0.1:9000'],
    ['http://0.0.0.0:9000', 'http://127.0.0.1:9000'],
    ['::', 'http://[::1]:11434'],
    ['[::]', 'http://[::1]:11434'],
    ['[::]:9000', 'http://[::1]:9000'],
    ['::1', 'http://[::1]:11434'],
    ['[::1]', 'http://[::1]:11434'],
    ['[2001:db8::7]:9000', 'http://[2001:db8::7]:9000'],
    ['http://[::1]:9000/', 'http://[::1]:9000'],
    ['http://example.com', 'http://example.com'],
    ['https://example.com', 'https://example.com'],
    ['https://example.com:8443/ollama//', 'https://example.com:8443/ollama'],
    ['example.com/ollama', 'http://example.com:11434/ollama'],
    ['example.com:56000/', 'http://example.com:56000'],
    ['HTTP://EXAMPLE.com:1', 'http://example.com:1'],
    ['bücher.example', 'http://xn--bcher-kva.example:11434'],
  ])('%s means %s', (written, meant) => {
    expect(parseHost(written)).toBe(meant)
  })

  test.each([
    '127.0.0.1:notaport',
    '127.0.0.1:70000',
    '127.0.0.1:0',
    'ftp://example.com',
    'http://',
    '://',
    '/path',
    'two words',
    'http://a\\b',
    'http://example.com/?x=1',
    'http://example.com/#top',
    'http://user:secret@example.com',
    'user:secret@example.com',
    '[::1',
    'a:b:c',
    'http://exa mple.com',
  ])('%s is no address', (written) => {
    expect(parseHost(written)).toBeNull()
  })

  test('a parsed address means itself', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.domain(),
          fc.ipV4(),
          fc.ipV6().map((ip) => `[${ip}]`),
        ),
        fc.option(fc.integer({ min: 1, max: 65_535 })),
        fc.constantFrom('', 'http://', 'https://'),
        fc.constantFrom('', '/', '/ollama', '/a/b//'),
        (name, port, scheme, path) => {
          const host = parseHost(`${scheme}${name}${port === null ? '' : `:${port}`}${path}`)
          if (host === null) return
          expect(parseHost(host)).toBe(host)
          expect(host).not.toMatch(/\/$/u)
          expect(host).not.toMatch(/0\.0\.0\.0|\[::\]/u)
          if (port === null && scheme === '') expect(new URL(host).port).toBe('11434')
          if (port !== null) expect(Number(new URL(host).port || (scheme === 'https://' ? 443 : 80))).toBe(port)
        },
      ),
    )
  })

  test('whatever is written, the result is an http address or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (written) => {
        const host = parseHost(written)
        if (host === null) return
        const url = new URL(host)
        expect(['http:', 'https:']).toContain(url.protocol)
        expect(url.username + url.password + url.search + url.hash).toBe('')
      }),
    )
  })
})

describe('the place that names the server', () => {
  test('flag before setting before OLLAMA_HOST before the default', () => {
    const all = { flag: 'a', setting: 'b', environment: 'c' }
    expect(resolveHost(all)).toEqual({ host: 'http://a:11434', chosenBy: 'flag', failure: null })
    expect(resolveHost({ ...all, flag: null })).toMatchObject({ host: 'http://b:11434', chosenBy: 'setting' })
    expect(resolveHost({ ...all, flag: null, setting: null })).toMatchObject({
      host: 'http://c:11434',
      chosenBy: 'environment',
    })
    expect(resolveHost(nowhere)).toEqual({ host: 'http://127.0.0.1:11434', chosenBy: 'default', failure: null })
  })

  test('an empty value is no value, and quotes are no part of it', () => {
    expect(resolveHost({ ...nowhere, environment: '  ' }).chosenBy).toBe('default')
    expect(resolveHost({ ...nowhere, flag: '', setting: 'b' }).chosenBy).toBe('setting')
    expect(resolveHost({ ...nowhere, environment: ' "0.0.0.0:1234" ' }).host).toBe('http://127.0.0.1:1234')
  })

  test('a bad address is said, and no other server is asked instead', () => {
    expect(resolveHost({ flag: null, setting: 'ftp://x', environment: 'good' })).toEqual({
      host: 'ftp://x',
      chosenBy: 'setting',
      failure: { code: 'invalid-input', message: failures.hostInvalid('ftp://x') },
    })
  })

  test('a password in an address is never shown', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('http://', '', 'http:/', 'https:///'),
        fc.constantFrom('', '@', '/', ' '),
        (scheme, odd) => {
          const resolved = resolveHost({ ...nowhere, flag: `${scheme}bob:geheim${odd}geheim@example.com` })
          expect(resolved.failure).not.toBeNull()
          expect(JSON.stringify(resolved)).not.toContain('geheim')
        },
      ),
    )
  })
})
