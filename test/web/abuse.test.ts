// The abuse table of fetch_url (G: ways from a page to what is not public). Each row has a control that gets through.
import { once } from 'node:events'
import { get } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isPublicAddress } from '../../electron/services/web/addresses.ts'
import { readBytes } from '../../electron/services/web/bytes.ts'
import { createWeb } from '../../electron/services/web/web.ts'
import { page, read, reader, site } from './site.ts'

const notPublic = { code: 'denied', message: expect.stringContaining('does not lead to the public internet') }

describe('G63-66 addresses that are not public', () => {
  const rows: [row: string, addresses: string[]][] = [
    [
      'G63 this computer',
      ['127.0.0.1', '127.8.9.10', '0.0.0.0', '[::1]', '[::]', 'localhost', 'localhost.', 'LOCALHOST'],
    ],
    [
      'G64 spellings of 127.0.0.1',
      [
        '2130706433',
        '0x7f000001',
        '0x7f.0.0.1',
        '0177.0.0.1',
        '127.1',
        '127.0.1',
        '１２７.0.0.1',
        '①②⑦.⓪.⓪.①',
        '127。0。0。1',
      ],
    ],
    [
      'G65 IPv4 in the clothes of IPv6',
      [
        '[::ffff:127.0.0.1]',
        '[::ffff:8.8.8.8]',
        '[::127.0.0.1]',
        '[::7f00:1]',
        '[::ffff:0:127.0.0.1]',
        '[64:ff9b::7f00:1]',
        '[64:ff9b:1::1]',
        '[2002:7f00:1::]',
        '[2001::1]',
      ],
    ],
    [
      'G66 what hands out secrets, and networks of others',
      [
        '169.254.169.254',
        '[fd00:ec2::254]',
        '168.63.129.16',
        '100.64.0.1',
        '100.100.100.200',
        '192.0.0.192',
        '10.0.0.1',
        '172.16.0.1',
        '192.168.1.1',
        '[fe80::1]',
        '[fc00::1]',
        '[fec0::1]',
        '198.18.0.1',
        '224.0.0.1',
        '255.255.255.255',
        '[ff02::1]',
        '[4000::1]',
      ],
    ],
  ]
  test.each(rows)('%s: denied by the app’s own web', async (_row, addresses) => {
    const web = createWeb()
    for (const address of addresses) {
      for (const url of [`http://${address}/`, `https://${address}/`]) {
        expect({ url, ...(await read(web, url)) }).toMatchObject({ url, ...notPublic })
      }
    }
  })

  test('control: the same address, once a test calls it public', async () => {
    const { port } = await site(page('got in'))
    for (const spelling of ['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '１２７.0.0.1']) {
      expect(await read(reader(port), `http://${spelling}:${port}/`)).toMatchObject({ text: 'got in' })
    }
    expect(await read(reader(port, { isPublic: isPublicAddress }), `http://127.0.0.1:${port}/`)).toMatchObject(
      notPublic,
    )
  })

  test('G66 names that lead there: denied, whatever else they lead to', async () => {
    const { port, asked } = await site(page('got in'))
    for (const address of ['169.254.169.254', '10.0.0.1', '::1', '::ffff:8.8.8.8', 'fe80::1%eth0', '127.1', '', 'x']) {
      const web = reader(port, { resolve: async () => [address] })
      expect(await read(web, `http://inside.test:${port}/`)).toMatchObject(notPublic)
    }
    expect(asked).toHaveLength(0)
  })
})

test('G64 every spelling of an address that is not public is denied', async () => {
  const web = createWeb()
  const octet = fc.nat(255)
  const inside = fc.oneof(
    fc.tuple(fc.constant(127), octet, octet, octet),
    fc.tuple(fc.constant(10), octet, octet, octet),
    fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
    fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
  )
  const base = fc.constantFrom<(value: number) => string>(
    (value) => String(value),
    (value) => `0x${value.toString(16)}`,
    (value) => `0X${value.toString(16).toUpperCase()}`,
    (value) => `0${value.toString(8)}`,
    (value) => `000${value.toString(8)}`,
  )
  const letters = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => text.replace(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    (text) => text.replace(/[1-9]/g, (digit) => String.fromCodePoint(0x245f + Number(digit))),
    (text) => text.replaceAll('.', '。'),
    (text) => text.replaceAll('.', '%2e'),
    (text) => `${text}.`,
  )
  const spelled = fc
    .tuple(inside, fc.integer({ min: 1, max: 4 }), fc.array(base, { minLength: 4, maxLength: 4 }), letters)
    .map(([octets, parts, bases, inLetters]) => {
      // The last part holds all that is left: 127.1, 2130706433.
      const last = octets.slice(parts - 1).reduce((sum, one) => sum * 256 + one, 0)
      const numbers = [...octets.slice(0, parts - 1), last]
      return { octets, host: inLetters(numbers.map((one, index) => bases[index]?.(one)).join('.')) }
    })
  await fc.assert(
    fc.asyncProperty(spelled, async ({ octets, host }) => {
      // The spelling is one of this very address: else the row would prove nothing.
      expect(new URL(`http://${host}/`).hostname).toBe(octets.join('.'))
      expect(await read(web, `http://${host}/`)).toMatchObject(notPublic)
    }),
    { numRuns: 500 },
  )
})

test('G65 an IPv4 address is public in its own clothes only', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.constantFrom('::', '::ffff:', '::ffff:0:', '64:ff9b::'), (address, clothes) => {
      expect(isPublicAddress(clothes + address)).toBe(false)
    }),
  )
  expect(['8.8.8.8', '1.1.1.1', '93.184.215.14', '2606:4700:4700::1111'].map(isPublicAddress)).not.toContain(false)
  expect(['', '1', '8.8.8', '010.8.8.8', '8.8.8.8 ', '::1%lo', 'example.com'].map(isPublicAddress)).not.toContain(true)
})

