// Desktop tests: the real window, driven by Playwright; with `npm test -- --packaged` that of a package.
import { defineConfig } from 'playwright/test'

const desktop = { name: 'desktop', testDir: 'test/desktop' }
const packaged = { name: 'packaged', testDir: 'test/packaged' }

export default defineConfig({
  projects: process.env['CARREL_TEST_PACKAGED'] === '1' ? [desktop, packaged] : [desktop],
  outputDir: 'test-results/desktop',
  // One display has one window with the focus: two at once take it from each other, and the tests see that.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  // Only what hangs is to end by them: a busy machine may need several times as long as a quiet one.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list'], ['json', { outputFile: 'test-results/desktop.json' }]],
  use: { trace: 'retain-on-failure' },
})
