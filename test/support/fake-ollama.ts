// The front door of the fake Ollama server for tests.
export { type FakeModel, gemma, qwen, smol, usualModels } from './fake-ollama/models.ts'
export type { RecordedRequest } from './fake-ollama/records.ts'
export { answering, type Fault, type Scenario, type Step, scenario, steps } from './fake-ollama/scenario.ts'
export { type FakeOllama, type FakeOllamaOptions, startFakeOllama } from './fake-ollama/server.ts'
export { streamedText } from './fake-ollama/text.ts'
