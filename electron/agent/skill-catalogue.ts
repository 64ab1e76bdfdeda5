// The list of skills in the system prompt: as much as a share of the window allows, given out fairly, and nothing left out in silence.
import { calledName as asOneLine } from '../../shared/skill-names.ts'
import { toModel } from './to-model.ts'

/** A skill as the catalogue names it. */
export interface CataloguedSkill {
  name: string
  description: string
}

export interface Catalogue {
  /** For the system prompt; null when there are no skills. */
  text: string | null
  /** Names of those whose description is cut. */
  shortened: readonly string[]
  /** Of those that are named without their description. */
  bare: readonly string[]
  /** Of those that are not named: only a call can reach them. */
  unnamed: readonly string[]
}

/** 4 % of the window at four characters a token, and no more than a person would read. UTF-16 code units. */
const share = 0.04
const charactersAToken = 4
const most = 8_000
/** However small the window is: names alone say enough to ask for more. */
const floor = 1_200
/** A description that is shorter says nothing about when to use its skill. */
const leastDescription = 80

/** How long the catalogue may be for a window of so many tokens, in UTF-16 code units. */
export function catalogueRoom(numCtx: number): number {
  return Math.max(floor, Math.min(most, Math.floor(numCtx * share * charactersAToken)))
}

/**
 * The same skills in the same order and the same room always give the same bytes. Too long, every description is cut to the same
 * length; below 80 characters the last ones lose theirs, then the last names give way to a count.
 */
export function catalogueOf(skills: readonly CataloguedSkill[], room: number): Catalogue {
  const nothing = { shortened: [], bare: [], unnamed: [] }
  if (skills.length === 0) return { text: null, ...nothing }
  const lines = skills.map(({ name, description }) => {
    return { name, head: `\n- ${asOneLine(name)}`, description: asOneLine(description) }
  })
  const spare = room - toModel.skills.length - sum(lines.map(({ head }) => head.length))
  if (spare < 0) return onlyNames(lines, room)
  const described = longestPrefix(lines.length, (count) => cost(lines.slice(0, count), leastDescription) <= spare)
  const level = levelFor(lines.slice(0, described), spare)
  const written = lines.map(({ head, description }, at) => {
    return at < described && description !== '' ? `${head}${separator}${cut(description, level)}` : head
  })
  return {
    text: toModel.skills + written.join(''),
    shortened: lines.slice(0, described).flatMap((one) => (one.description.length > level ? [one.name] : [])),
    bare: lines.slice(described).map(({ name }) => name),
    unnamed: [],
  }
}

const separator = ': '

interface Line {
  name: string
  head: string
  description: string
}

/** Of descriptions that are cut at this length. */
function cost(lines: readonly Line[], level: number): number {
  return sum(lines.map(({ description }) => separator.length + Math.min(description.length, level)))
}

/** The longest length at which all of them can be cut. */
function levelFor(lines: readonly Line[], spare: number): number {
  const longest = lines.reduce((length, { description }) => Math.max(length, description.length), leastDescription)
  return (
    leastDescription +
    longestPrefix(longest - leastDescription, (more) => cost(lines, leastDescription + more) <= spare)
  )
}

function onlyNames(lines: readonly Line[], room: number): Catalogue {
  const textOf = (count: number) =>
    `${toModel.skills}${lines
      .slice(0, count)
      .map(({ head }) => head)
      .join('')}\n${toModel.moreSkills(lines.length - count)}`
  const named = longestPrefix(lines.length - 1, (count) => textOf(count).length <= room)
  return {
    text: textOf(named),
    shortened: [],
    bare: lines.slice(0, named).map(({ name }) => name),
    unnamed: lines.slice(named).map(({ name }) => name),
  }
}

/** The largest number up to `limit` that holds; 0 when none does. What holds for a number holds for all below it. */
function longestPrefix(limit: number, holds: (count: number) => boolean): number {
  let [low, high] = [0, limit]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (holds(middle)) low = middle
    else high = middle - 1
  }
  return low
}

/** Never longer than that, and never half a character. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text
    .slice(0, length - 1)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()}…`
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
