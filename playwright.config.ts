// Desktop tests: the real window, driven by Playwright.
import { defineConfig } from 'playwright/test'

export default defineConfig({
  testDir: 'test/desktop',
  outputDir: 'test-results/desktop',
  // Two windows at once are about what a small machine can paint without tests waiting for each other.
  workers: 2,
  fullyParallel: false,
  retries: 0,
  timeout: 60_000,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list'], ['json', { outputFile: 'test-results/desktop.json' }]],
  use: { trace: 'retain-on-failure' },
})
