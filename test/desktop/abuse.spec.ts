// What a page, an answer or a foreign sender must not be able to do. Numbers are those of the list of abuse tests, group J.
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright/test'
import { steps } from '../support/fake-ollama.ts'
import { answered, appProgram, ask, expect, projectRoot, recordsIn, test } from './carrel.ts'

/** Calls over the wire as a compromised page could: any channel, any input. */
async function rawCall(page: Page, channel: string, input: unknown) {
  return await page.evaluate(
    async ([name, json]) => {
      const { carrelWire } = globalThis as unknown as {
        carrelWire: {
          call(id: string, channel: string, input: unknown): Promise<{ ok: boolean; failure?: { code: string } }>
        }
      }
      const answer = await carrelWire.call(String(Math.random()), name, JSON.parse(json))
      return answer.ok ? 'ok' : (answer.failure?.code ?? 'no code')
    },
    [channel, typeof input === 'string' ? input : JSON.stringify(input)] as const,
  )
}

test('94, 97, 98, 100: the wire takes known channels with strict and bounded inputs only', async ({ launch }) => {
  const { page, app } = await launch()
  expect(await rawCall(page, 'app.state', {})).toBe('ok')

  for (const channel of ['tools.run', 'no.such', 'constructor', '__proto__', 'toString', '']) {
    expect(await rawCall(page, channel, {}), channel).toBe('invalid-input')
  }
  for (const json of [
    '{"sessionId":"a","constructor":{"prototype":{}}}',
    '{"sessionId":"a","extra":1}',
    '[]',
    'null',
    '"a"',
  ]) {
    expect(await rawCall(page, 'sessions.open', json), json).toBe('invalid-input')
  }
  // The bridge between the worlds drops a key of that name, so it arrives as nothing; it must not arrive as a prototype.
  expect(await rawCall(page, 'sessions.open', '{"sessionId":"a","__proto__":{"admin":true}}')).toBe('not-found')
  expect(await app.evaluate(() => 'admin' in {})).toBe(false)
  for (const sessionId of ['../../../etc/passwd', '/etc/passwd', '..', 'a/b', 'a\\b', 'a\u0000', '', 'a'.repeat(200)]) {
    expect(await rawCall(page, 'sessions.open', { sessionId }), sessionId).toBe('invalid-input')
  }
  expect(
    await rawCall(page, 'chat.send', {
      sessionId: null,
      text: 'x'.repeat(9_000_000),
      model: null,
      think: null,
      workspace: null,
    }),
  ).toBe('limit')
  expect(
    await rawCall(page, 'chat.send', {
      sessionId: null,
      text: 'x'.repeat(1_500_000),
      model: null,
      think: null,
      workspace: null,
    }),
  ).toBe('invalid-input')
})

test('where a file lies is told of those a person has given, and a folder is attached by a path of its workspace only', async ({
  launch,
}) => {
  const { page } = await launch()
  const paths = await page.evaluate(() => {
    const { carrelWire } = globalThis as unknown as { carrelWire: { pathOf(file: unknown): string } }
    const told = (file: unknown) => {
      try {
        return carrelWire.pathOf(file)
      } catch {
        return 'refused'
      }
    }
    return [new File(['x'], '/etc/passwd'), { path: '/etc/passwd' }, '/etc/passwd', null].map(told)
  })
  expect(paths).toEqual(['', 'refused', 'refused', 'refused'])
  const attach = (path: string, workspace: string | null) =>
    rawCall(page, 'attachments.folder', { key: 'new', path, workspace })
  // The same of what is there and what is not: nothing is found out by it.
  expect(await attach('/etc', null)).toBe('denied')
  expect(await attach('/no/such/folder', null)).toBe('denied')
  expect(await attach('/etc', '/')).not.toBe('ok')
})

test('the page has the wire and nothing of Electron or Node', async ({ launch }) => {
  const { page, app } = await launch()
  const found = await page.evaluate(() => ({
    wire: Object.keys((globalThis as unknown as { carrelWire: object }).carrelWire).sort(),
    names: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in globalThis),
  }))
  expect(found).toEqual({ wire: ['call', 'cancel', 'onPush', 'painted', 'pathOf'], names: [] })
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as
      | { getLastWebPreferences(): Record<string, unknown> }
      | undefined
    return contents?.getLastWebPreferences()
  })
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
  })
})

