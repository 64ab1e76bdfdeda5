// Sentences about what is attached to a question: what was refused and why, and what a model is told of it.
import { size } from './sizes.ts'

const named = (name: string) => `“${name}”`

export const attachmentWords = {
  picture: {
    unknown: (name: string) =>
      `${named(name)} is no picture that can be attached. PNG, JPEG, WebP and GIF can; an SVG can be attached as text.`,
    damaged: (name: string) => `${named(name)} is damaged or not finished, so it was not attached.`,
    animated: (name: string) => `${named(name)} moves, and only its still pictures could be shown. Attach one of them.`,
    tooLarge: (name: string, bytes: number, limit: number) =>
      `${named(name)} is ${size(bytes)} and a picture may be ${size(limit)}. Make it smaller and attach it again.`,
    tooWide: (name: string, width: number, height: number, limit: number) =>
      `${named(name)} is ${width} × ${height} pixels and a side may have ${limit.toLocaleString('en')}. Make it smaller and attach it again.`,
  },
  text: {
    none: (name: string) =>
      `${named(name)} is neither a picture, a PDF nor text, so there is nothing in it a model could read.`,
    empty: (name: string) => `${named(name)} is empty.`,
    tooLarge: (name: string, bytes: number, limit: number) =>
      `${named(name)} is ${size(bytes)}, and a text may be ${size(limit)}. In the session’s folder it can be attached by its place, whatever its size.`,
  },
  pdf: {
    tooLarge: (name: string, bytes: number, limit: number) =>
      `${named(name)} is ${size(bytes)}, and a PDF may be ${size(limit)}. Attach the pages that matter.`,
    encrypted: (name: string) => `${named(name)} asks for a password. Save it without one and attach it again.`,
    broken: (name: string) => `${named(name)} cannot be read as a PDF. It may be damaged.`,
    scanned: (name: string, pages: number) =>
      `${named(name)} has ${pages === 1 ? 'one page' : `${pages.toLocaleString('en')} pages`} and no text in it: they are pictures of text. Attach the pages as pictures.`,
    slow: (name: string, seconds: number) =>
      `${named(name)} took longer than ${seconds} seconds to read, so it was given up. Attach the pages that matter.`,
    tooMuch: (name: string) =>
      `${named(name)} grows too large when it is unpacked, so it was given up. Attach the pages that matter.`,
    ended: (name: string) =>
      `The process that reads PDFs ended before it was done with ${named(name)}, so it was not attached. Try it once more, or attach the pages that matter.`,
    off: 'PDFs cannot be read here: the process for it could not be started.',
  },
  file: {
    missing: (path: string) => `There is no file or folder at ${path}.`,
    link: (name: string) => `${named(name)} is a link. Attach what it leads to.`,
    linkOut: (name: string) =>
      `${named(name)} is reached through a link that leads out of the session’s folder. Attach it from where it really lies.`,
    noFile: (name: string) => `${named(name)} is no file, so nothing can be read from it.`,
    outside: (name: string) =>
      `The folder ${named(name)} lies outside of the session’s folder, where its tools cannot read. Attach single files, or begin a session in that folder.`,
    changed: (name: string) => `${named(name)} was changed while it was read. Attach it again.`,
    unreadable: (name: string) => `${named(name)} cannot be read.`,
  },
  tooMany: (limit: number) => `At most ${limit} attachments go with a message. Remove one first.`,
  gone: (name: string) => `${named(name)} is no longer there. Attach it again.`,
  dropped: (name: string) => `${named(name)} could not be read. Drop a file, or a folder inside the session’s folder.`,
  droppedTooLarge: (name: string, bytes: number, limit: number) =>
    `${named(name)} is ${size(bytes)}, and what is pasted or dropped may be ${size(limit)}. The paper clip takes larger files.`,
  window: {
    files: 'Attach files',
    list: 'Attached',
    remove: (name: string) => `Remove ${name}`,
    earlier: (name: string) => `Move ${name} before the one in front of it`,
    later: (name: string) => `Move ${name} behind the next one`,
    moved: (name: string, place: number, count: number) => `${name} is now ${place} of ${count}.`,
    /** Said before the last one is attached. */
    room: (left: number) =>
      left === 0
        ? 'No more fits into one message. Remove one to attach another.'
        : `${left} more ${left === 1 ? 'fits' : 'fit'} into this message.`,
    limits: (most: number, picture: number, text: number, pdf: number) =>
      `Attach files, ${most} at most: pictures (photographs are made smaller, others up to ${size(picture)}), texts up to ${size(text)}, PDFs up to ${size(pdf)}`,
    open: (name: string) => `Show ${name} larger`,
    gone: (name: string) => `${name} is no longer there`,
    goneShort: 'gone',
    close: 'Close',
    understood: 'Understood',
    unseen: 'The chosen model cannot see pictures. It is only told that they are there.',
    seeing: (model: string) => `Use ${model}, which sees them`,
    noneSees: 'None of the installed models is known to see pictures; the Models page gets one, such as gemma4:e4b.',
    kinds: 'What to attach',
    chooseFiles: 'Files…',
    chooseFolder: 'A folder inside this session’s folder…',
    coming: (count: number) => (count === 1 ? 'Reading a file…' : `Reading ${count} files…`),
    place: (kind: 'file' | 'folder') =>
      kind === 'file' ? 'in the folder, read with tools' : 'a folder, read with tools',
    size: (bytes: number, tokens: number) => `${size(bytes)}, about ${tokens.toLocaleString('en')} tokens`,
    pages: (read: number, pages: number, tokens: number) =>
      `text of ${read === pages ? `${pages}` : `the first ${read} of ${pages}`} ${pages === 1 ? 'page' : 'pages'}, about ${tokens.toLocaleString('en')} tokens`,
  },
  pictureGone: 'This picture is no longer there.',
  stopped: 'Stopped; it was not attached.',
  noName: 'attached',
} as const