describe.skipIf(process.platform !== 'linux')('G67 a name that leads somewhere else the next time', () => {
  const rebinding = () => {
    let times = 0
    return async () => (times++ === 0 ? ['127.0.0.1'] : ['127.0.0.2'])
  }

  test('only the address that was vetted is connected to; control: two lookups reach the other one', async () => {
    const vetted = await site(page('vetted'))
    const secret = await site(page('secret'), '127.0.0.2', vetted.port)
    const web = reader(vetted.port, { resolve: rebinding() })
    expect(await read(web, `http://moving.test:${vetted.port}/`)).toMatchObject({ text: 'vetted' })
    expect(vetted.asked[0]?.headers.host).toBe(`moving.test:${vetted.port}`)
    expect(secret.asked).toHaveLength(0)

    const resolve = rebinding()
    await resolve()
    const naive = get({
      host: 'moving.test',
      port: vetted.port,
      lookup: (_host, _options, callback) => {
        void resolve().then((addresses) =>
          callback(
            null,
            addresses.map((address) => ({ address, family: 4 })),
          ),
        )
      },
    })
    await once(naive, 'response')
    expect(secret.asked).toHaveLength(1)
  })

  test('G67 the next hop is vetted anew', async () => {
    const first = await site((_request, response) => response.writeHead(302, { location: '/again' }).end())
    const second = await site(page('secret'), '127.0.0.2', first.port)
    const web = reader(first.port, { resolve: rebinding() })
    expect(await read(web, `http://moving.test:${first.port}/`)).toMatchObject(notPublic)
    expect(second.asked).toHaveLength(0)
  })
})

test('G68 one address among others that is not public: denied', async () => {
  const { port, asked } = await site(page('got in'))
  const addresses = ['127.0.0.1', '10.0.0.1']
  for (const all of [addresses, addresses.toReversed()]) {
    expect(await read(reader(port, { resolve: async () => all }), `http://mixed.test:${port}/`)).toMatchObject(
      notPublic,
    )
  }
  expect(asked).toHaveLength(0)
  const control = reader(port, { resolve: async () => ['127.0.0.1', '127.0.0.1'] })
  expect(await read(control, `http://mixed.test:${port}/`)).toMatchObject({ text: 'got in' })
})

