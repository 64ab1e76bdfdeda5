// A look at what the window shows, large and small: a picture for somebody to look at, axe, and nothing that runs out of the page.
import type { Page } from 'playwright/test'
import { accessibilityFaults, type Carrel, expect, parts, picture, resize } from './carrel.ts'

export async function look(carrel: Carrel, name: string): Promise<void> {
  for (const [width, height, size] of [
    [1280, 800, ''],
    [800, 600, '-small'],
  ] as const) {
    await resize(carrel, width, height)
    await lookOnce(carrel.page, `${name}${size}`)
  }
  await resize(carrel, 1280, 800)
}

export async function lookOnce(page: Page, name: string): Promise<void> {
  await picture(page, name)
  expect(await accessibilityFaults(page), name).toEqual([])
  const sideways = await page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('main > section')].map(
      (one) => one.scrollWidth - one.clientWidth,
    ),
  )
  expect(Math.max(...sideways), name).toBeLessThanOrEqual(0)
}

/** By its button in the lower part of the sidebar, which a narrow window has to call first. */
export async function goTo(page: Page, place: 'Ledger' | 'Models' | 'Settings'): Promise<void> {
  const opener = page.getByRole('button', { name: 'Show sessions' })
  await expect(opener.or(parts(page).sessions).first()).toBeVisible({ timeout: 20_000 })
  if (await opener.isVisible()) await opener.click()
  await parts(page).sessions.getByRole('button', { name: place }).click()
  await expect(page.getByRole('heading', { name: place, level: 1 })).toBeFocused()
}
