// Takes the power from control tokens of model families: text of a file must never open or close a turn.

const zeroWidthSpace = '\u200b'

/**
 * What a server puts into a prompt raw and a model's tokenizer would read as a control token. Sources: the renderers and
 * parsers of Ollama for gemma, qwen, llama, mistral, deepseek and gpt-oss. `<|` alone is an operator of several languages,
 * so a bar counts only in something that looks like a whole token.
 */
const controlToken = new RegExp(
  [
    String.raw`<(?=[|\uff5c][^<>|\uff5c\n]{1,60}[|\uff5c]?>)`,
    String.raw`<(?=[\w"]{1,40}[|\uff5c]>)`,
    String.raw`<(?=\/?(?:tool_calls?|tool_use|toolcall|tool_code|function_calls?|function_response)(?:[>\s]|$))`,
    String.raw`<(?=\/?(?:start_of_turn|end_of_turn|start_of_image|end_of_image|start_function_\w{1,20}|end_function_\w{1,20}|bos|eos|pad|unk|s|think|escape|unused\d+)>)`,
    String.raw`<(?=\/?(?:function|parameter)[=>])`,
    String.raw`<(?=\/?tool_(?:result|response|use_result))`,
    String.raw`\[(?=\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS?|TOOL_RESULTS|TOOL_CONTENT|THINK|ARGS|IMG)\])`,
    String.raw`<(?=<\/?SYS>>)`,
  ].join('|'),
  'giu',
)

const defused = new RegExp(`([<[])${zeroWidthSpace}`, 'gu')

/** Puts U+200B after the first sign of each control token. Applying it again changes nothing. */
export function neutralise(text: string): string {
  return text.replace(controlToken, (sign) => sign + zeroWidthSpace)
}

/** The text as it was before `neutralise`: a model that copies what it was shown means the file's own words. */
export function restore(text: string): string {
  return text.replace(defused, (whole, sign: string, position: number) => {
    const rest = text.slice(position + whole.length, position + whole.length + 80)
    return neutralise(sign + rest).startsWith(whole) ? sign : whole
  })
}