describe('redirects', () => {
  const leading = (to: () => string) =>
    site((request, response) => {
      if (request.url === '/page') return response.end('arrived')
      return response.writeHead(302, { location: to() }).end('gone')
    })

  test('G69 to what is not public: denied at that hop, also when the person would allow it', async () => {
    let to = ''
    const { port, asked } = await leading(() => to)
    const resolve = async (host: string) => (host === 'inside.test' ? ['10.0.0.1'] : ['127.0.0.1'])
    const web = reader(port, { resolve })
    for (to of [
      `http://10.0.0.1:${port}/`,
      `http://[::1]:${port}/`,
      `//0x7f.2:${port}/`,
      `http://inside.test:${port}/`,
    ]) {
      expect(await read(web, `http://outside.test:${port}/`, () => true)).toMatchObject(notPublic)
    }
    to = '/page'
    expect(await read(web, `http://outside.test:${port}/`)).toMatchObject({ text: 'arrived' })
    expect(asked).toHaveLength(6)
  })

  test('G70 to another protocol, with a user name or to another port: denied', async () => {
    let to = ''
    const { port } = await leading(() => to)
    const web = reader(port)
    for (to of [
      'file:///etc/passwd',
      'data:text/plain,x',
      'gopher://x/',
      'ftp://x/',
      'javascript:1',
      `http://me@outside.test:${port}/page`,
      'http://outside.test:1/page',
      'http://outside.test:22/page',
    ]) {
      expect({ to, ...(await read(web, `http://outside.test:${port}/`, () => true)) }).toMatchObject({
        to,
        code: 'denied',
      })
    }
    to = `http://other.test:${port}/page`
    expect(await read(web, `http://outside.test:${port}/`, () => true)).toMatchObject({ text: 'arrived' })
  })

  test('G70 round and round: five and no more', async () => {
    let left = 6
    const { port, asked } = await leading(() => (--left > 0 ? '/on' : '/page'))
    expect(await read(reader(port), `http://outside.test:${port}/`)).toMatchObject({ code: 'limit' })
    expect(asked).toHaveLength(6)
    left = 5
    expect(await read(reader(port), `http://outside.test:${port}/`)).toMatchObject({ text: 'arrived' })
  })

  test('G74 to a new host: asked with the whole address, and not visited when it is not allowed', async () => {
    const { port, asked } = await leading(() => `http://evil.test:${port}/page?stolen=everything#x`)
    const looked: string[] = []
    const resolve = async (host: string) => {
      looked.push(host)
      return ['127.0.0.1']
    }
    const web = reader(port, { resolve })
    expect(await read(web, `http://outside.test:${port}/`)).toMatchObject({
      code: 'denied',
      message: expect.stringContaining(`evil.test:${port}`),
      visited: [`http://evil.test:${port}/page?stolen=everything`],
    })
    // Its name is not even looked up: that, too, would tell somebody.
    expect(looked).toEqual(['outside.test'])
    expect(asked).toHaveLength(1)
  })

  test('G74 the same host is not asked for again, an allowed one once', async () => {
    let hop = 0
    const { port } = await site((_request, response) => {
      const to = [`http://a.test:${port}/1`, `http://b.test:${port}/2`, `http://b.test:${port}/3`][hop++]
      if (to) response.writeHead(307, { location: to }).end()
      else response.end('arrived')
    })
    expect(await read(reader(port), `http://a.test:${port}/`, () => true)).toMatchObject({
      text: 'arrived',
      url: `http://b.test:${port}/3`,
      visited: [`http://b.test:${port}/2`],
    })
  })
})

test('G71 a host that hides behind a user name: denied, or the host it really is', async () => {
  const { port, asked } = await site(page('arrived'))
  const looked: string[] = []
  const web = reader(port, {
    isPublic: isPublicAddress,
    resolve: async (host) => {
      looked.push(host)
      return ['10.0.0.1']
    },
  })
  for (const url of [
    `http://good.test@127.0.0.1:${port}/`,
    `http://good.test:80@127.0.0.1:${port}/`,
    `http://:@127.0.0.1:${port}/`,
    `http://127.0.0.1:${port}#@good.test/`,
    `http://127.0.0.1:${port}\\@good.test/`,
    `http://good.test%40127.0.0.1:${port}/`,
    `http:127.0.0.1:${port}/`,
    `http:\t//127.0.0.1:${port}/`,
  ]) {
    expect({ url, ...(await read(web, url)) }).toMatchObject({
      url,
      code: expect.stringMatching(/denied|invalid-input/),
    })
  }
  expect(looked).toEqual([])
  expect(asked).toHaveLength(0)
  expect(await read(reader(port), `http://127.0.0.1:${port}\\@good.test/`)).toMatchObject({ text: 'arrived' })
})

test('G72 a bomb is unpacked as far as the limit and no further', async () => {
  const bomb = gzipSync(Buffer.alloc(200 * 1_024 * 1_024, 'a'))
  const { port } = await site((request, response) => {
    response.setHeader('content-type', 'text/plain')
    const isPlain = request.url === '/plain'
    if (!isPlain) response.setHeader('content-encoding', 'gzip')
    response.end(isPlain ? 'a'.repeat(1_000_000) : request.url === '/small' ? gzipSync('small') : bomb)
  })
  const limitBytes = 100_000
  const cut = await read(reader(port, { limitBytes }), `http://x.test:${port}/`)
  expect(cut).toMatchObject({ isCut: true, bytes: 100_000 })
  expect(await read(reader(port, { limitBytes }), `http://x.test:${port}/plain`)).toMatchObject({
    isCut: true,
    bytes: 100_000,
  })
  expect(await read(reader(port), `http://x.test:${port}/small`)).toMatchObject({ isCut: false, text: 'small' })
})

