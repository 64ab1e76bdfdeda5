// The two parts of undici that are used, in a file of their own: read when the first request is made.
export { default as request } from 'undici/lib/api/api-request.js'
export { default as Agent } from 'undici/lib/dispatcher/agent.js'
