// Sizes as sentences say them.

const units = ['bytes', 'KB', 'MB', 'GB', 'TB']

/** Decimal units, as Ollama counts them: "9.6 GB", "812 bytes". */
export function size(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000
    unit += 1
  }
  if (unit === 0) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  return `${value.toLocaleString('en', { maximumFractionDigits: 1 })} ${units[unit]}`
}

/** "1,204 bytes": where every byte is meant. */
export function exactBytes(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes.toLocaleString('en')} bytes`
}
