// A web of a test's own: names that lead to servers of this machine, of which 127.0.0.1 counts as a public one.
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Web } from '../../electron/contracts.ts'
import { isPublicAddress } from '../../electron/services/web/addresses.ts'
import { createPageReader, type PageReaderDeps } from '../../electron/services/web/page-reader.ts'

export interface Site {
  port: number
  /** What was asked for, in its order. */
  asked: IncomingMessage[]
}

export async function site(answer: RequestListener, host = '127.0.0.1', port = 0): Promise<Site> {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    answer(request, response)
  })
  server.listen(port, host)
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, asked }
}

/** A page of these words. */
export const page = (text: string, type = 'text/plain') =>
  ((_request, response) => {
    response.setHeader('content-type', type)
    response.end(text)
  }) satisfies RequestListener

export function reader(port: number, deps: Partial<PageReaderDeps> = {}): Web {
  return createPageReader({
    resolve: async () => ['127.0.0.1'],
    isPublic: (address) => isPublicAddress(address) || address === '127.0.0.1',
    ports: [port],
    limitMs: 10_000,
    limitBytes: 2 * 1_024 * 1_024,
    ...deps,
  })
}

/** What became of it: the page, or the code and the sentence. */
export async function read(web: Web, url: string, mayVisit: (url: URL) => boolean = () => false) {
  const visited: string[] = []
  const asking = async (wanted: URL) => {
    visited.push(wanted.href)
    return mayVisit(wanted)
  }
  try {
    const found = await web.fetch(url, { signal: new AbortController().signal, mayVisit: asking })
    return { ...found, visited }
  } catch (thrown) {
    const { failure } = thrown as { failure?: { code: string; message: string } }
    if (!failure) throw thrown
    return { code: failure.code, message: failure.message, visited }
  }
}
