// Long turns in pieces, for a transcript that draws only what is seen: a turn may have thousands of steps.
import type { Entry, Said, Turn } from './entries.ts'

/** Places of entries on the way are counted through by so many. */
const entriesAPiece = 24

export interface Piece {
  key: string
  turn: Turn
  /** Its beginning stands above. */
  isContinued: boolean
  /** It goes on below. */
  goesOn: boolean
}

/** Cut where it does not depend on what else is held, so that a piece stays the same while one reads on in both ways. */
export function piecesOf(turns: readonly Turn[], entries: readonly Entry[], from: number): Piece[] {
  const places = new Map(entries.map(({ id }, index) => [id, from + index]))
  const pieceOf = ({ record }: Said) => Math.floor((places.get(record.id) ?? 0) / entriesAPiece)
  return turns.flatMap((turn): Piece[] => {
    const starts: number[] = [0]
    for (let place = 1; place < turn.answers.length; place++) {
      const [before, one] = [turn.answers[place - 1], turn.answers[place]]
      // A correction and what it corrects stay together.
      if (before && one && one.record.role === 'assistant' && pieceOf(before) !== pieceOf(one)) starts.push(place)
    }
    if (starts.length === 1) return [{ key: turn.key, turn, isContinued: false, goesOn: false }]
    return starts.map((start, index) => {
      const end = starts[index + 1] ?? turn.answers.length
      const isLast = index === starts.length - 1
      const first = turn.answers[start]
      return {
        // Not the id alone: the turn after this one has that of its last answer.
        key: index === 0 ? turn.key : `from ${first?.record.id}`,
        turn: {
          ...turn,
          answers: turn.answers.slice(start, end),
          notices: turn.notices
            .filter(({ place }) => place >= start && (isLast || place < end))
            .map((told) => ({ ...told, place: told.place - start })),
        },
        isContinued: index > 0,
        goesOn: !isLast,
      }
    })
  })
}

/** The piece in which an entry is drawn; -1 for none. */
export function pieceWith(pieces: readonly Piece[], entryId: string): number {
  return pieces.findIndex(({ turn, isContinued }) => {
    if (!isContinued && turn.question?.record.id === entryId) return true
    return turn.answers.some(({ record, results }) => record.id === entryId || results.some(({ id }) => id === entryId))
  })
}
