// Unit and contract tests: everything under test/ that needs no window.
import { defineConfig } from 'vitest/config'
import packageDescription from './package.json' with { type: 'json' }

export default defineConfig({
  define: { __APP_VERSION__: JSON.stringify(packageDescription.version) },
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['test/desktop/**'],
    globalSetup: 'test/support/build-first.ts',
    // Only what hangs is to end by it: a busy machine may need ten times as long as a quiet one.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results/unit.json' },
  },
})