test('99: only the main frame of our own window is heard', async ({ launch }) => {
  const { page, app } = await launch()
  const answers = await app.evaluate(async ({ BrowserWindow }, preload) => {
    const foreign = new BrowserWindow({
      show: false,
      webPreferences: { preload, sandbox: true, contextIsolation: true },
    })
    await foreign.loadURL('app://bundle/index.html')
    const code = "carrelWire.call('1', 'app.state', {}).then((answer) => answer.ok ? 'ok' : answer.failure.code)"
    const answer: unknown = await foreign.webContents.executeJavaScript(code)
    foreign.destroy()
    return answer
  }, `${projectRoot}/dist/electron/preload.cjs`)
  expect(answers).toBe('denied')

  const framed = await page.evaluate(async () => {
    const frame = document.createElement('iframe')
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
    const refused = new Promise((resolve) =>
      document.addEventListener('securitypolicyviolation', resolve, { once: true }),
    )
    frame.src = 'app://bundle/index.html'
    document.body.append(frame)
    await Promise.race([loaded, refused])
    let wire: string
    try {
      wire = typeof (frame.contentWindow as unknown as { carrelWire?: unknown } | null)?.carrelWire
    } catch {
      wire = 'unreachable'
    }
    frame.remove()
    return wire
  })
  expect(['undefined', 'unreachable']).toContain(framed)
  // The window itself is still served.
  expect(await rawCall(page, 'app.state', {})).toBe('ok')
})

/** Ways in which a page goes elsewhere, each as a function of the page. */
const ways = {
  assign: (to: string) => location.assign(to),
  href: (to: string) => {
    location.href = to
  },
  link: (to: string) => {
    const link = document.createElement('a')
    link.href = to
    document.body.append(link)
    link.click()
    link.remove()
  },
  refresh: (to: string) => {
    const refresh = document.createElement('meta')
    refresh.httpEquiv = 'refresh'
    refresh.content = `0;url=${to}`
    document.head.append(refresh)
  },
}

test('102: the window stays where it is', async ({ launch }) => {
  const { page, app } = await launch()
  const before = page.url()
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>elsewhere</title>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const remote = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  // Every navigation of the window that begins, and every one that arrives. The control is a window without the locks.
  await app.evaluate(async ({ BrowserWindow }, start) => {
    const record = (window: Electron.BrowserWindow) => {
      const seen = { begun: [] as string[], arrived: [] as string[] }
      window.webContents.on('did-start-navigation', ({ url }) => seen.begun.push(url))
      window.webContents.on('did-navigate', (_event, url) => seen.arrived.push(url))
      return seen
    }
    const own = BrowserWindow.getAllWindows()[0]
    const control = new BrowserWindow({ show: false, webPreferences: { partition: 'control', sandbox: true } })
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect'] as const) {
      control.webContents.removeAllListeners(event)
    }
    await control.loadURL(start)
    Object.assign(globalThis, { navigations: { own: own && record(own), control: record(control) }, control })
  }, `${remote}/start`)
  type Seen = Record<'own' | 'control', { begun: string[]; arrived: string[] }>
  // Node's inspector now and then loses the promise an answer is waited for with, when it collects garbage in between.
  // Only asked again for that one reason: this only reads.
  const seen = async (): Promise<Seen> => {
    try {
      return await app.evaluate(() => (globalThis as unknown as { navigations: Seen }).navigations)
    } catch (thrown) {
      if (!String(thrown).includes('promise was garbage collected')) throw thrown
      return seen()
    }
  }

  for (const [name, way] of Object.entries(ways)) {
    await page.evaluate(`(${way})(${JSON.stringify(`${remote}/own-${name}`)})`)
    await expect.poll(async () => (await seen()).own.begun, name).toContain(`${remote}/own-${name}`)
    await app.evaluate(
      (_electron, code) =>
        (globalThis as unknown as { control: Electron.BrowserWindow }).control.webContents.executeJavaScript(code),
      `void (${way})(${JSON.stringify(`${remote}/control-${name}`)})`,
    )
    await expect.poll(async () => (await seen()).control.arrived, name).toContain(`${remote}/control-${name}`)
  }

  // What the page refuses by itself does not even begin; one more that does begin shows that these have had their turn.
  expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true)
  for (const address of ['file:///etc/passwd', 'data:text/html,hi', 'javascript:document.title="x"']) {
    await page.evaluate((to) => {
      try {
        location.href = to
      } catch {
        // Trusted Types may refuse the assignment itself; the point is where we end up.
      }
    }, address)
  }
  await page.evaluate((to) => {
    const form = document.createElement('form')
    form.action = to
    document.body.append(form)
    form.submit()
    form.remove()
  }, `${remote}/own-form`)
  // What a dropped file does when nobody takes it: navigate to it.
  await app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows().find((one) => one.webContents.getURL().startsWith('app:'))
    await contents?.webContents.executeJavaScript("location.assign('file:///etc/hostname')").catch(() => undefined)
  })
  await page.evaluate((to) => location.assign(to), `${remote}/own-last`)
  await expect.poll(async () => (await seen()).own.begun).toContain(`${remote}/own-last`)

  expect((await seen()).own.arrived).toEqual([])
  expect(asked).toEqual(['/start', ...Object.keys(ways).map((name) => `/control-${name}`)])
  expect(page.url()).toBe(before)
  expect(await page.title()).not.toBe('x')
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(2)
  expect(await rawCall(page, 'app.state', {})).toBe('ok')
  server.close()
})

