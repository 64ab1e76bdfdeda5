// Names of models as people write and paste them.
import { expect, test } from 'vitest'
import { foreignRegistry, modelNameOf } from '../../shared/model-names.ts'

test.each([
  ['gemma4:e4b', 'gemma4:e4b'],
  ['  gemma4 ', 'gemma4'],
  ['ollama run gemma4:e4b', 'gemma4:e4b'],
  ['ollama pull hf.co/someone/model-GGUF:Q4_K_M', 'hf.co/someone/model-GGUF:Q4_K_M'],
  ['https://ollama.com/library/qwen3:0.6b', 'qwen3:0.6b'],
  ['https://ollama.com/someone/model', 'someone/model'],
  ['localhost:5000/a/b:c', 'localhost:5000/a/b:c'],
  ['', null],
  ['two words', null],
  ['-x', null],
  ['a/../b', null],
  ['a?b', null],
  ['a\u202eb', null],
])('%j is %j', (words, name) => {
  expect(modelNameOf(words)).toBe(name)
})

test.each([
  ['gemma4:e4b', null],
  ['someone/model', null],
  ['registry.ollama.ai/library/x', null],
  ['hf.co/someone/model', 'hf.co'],
  ['10.0.0.1:5000/a/b', '10.0.0.1:5000'],
  ['evil.example/a/b/c', 'evil.example'],
])('the registry of %s is %j', (name, registry) => {
  expect(foreignRegistry(name)).toBe(registry)
})
