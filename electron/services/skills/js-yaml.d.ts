// What is used of js-yaml, which comes without types.
declare module 'js-yaml' {
  export interface Schema {
    readonly name?: string
  }
  /** Every scalar is a text; lists and mappings are all there is beside. */
  export const FAILSAFE_SCHEMA: Schema
  export interface LoadOptions {
    schema?: Schema
  }
  /** Throws a YAMLException. */
  export function load(text: string, options?: LoadOptions): unknown
}