test('103, 104: markup and remote images in an answer are inert, and nothing is requested', async ({
  launch,
  fake,
}) => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end('x')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const remote = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const hostile = [
    `<img src="${remote}/img" onerror="document.title='pwned'">`,
    `![picture](${remote}/markdown.png)`,
    `<script>document.title='pwned'</script>`,
    `<iframe src="${remote}/frame"></iframe>`,
    `<svg onload="document.title='pwned'"><image href="${remote}/svg"/></svg>`,
    `[link](javascript:document.title='pwned')`,
    `[data](data:text/html,<script>1</script>)`,
    `<a href="javascript:alert(1)">a</a> <style>@import url(${remote}/css)</style>`,
    '| a | b |\n|---|---|\n| <b onclick=x>c</b> | d |',
  ].join('\n\n')
  fake.setScenario(steps({ content: hostile, chunk: 'token' }, { content: '\n\nTHE END' }, { done: 'stop' }))
  const { page } = await launch()
  await ask(page, 'Show me')
  await answered(page)
  await expect(page.getByText('THE END')).toBeVisible()

  const inside = await page.evaluate(() => {
    const transcript = document.querySelector('main') ?? document.body
    return {
      dangerous: transcript.querySelectorAll('img, iframe, script, svg image, object, embed, style, link').length,
      links: [...transcript.querySelectorAll('a')].map((link) => link.getAttribute('href') ?? ''),
      handlers: [...transcript.querySelectorAll('*')].filter((one) =>
        [...one.attributes].some(({ name }) => name.startsWith('on')),
      ).length,
      title: document.title,
    }
  })
  expect(inside.dangerous).toBe(0)
  expect(inside.handlers).toBe(0)
  expect(inside.title).not.toBe('pwned')
  for (const href of inside.links) expect(href).not.toMatch(/^(javascript|data|file):/)

  // A control: the server does answer, so an empty list means that nobody asked.
  await fetch(`${remote}/control`)
  expect(asked).toEqual(['/control'])
  server.close()
})

test('104, 105: neither the page nor its session reaches anything but the app', async ({ launch }) => {
  const { page, app } = await launch()
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('access-control-allow-origin', '*')
    response.end('x')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const remote = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const reached = await page.evaluate(
    async (addresses) => {
      const results: string[] = []
      for (const address of addresses) {
        await fetch(address).then(
          (response) => results.push(`${address} ${response.status}`),
          () => undefined,
        )
      }
      return results
    },
    [`${remote}/fetch`, 'file:///etc/passwd', 'app://other/index.html', `ws${remote.slice(4)}/ws`],
  )
  expect(reached.filter((line) => !line.endsWith(' 404'))).toEqual([])

  // Past the page's policy: the session itself refuses. The same request by another session is the control.
  const sessions = await app.evaluate(async ({ session }, address) => {
    const attempt = async (one: Electron.Session, path: string) =>
      await one.fetch(`${address}${path}`).then(
        () => 'answered',
        () => 'refused',
      )
    return [
      await attempt(session.defaultSession, '/session'),
      await attempt(session.fromPartition('control'), '/control'),
    ]
  }, remote)
  expect(sessions).toEqual(['refused', 'answered'])
  expect(asked).toEqual(['/control'])
  server.close()
})

