// The one way a fake answer begins, so that the records know when and with which status.
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'

export function writeHead(response: ServerResponse, status: number, headers: OutgoingHttpHeaders = {}): ServerResponse {
  response.writeHead(status, headers)
  // Out now, before any body: this is the moment the client learns of the answer.
  response.flushHeaders()
  response.emit('begun', status)
  return response
}
