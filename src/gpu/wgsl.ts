import { describe } from '../check.ts';
import { OptionError } from '../errors.ts';

/** WGSL's line breaks and white space (https://www.w3.org/TR/WGSL/#blankspace). */
const LINE_END = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g;
const SPACE = String.raw`[\s\u200e\u200f]`;
const NAME = String.raw`[\p{XID_Start}_]\p{XID_Continue}*`;

/** A name that is not a member after a dot, an attribute, or a part of a number. */
const USE = new RegExp(String.raw`(?<![\p{XID_Continue}]|[.@]${SPACE}*)${NAME}`, 'gu');

const HEAD = new RegExp(
  String.raw`^((?:@${SPACE}*${NAME}${SPACE}*(?:\([^)]*\)${SPACE}*)?)*)(${NAME})(?:${SPACE}*<([^>]*)>)?(?:${SPACE}+|(?<=>))?(${NAME})?`,
  'u',
);

/** A declaration or directive of a module. */
export interface Declaration {
  /** Such as `@group(0) @binding(1)`. Often empty. */
  readonly attributes: string;
  /** `fn`, `var`, `struct`, `enable`, … */
  readonly kind: string;
  /** Between the angle brackets of a variable: `storage, read`. */
  readonly access: string;
  /** Undefined for directives and assertions. */
  readonly name: string | undefined;
  /** The whole text, without comments. */
  readonly text: string;
  /** The line that it starts at, from 1. */
  readonly line: number;
}

const CLOSES: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * Splits WGSL of any layout into its declarations.
 *
 * @param what its name in messages
 * @throws OptionError if it is not a string, or a comment or bracket is not closed
 */
export function declarationsOf(what: string, wgsl: unknown): Declaration[] {
  if (typeof wgsl !== 'string') {
    throw new OptionError(`${what}: wgsl ${describe(wgsl)} was given; it is a text`);
  }
  const source = withoutComments(what, wgsl.replace(LINE_END, '\n'));
  const found: Declaration[] = [];
  const open: string[] = [];
  let line = 1;
  let begin = 0;
  let begins = 1;
  let begun = false;
  for (let at = 0; at < source.length; at++) {
    const c = source[at];
    if (c === '\n') line++;
    if (!begun) {
      if (/[\s\u200e\u200f;]/.test(c)) continue;
      begun = true;
      begin = at;
      begins = line;
    }
    if (c in CLOSES) open.push(CLOSES[c]);
    else if (/[)\]}]/.test(c) && open.pop() !== c) {
      throw new OptionError(`${what}: line ${line} of the WGSL has a ${c} that closes nothing`);
    }
    if (open.length > 0 || !/[;}]/.test(c)) continue;
    found.push(declaration(source.slice(begin, at + 1), begins));
    begun = false;
  }
  if (begun) {
    const why = open.length > 0 ? `lacks a ${open[open.length - 1]}` : 'is not ended';
    throw new OptionError(`${what}: what begins at line ${begins} of the WGSL ${why}`);
  }
  return found;
}

function declaration(text: string, line: number): Declaration {
  const [, attributes = '', kind = '', access = '', name] = HEAD.exec(text) ?? [];
  return { attributes: attributes.trim(), kind, access, name, text, line };
}

/** Removes comments, but keeps line breaks. Block comments can be nested. */
function withoutComments(what: string, source: string): string {
  let text = '';
  let depth = 0;
  let opened = 0;
  for (let at = 0; at < source.length; at++) {
    const two = source.slice(at, at + 2);
    if (two === '//' && depth === 0) {
      const end = source.indexOf('\n', at);
      at = (end < 0 ? source.length : end) - 1;
    } else if (two === '/*' || (two === '*/' && depth > 0)) {
      if (depth === 0) opened = at;
      depth += two === '/*' ? 1 : -1;
      text += ' ';
      at++;
    } else if (depth === 0 || source[at] === '\n') {
      text += source[at];
    }
  }
  if (depth === 0) return text;
  const line = source.slice(0, opened).split('\n').length;
  throw new OptionError(`${what}: the comment at line ${line} of the WGSL is not closed`);
}

/** A declaration with names replaced, except those of members. */
export function renamed({ kind, text }: Declaration, names: ReadonlyMap<string, string>): string {
  return text.replace(USE, (name, at: number) => {
    const after = text.slice(at + name.length);
    const member = kind === 'struct' && /^[\s\u200e\u200f]*:/.test(after);
    return (member ? undefined : names.get(name)) ?? name;
  });
}