test('106: app:// answers the bundle and nothing else', async ({ launch }) => {
  const { page } = await launch()
  const answers = await page.evaluate(async () => {
    const status = async (path: string) => {
      const response = await fetch(`app://bundle/${path}`)
      return response.status
    }
    return {
      index: await status('index.html'),
      policy: (await fetch('app://bundle/index.html')).headers.get('content-security-policy'),
      outside: await Promise.all(
        [
          '../package.json',
          '%2e%2e/package.json',
          '..%2f..%2fpackage.json',
          '..%5c..%5cpackage.json',
          'assets/..%2f..%2f..%2fpackage.json',
          '/etc/passwd',
          '%2fetc%2fpasswd',
          'index.html%00.png',
          'no-such.js',
        ].map(status),
      ),
    }
  })
  expect(answers.index).toBe(200)
  expect(answers.policy).toContain("default-src 'none'")
  expect(answers.policy).toContain("require-trusted-types-for 'script'")
  expect(answers.outside).toEqual(answers.outside.map(() => 404))
})

test('107: a second start, whatever it is told, only brings the window to the front', async ({
  launch,
  home,
  fake,
}) => {
  const { page } = await launch()
  const second = spawn(
    appProgram.path,
    [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...appProgram.arguments,
      '--home',
      home,
      'carrel://run?prompt=delete%20everything',
      '--prompt',
      'delete everything',
    ],
    { stdio: 'ignore', env: { ...process.env, ELECTRON_RUN_AS_NODE: undefined } },
  )
  const code = await new Promise((resolve) => second.once('exit', resolve))
  expect(code).toBe(0)
  expect(await rawCall(page, 'app.state', {})).toBe('ok')
  expect(await recordsIn(home)).toEqual([])
  expect(fake.requests.filter(({ path }) => path === '/api/chat')).toEqual([])
})

test('108: a link opens outside only after a question that shows all of it, and only for the web and mail', async ({
  launch,
}) => {
  const { page, app } = await launch()
  await app.evaluate(({ dialog, shell }) => {
    const seen = { asked: [] as string[], opened: [] as string[] }
    Object.assign(globalThis, { seen })
    dialog.showMessageBox = (async (...given: unknown[]) => {
      seen.asked.push((given.at(-1) as { detail: string }).detail)
      return { response: 0, checkboxChecked: false }
    }) as typeof dialog.showMessageBox
    shell.openExternal = async (url) => {
      seen.opened.push(url)
    }
  })
  for (const url of [
    'file:///etc/passwd',
    'smb://host/share',
    'ms-msdt:/id',
    'javascript:alert(1)',
    'https://good.example@evil.example/',
    'not a url',
    'app://bundle/',
  ]) {
    expect(await rawCall(page, 'window.openLink', { url }), url).toBe('ok')
  }
  expect(await rawCall(page, 'window.openLink', { url: 'https://example.com/a?b=c#d' })).toBe('ok')
  const seen = await app.evaluate(() => (globalThis as unknown as { seen: { asked: string[]; opened: string[] } }).seen)
  expect(seen).toEqual({ asked: ['https://example.com/a?b=c#d'], opened: ['https://example.com/a?b=c#d'] })
})

test('permissions are refused', async ({ launch }) => {
  const { page } = await launch()
  const answers = await page.evaluate(async () => {
    const refused = async (work: () => Promise<unknown>) =>
      await work().then(
        () => 'granted',
        () => 'refused',
      )
    return {
      notifications: await Notification.requestPermission(),
      camera: await refused(() => navigator.mediaDevices.getUserMedia({ video: true })),
      screen: await refused(() => navigator.mediaDevices.getDisplayMedia()),
      place: await refused(
        () => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
      ),
      midi: await refused(() => navigator.requestMIDIAccess({ sysex: true })),
      reading: await refused(() => navigator.clipboard.readText()),
    }
  })
  expect(answers).toEqual({
    notifications: 'denied',
    camera: 'refused',
    screen: 'refused',
    place: 'refused',
    midi: 'refused',
    reading: 'refused',
  })

  const known = ['camera', 'clipboard-read', 'geolocation', 'microphone', 'midi', 'notifications', 'persistent-storage']
  const states = await page.evaluate(async (names) => {
    const state = async (name: string) =>
      [name, (await navigator.permissions.query({ name: name as PermissionName })).state] as const
    return Object.fromEntries(await Promise.all(names.map(state)))
  }, known)
  expect(states).toEqual(Object.fromEntries(known.map((name) => [name, 'denied'])))
})

