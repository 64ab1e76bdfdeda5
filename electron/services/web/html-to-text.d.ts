// Types of the part of html-to-text that is used; it brings none of its own.
declare module 'html-to-text' {
  export interface Element {
    name: string
    attribs: Record<string, string | undefined>
    children: unknown[]
  }
  export interface Builder {
    metadata: unknown
    addInline(text: string, options?: { noWordTransform?: boolean }): void
    addLiteral(text: string): void
    openBlock(options?: { leadingLineBreaks?: number }): void
    closeBlock(options?: { trailingLineBreaks?: number }): void
  }
  export type Formatter = (
    element: Element,
    walk: (children: unknown[], builder: Builder) => void,
    builder: Builder,
  ) => void
  export interface Options {
    wordwrap: number | false
    baseElements?: { selectors: string[]; returnDomByDefault?: boolean }
    limits?: { maxInputLength?: number; maxDepth?: number; maxBaseElements?: number; ellipsis?: string }
    formatters?: Record<string, Formatter>
    selectors?: { selector: string; format?: string; options?: Record<string, unknown> }[]
  }
  export function compile(options: Options): (html: string, metadata?: unknown) => string
}
