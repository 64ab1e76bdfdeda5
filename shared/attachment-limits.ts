// How much can be attached: plain values, apart from the schemas, for the window needs them before it sends anything.

/** Most attachments of one message. */
export const attachmentLimit = 10

/** Longest side of a picture as the window makes it, in pixels: models see no more of a larger one. */
export const pictureSide = 1_568
/** Largest picture that is kept, in bytes, and its longest side in pixels. */
export const pictureBytesLimit = 5_000_000
export const pictureSideLimit = 8_192
/** Largest picture the window makes smaller, in bytes, so that a photograph as it comes from a camera can be attached. */
export const photographLimit = 40_000_000

/** Largest text, in bytes. */
export const attachedTextLimit = 2_000_000
/** Largest PDF, in bytes, and how many of its pages are read. */
export const pdfBytesLimit = 32_000_000
export const pdfPagesLimit = 500
/** Most text that is kept of a PDF, in UTF-16 code units. */
export const pdfTextLimit = 2_000_000
/** Largest file that comes through the window itself, by paste or drop, in bytes; the dialog takes larger ones. */
export const droppedLimit = 5_000_000

/** What Ollama counts for a picture, in tokens. */
export const pictureTokens = 768