test('no device is given to the page, and nobody is asked to choose one', async ({ launch }) => {
  const { app } = await launch()
  // With a person's click behind it, a page may ask for a device.
  const devices = await app.evaluate(async ({ BrowserWindow, session }) => {
    const chosen: string[] = []
    const own = session.defaultSession
    own.on('select-hid-device', () => chosen.push('hid'))
    own.on('select-serial-port', () => chosen.push('serial'))
    own.on('select-usb-device', () => chosen.push('usb'))
    const ask = `(async () => {
      const got = async (kind, request) =>
        !(kind in navigator) ? 'absent' : await request().then((one) => [one].flat().length, () => 'refused')
      return {
        hid: await got('hid', () => navigator.hid.requestDevice({ filters: [] })),
        serial: await got('serial', () => navigator.serial.requestPort()),
        usb: await got('usb', () => navigator.usb.requestDevice({ filters: [] })),
        known: [
          ...('hid' in navigator ? await navigator.hid.getDevices() : []),
          ...('serial' in navigator ? await navigator.serial.getPorts() : []),
          ...('usb' in navigator ? await navigator.usb.getDevices() : []),
        ].length,
      }
    })()`
    const answer: unknown = await BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(ask, true)
    return { answer, chosen }
  })
  expect(devices.chosen).toEqual([])
  expect(devices.answer).toMatchObject({ known: 0 })
  for (const got of Object.values(devices.answer as Record<string, unknown>))
    expect(['refused', 'absent', 0]).toContain(got)
})

test('nothing is downloaded, whoever asks for it', async ({ launch, home }) => {
  const { page, app } = await launch()
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('content-disposition', 'attachment; filename="file.bin"')
    response.end('x')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const remote = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  await app.evaluate(({ session }, folder) => {
    const downloads: string[] = []
    Object.assign(globalThis, { downloads })
    // Registered after the app's own: what it has prevented is seen to be prevented here.
    const watch = (name: string, one: Electron.Session) =>
      one.on('will-download', (event, item) => {
        const what = `${name} ${item.getURL().replace(/^(blob:).*/, '$1')}`
        if (event.defaultPrevented) {
          downloads.push(`${what} prevented`)
          return
        }
        item.setSavePath(`${folder}/downloaded-${downloads.length}`)
        item.once('done', (_event, state) => downloads.push(`${what} ${state}`))
      })
    watch('own', session.defaultSession)
    watch('control', session.fromPartition('control'))
  }, home)
  const downloads = () => app.evaluate(() => (globalThis as unknown as { downloads: string[] }).downloads)

  const click = (address: string) =>
    page.evaluate((to) => {
      const link = document.createElement('a')
      link.href = to === 'blob:' ? URL.createObjectURL(new Blob(['x'])) : to
      link.download = 'file.bin'
      document.body.append(link)
      link.click()
      link.remove()
    }, address)
  await click('blob:')
  await expect.poll(downloads).toEqual(['own blob: prevented'])
  await click('app://bundle/index.html')
  await expect.poll(downloads).toContain('own app://bundle/index.html prevented')
  await click(`${remote}/link`)

  await app.evaluate(({ BrowserWindow, session }, address) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    contents?.downloadURL(`${address}/main`)
    contents?.downloadURL('app://bundle/index.html?main')
    session.fromPartition('control').downloadURL(`${address}/control`)
  }, remote)
  await expect.poll(downloads).toContain('own app://bundle/index.html?main prevented')
  await expect.poll(downloads).toContain(`control ${remote}/control completed`)
  expect((await downloads()).filter((line) => !/ prevented$|^control /.test(line))).toEqual([])
  // Another server is not even asked.
  expect(asked).toEqual(['/control'])
  server.close()
})

test('a page may not choose another server', async ({ launch, fake }) => {
  const { page } = await launch()
  const message = { sessionId: null, text: 'Hello', model: null, think: null, workspace: null }
  expect(['invalid-input', 'denied']).toContain(
    await rawCall(page, 'chat.send', { ...message, host: 'http://127.0.0.1:1' }),
  )
  // The same without it is taken, so it was the server that was refused.
  expect(await rawCall(page, 'chat.send', message)).toBe('ok')
  await fake.waitForRequest()
  expect(fake.chatRequests()).toHaveLength(1)
})
