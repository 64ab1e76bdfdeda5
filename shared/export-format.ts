// How a session leaves Carrel.
export const exportFormats = ['md', 'html', 'json', 'jsonl', 'zip'] as const
export type ExportFormat = (typeof exportFormats)[number]
