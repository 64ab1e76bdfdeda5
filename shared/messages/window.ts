// Every word of the window.

export const window = {
  appName: 'Carrel',
} as const
