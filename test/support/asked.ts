// The words of a question as a model was shown it, without the line that says when and where it was asked.

export function withoutStamp(content: string): string {
  return content.replace(/\n\n\(Asked on \w+day, \d{4}-\d\d-\d\d at \d\d:\d\d(?:, in the folder [^\n]*)?\.\)$/, '')
}
