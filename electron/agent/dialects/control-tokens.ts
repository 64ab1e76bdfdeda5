// Makes text from outside harmless to the model that reads it: a file that contains the control tokens of a model's family
// could otherwise end its own message and begin one of the system's (Ollama inserts results raw into the prompt).

/** Between the first character of a token and the rest of it: nothing to a reader, and no token to a tokenizer. */
const zeroWidthSpace = '\u200B'

/**
 * Where the tokens of the known families begin: gemma4 (`<|"|>`, `<turn|>`), gemma3 (`<start_of_turn>`), ChatML and Qwen
 * (`<|im_start|>`), Llama and harmony (`<|eot_id|>`, `<|channel|>`), Mistral (`[INST]`), DeepSeek (`<｜User｜>`), and the
 * words of the prompted dialect and its relatives. Not `</s>` and the like, which stand in everybody's HTML.
 */
const tokens = new RegExp(
  [
    /<(?=\|[^|<>\n]{1,40}\|?>)/,
    /<(?=[a-z_]{1,40}\|>)/,
    /<(?=｜[^｜<>\n]{1,40}｜>)/,
    /<(?=\/?(?:start_of_turn|end_of_turn|start_of_image|bos|eos|pad|unused\d{1,4}|escape)>)/,
    /<(?=\/?(?:start|end)_function_(?:call|response|declaration)>)/,
    /<(?=\/?(?:think|tool_call|toolcall|tool_use|function_call)>)/,
    /<(?=(?:function|parameter)=)/,
    /<(?=\/?(?:tool_result|tool_response|tool_use_result))/,
    /<(?=<\/?SYS>>)/,
    /\[(?=\/?(?:INST|AVAILABLE_TOOLS|TOOL_RESULTS|TOOL_CALLS?|TOOL_CONTENT|SYSTEM_PROMPT)\])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
)

/** Answers the text with every control token broken up; twice is the same as once. Linear in its length. */
export function neutralise(text: string): string {
  return text.replace(tokens, (first) => `${first}${zeroWidthSpace}`)
}

/**
 * The other way, for what a model has copied out of such a text: an edit must find in a file what stands in the file. Takes
 * away every zero-width space behind the first character of a token, also one that was there before.
 */
export function restore(text: string): string {
  return text.replace(/([<[])\u200B/g, '$1')
}
