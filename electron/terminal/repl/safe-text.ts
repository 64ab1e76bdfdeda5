// Text of a model, a tool or a file as a terminal may show it. Nothing of it may steer the terminal or turn the reading around.

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not pass.
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g
const turning = /[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u206f\u{e0000}-\u{e007f}]|\p{Cs}/gu
const tab = '    '

/** Only line breaks are left of what is no letter; what turns the reading around, or cannot be seen, is named by its code point. */
export function safeText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replaceAll('\t', tab)
    .replace(steering, '')
    .replace(turning, (sign) => `<U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`)
}

/** The same in one line. */
export function safeLine(text: string): string {
  return safeText(text).replace(/\s+/g, ' ').trim()
}

export function isShownAsIs(text: string): boolean {
  return safeLine(text) === text
}
