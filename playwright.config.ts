// Desktop tests: the real window, driven by Playwright; with `npm test -- --packaged` that of a package.
import { defineConfig } from 'playwright/test'

const desktop = { name: 'desktop', testDir: 'test/desktop' }
const packaged = { name: 'packaged', testDir: 'test/packaged' }

export default defineConfig({
  projects: process.env['CARREL_TEST_PACKAGED'] === '1' ? [desktop, packaged] : [desktop],
  outputDir: 'test-results/desktop',
  // Two windows at once are about what a small machine can paint without tests waiting for each other.
  workers: 2,
  fullyParallel: false,
  retries: 0,
  // A slow machine is no fault of the window: what comes late is waited for, what never comes is found all the same.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list'], ['json', { outputFile: 'test-results/desktop.json' }]],
  use: { trace: 'retain-on-failure' },
})
