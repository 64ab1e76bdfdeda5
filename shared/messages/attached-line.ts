// What is attached to a question, in one line of a page or a terminal.
import type { Attachment } from '../attachment.ts'
import { isKept, isPicture } from '../attachment-kinds.ts'
import { size } from './sizes.ts'

const counted = (number: number) => number.toLocaleString('en')

/** Kind, name and size, as "Picture desk.png (4 × 3, 812 bytes)". The name as it is: whoever shows it makes it safe. */
export function attachedLine(one: Attachment): string {
  if (!isKept(one)) return one.kind === 'folder' ? `Folder ${one.path}` : `File ${one.path}`
  if (isPicture(one)) {
    const { width, height } = one
    const side = width && height ? `${counted(width)} × ${counted(height)}, ` : ''
    return `Picture ${one.name} (${side}${size(one.bytes)})`
  }
  if (!one.of) return `Text ${one.name} (${size(one.bytes)})`
  const { pages, readPages, bytes } = one.of
  const read = readPages === pages ? '' : `, text of the first ${counted(readPages)}`
  return `PDF ${one.name} (${counted(pages)} ${pages === 1 ? 'page' : 'pages'}${read}, ${size(bytes)})`
}
