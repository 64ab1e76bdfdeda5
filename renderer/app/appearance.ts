// Puts theme, density and text size on the page itself, where the tokens look for them.
import type { Settings } from '../../shared/settings.ts'

export function applyAppearance(settings: Pick<Settings, 'theme' | 'density' | 'textSize'>) {
  const page = document.documentElement
  if (settings.theme === 'system') delete page.dataset['theme']
  else page.dataset['theme'] = settings.theme
  page.dataset['density'] = settings.density
  page.style.fontSize = `${settings.textSize}%`
}
