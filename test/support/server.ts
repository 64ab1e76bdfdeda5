// A fake Ollama for one test, with its usual model in memory, stopped when the test ends.
import { onTestFinished } from 'vitest'
import { type FakeOllama, type FakeOllamaOptions, gemma, startFakeOllama } from './fake-ollama.ts'

export async function fakeServer(options: FakeOllamaOptions = {}): Promise<FakeOllama> {
  const server = await startFakeOllama({ loaded: [gemma.name], ...options })
  onTestFinished(() => server.stop())
  return server
}
