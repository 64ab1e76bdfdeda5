// How the window looked the last time, read before the services are there: only so that it opens as it will stay.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../../shared/settings.ts'
import type { WindowPlace } from '../contracts.ts'

export interface LastLook {
  theme: Settings['theme']
  place: WindowPlace | null
}

/** Never fails: what cannot be read or understood is as if it were not there. The services read and judge it again. */
export function lastLook(home: string): LastLook {
  const { theme } = readObject(home, 'settings.json')
  const { place } = readObject(home, 'window.json')
  return { theme: theme === 'light' || theme === 'dark' ? theme : 'system', place: isPlace(place) ? place : null }
}

function readObject(home: string, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(join(home, name), 'utf8'))
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** As the desk keeps it: whole pixels, and a size that can be a window's. */
function isPlace(value: unknown): value is WindowPlace {
  if (!isObject(value) || typeof value['maximized'] !== 'boolean') return false
  const { x, y, width, height } = value
  if (![x, y, width, height].every(Number.isSafeInteger)) return false
  return [width, height].every((size) => Number(size) >= 200 && Number(size) <= 100_000)
}
