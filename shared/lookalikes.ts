// Letters that are drawn like a Latin one and are another: what a name can be forged with.

const table = (script: Script, pairs: string): [string, Lookalike][] =>
  pairs
    .trim()
    .split(/\s+/)
    .map((pair) => [pair.slice(0, -1), { script, ascii: pair.slice(-1) }])

type Script = 'Cyrillic' | 'Greek' | 'Armenian' | 'Cherokee' | null

export interface Lookalike {
  /** null: of the Latin script itself, or no letter. */
  script: Script
  ascii: string
}

/** A choice of Unicode's confusables (UTS 39): those that common fonts draw the same, or nearly. */
const letters = new Map<string, Lookalike>([
  ...table(
    'Cyrillic',
    `аa еe оo рp сc уy хx іi јj ѕs һh ԁd ԛq ԝw ӏl ѵv ґr гr пn кk тt мm нh вb ьb ԍg ԑe үy ҽe ѡw ԏt
     АA ВB ЕE КK МM НH ОO РP СC ТT ХX ІI ЈJ ЅS УY ԌG ԚQ ԜW ЬB ҮY ҺH Ӏl ЗZ`,
  ),
  ...table(
    'Greek',
    `οo αa νv ρp ιi κk τt υu χx γy ηn ωw σo ϲc ϳj εe βb ςc
     ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC ͿJ`,
  ),
  ...table('Armenian', `օo սu հh ոn ցg քp զq գq ԼL ՕO ՍU`),
  ...table('Cherokee', `ᎠD ᎡR ᎢT ᎥI ᎪA ᎫJ ᎬE ᎳW ᎷM ᎻH ᎽY ᏀG ᏃZ ᏆT ᏒR ᏔW ᏙV ᏚS ᏞL ᏟC ᏢP ᏦK ᏴB`),
  ...table(null, `ıi ɡg ɑa ɩi ʟL ɪI ʀR ɴN ǀl ƅb ɢG ᴄc ᴏo ᴠv ᴡw ᴢz ꜱs ᴜu ᴘp ʋu ƽs`),
])

/** Signs that are read as one of ASCII and that no NFKC turns into it; the commas and digits of living scripts are not among them. */
const signs = new Map<string, string>(
  [
    '-‐‑‒⁃−﹣',
    '/⁄∕⧸╱',
    '\\\\∖⧵╲',
    ':ː˸∶ꓽ꞉',
    ',‚',
    '|ǀ∣⏐',
    '~∼˜⁓',
    "'ʹʼˈ′",
    '`ˋ‵',
    '"ʺ″',
    '*∗⁎',
    '#♯',
    '<‹˂ᐸ❮',
    '>›˃ᐳ❯',
    '(❨❲⟮',
    ')❩❳⟯',
    '!ǃ',
    '_ˍ',
  ].flatMap((line) => {
    const [ascii = '', ...others] = line
    return others.map((other): [string, string] => [other, ascii])
  }),
)

/** Only where it stands in a Latin word or name: Russian is no forgery. */
export function letterLookalike(sign: string): Lookalike | null {
  return letters.get(sign) ?? null
}

/** Wherever it stands: it is never what it is read as. */
export function signLookalike(sign: string): string | null {
  const known = signs.get(sign)
  if (known !== undefined) return known
  // Fullwidth, mathematical, circled and small forms, ligatures, the Greek question mark, the Kelvin sign.
  const plain = sign.normalize('NFKC')
  if (plain === sign || !/^[\x21-\x7e]+$/.test(plain)) return null
  return plain.length === 1 || /^[ﬀ-ﬆ]$/.test(sign) ? plain : null
}
