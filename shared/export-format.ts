// How a session leaves Carrel.
export const exportFormats = ['md', 'html', 'json', 'jsonl'] as const
export type ExportFormat = (typeof exportFormats)[number]