test.each([
  ['that unpacks to very much', 'gzip', gzipSync(Buffer.alloc(50_000_000)), 100_000, 30_000],
  [
    'that unpacks to nothing',
    'gzip',
    Buffer.concat(Array.from({ length: 50_000 }, () => gzipSync(''))),
    100_000,
    170_000,
  ],
  ['that is not packed', null, Buffer.alloc(2_000_000), 100_000, 170_000],
])('G72 of an answer %s, only a part is taken', async (_what, encoding, answer, limit, most) => {
  let taken = 0
  const body = new Readable({
    highWaterMark: 1,
    read() {
      const piece = answer.subarray(taken, taken + 100)
      taken += piece.length
      this.push(piece.length > 0 ? piece : null)
    },
  })
  const { bytes, isCut } = await readBytes(body, encoding, limit)
  expect(isCut).toBe(true)
  expect(bytes.length).toBeLessThanOrEqual(limit)
  expect(taken).toBeLessThan(Math.min(most, answer.length))
})

describe('G73 a server that takes its time', () => {
  test.each([
    ['says nothing', '', ''],
    ['never ends its headers', 'HTTP/1.1 200 OK\r\nx: ', 'a'],
    ['never ends its text', 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\na', 'a'],
    [
      'never ends its packed text, in which there is nothing',
      Buffer.concat([
        Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-encoding: gzip\r\n\r\n'),
        gzipSync('').subarray(0, 10),
      ]),
      Buffer.from([0, 0, 0, 0xff, 0xff]),
    ],
  ])('%s: given up', async (_what, start, drop) => {
    let closed: Promise<unknown> = Promise.resolve()
    const slow = createServer((socket) => {
      closed = new Promise((resolve) => socket.once('close', resolve))
      socket.on('error', () => undefined)
      socket.resume()
      socket.write(start)
      const drip = setInterval(() => socket.write(drop), 20)
      socket.once('close', () => clearInterval(drip))
    }).listen(0, '127.0.0.1')
    await once(slow, 'listening')
    onTestFinished(() => {
      slow.close()
    })
    const { port } = slow.address() as AddressInfo
    expect(await read(reader(port, { limitMs: 300 }), `http://x.test:${port}/`)).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('within 0.3 seconds'),
    })
    await closed
  })

  test('names that are never found: given up', async () => {
    const web = reader(80, { limitMs: 50, resolve: () => new Promise(() => undefined) })
    expect(await read(web, 'http://x.test:80/')).toMatchObject({ code: 'unavailable' })
  })

  test('while a person is asked the time stands still', async () => {
    const { port } = await site((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: `http://b.test:${port}/page` }).end()
      else response.end('arrived')
    })
    const web = reader(port, { limitMs: 1_500 })
    const slowly = () => new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 1_800))
    const signal = new AbortController().signal
    expect(await web.fetch(`http://a.test:${port}/`, { signal, mayVisit: slowly })).toMatchObject({ text: 'arrived' })
  })
})

test('no proxy of the environment is used, and nothing is told of the person', async () => {
  const proxy = await site(page('proxy'))
  const { port, asked } = await site(page('straight'))
  const names = ['http_proxy', 'HTTP_PROXY', 'ALL_PROXY', 'https_proxy']
  for (const name of names) process.env[name] = `http://127.0.0.1:${proxy.port}`
  onTestFinished(() => {
    for (const name of names) delete process.env[name]
  })
  expect(await read(reader(port), `http://x.test:${port}/`)).toMatchObject({ text: 'straight' })
  expect(proxy.asked).toHaveLength(0)
  expect(Object.keys(asked[0]?.headers ?? {}).toSorted()).toEqual([
    'accept',
    'accept-encoding',
    'connection',
    'host',
    'user-agent',
  ])
})

test('the name stays in the TLS handshake', async () => {
  const hello = new Promise<string>((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', (bytes) => {
        resolve(bytes.toString('latin1'))
        socket.destroy()
      })
    }).listen(0, '127.0.0.1')
    onTestFinished(() => {
      server.close()
    })
    server.once('listening', () => {
      const { port } = server.address() as AddressInfo
      void read(reader(port), `https://named.test:${port}/`).then((end) =>
        expect(end).toMatchObject({ code: 'unavailable' }),
      )
    })
  })
  expect(await hello).toContain('named.test')
})

test('Stop ends it at once', async () => {
  const { port } = await site(() => undefined)
  const stop = new AbortController()
  const fetched = reader(port).fetch(`http://x.test:${port}/`, { signal: stop.signal, mayVisit: async () => false })
  stop.abort()
  await expect(fetched).rejects.toMatchObject({ failure: { code: 'cancelled' } })
})
