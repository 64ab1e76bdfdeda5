// Chance that is the same on every run of a seed.

/** Numbers from 0 up to 1. */
export type Random = () => number

/** Mulberry32: small, and good enough for pauses and names. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The name Ollama gives a call. */
export function callId(random: Random): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
  return `call_${Array.from({ length: 8 }, () => letters[Math.floor(random() * letters.length)]).join('')}`
}
