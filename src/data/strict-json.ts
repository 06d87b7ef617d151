import { DataError } from '../errors.ts';

/**
 * Parses JSON and refuses objects, at any depth, that name a key twice. `JSON.parse` alone keeps
 * the last of them and other readers the first, so such a file would mean different things to
 * different programs.
 *
 * @param what the name of the text for the error, e.g. `the safetensors header`
 * @throws {DataError} if the text is not JSON, or a key is repeated
 */
export function parseStrictJson(text: string, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError(
      `${what} is not valid JSON (${cause instanceof Error ? cause.message : String(cause)}). ` +
        'Get the file again.',
      { cause },
    );
  }
  const repeated = repeatedKey(text);
  if (repeated !== undefined) {
    throw new DataError(
      `${what} has the key ${show(repeated)} twice in one object; each may stand once. ` +
        'Do not trust this file; get it from its source again.',
    );
  }
  return value;
}

/** A value from the file for an error message, cut so that a hostile one cannot fill the terminal. */
export function show(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? 'missing';
  } catch {
    // JSON.parse accepts any depth, JSON.stringify only what fits the stack.
    text = 'something nested very deeply';
  }
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/**
 * The first key that an object names twice. The text must be valid JSON already: a string is then
 * a key exactly if a colon follows. No recursion and no regular expression, because nesting, or a
 * string of some megabytes, would exhaust the stack of either.
 */
function repeatedKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let lastString = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      const end = closingQuote(text, at);
      lastString = text.slice(at, end + 1);
      at = end;
    } else if (char === '{' || char === '[') {
      open.push(char === '{' ? new Set() : undefined);
    } else if (char === '}' || char === ']') {
      open.pop();
    } else if (char === ':') {
      // "\u0061" and "a" are the same key, so keys are compared decoded.
      const key: string = JSON.parse(lastString);
      const seen = open.at(-1);
      if (seen?.has(key)) return key;
      seen?.add(key);
    }
  }
  return undefined;
}

function closingQuote(text: string, openingQuote: number): number {
  let at = openingQuote + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
