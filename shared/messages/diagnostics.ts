// What was found while a session file was read: said beside the byte it was found at.

export const diagnostics = {
  nulBytes: 'Empty bytes, as a crash leaves them',
  notText: 'A line with bytes that are no text',
  badLine: 'A line that is no whole record',
  repeatedLine: 'A line that was written twice',
  duplicateId: (id: string) => `A second record with the id ${id}`,
  parentUnknown: 'An entry whose predecessor is not there; it is shown after the one before it in the file',
  missingBlob: 'Only the beginning of this entry is left: the file with the rest of it is missing or damaged',
} as const
