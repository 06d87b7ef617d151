const TOKEN = /\/\/[^\n]*|[A-Za-z_]\w*|\d[\w.]*|[\s\S]/g;

/** A variable of a module: what stands instead of its name, or around the index of an access to it. */
export type Use =
  | { readonly instead: string }
  | { readonly before: string; readonly after: string };

/** A scope of WGSL: of a function's parameters, of a loop's variable, or of a block. */
interface Scope {
  readonly kind: 'function' | 'loop' | 'block';
  readonly names: Set<string>;
}

const isSpace = (token: string): boolean => /^(\s|\/\/)/.test(token);

/**
 * Rewrites all uses of some variables of a module, in the bodies of its functions. A local variable or a parameter of the same
 * name hides a variable of the module, as in WGSL.
 */
export function rewriteUses(text: string, uses: ReadonlyMap<string, Use>): string {
  const tokens = text.match(TOKEN) ?? [];
  const scopes: Scope[] = [];
  /** What closes each open bracket. */
  const brackets: string[] = [];
  /** The index of the next token that is neither space nor comment. */
  const after = (from: number): number => {
    let at = from + 1;
    while (at < tokens.length && isSpace(tokens[at])) at++;
    return at;
  };
  const hidden = (name: string): boolean => scopes.some(({ names }) => names.has(name));
  let out = '';
  let before = '';
  /** The local variable whose statement is not over: its own value is computed without it. */
  let declared: string | undefined;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    const top = scopes.at(-1);
    const use = before === '.' ? undefined : uses.get(token);
    if (token === 'struct') {
      while (tokens[i] !== '}') out += tokens[i++];
      out += '}';
      before = '}';
      continue;
    }
    out += written();
    if (!isSpace(token)) before = token;

    function written(): string {
      if (token === 'fn') scopes.push({ kind: 'function', names: new Set() });
      else if (token === 'for') scopes.push({ kind: 'loop', names: new Set() });
      else if (token === '{') scopes.push({ kind: 'block', names: new Set() });
      else if (token === '}') {
        scopes.pop();
        while (scopes.length > 0 && scopes.at(-1)?.kind !== 'block') scopes.pop();
      } else if (top && /^(let|var|const)$/.test(before)) declared = token;
      else if (token === ';' && declared !== undefined) {
        top?.names.add(declared);
        declared = undefined;
      } else if (token === '[') brackets.push(']');
      else if (token === ']') return brackets.pop() ?? ']';
      else if (top?.kind === 'function') {
        if (/^\w/.test(token) && tokens[after(i)] === ':') top.names.add(token);
      } else if (use && top && !hidden(token)) {
        if ('instead' in use) return use.instead;
        if (tokens[after(i)] !== '[') throw new Error(`${token} is used as a whole`);
        i = after(i);
        brackets.push(`${use.after}]`);
        return `${token}[${use.before}`;
      }
      return token;
    }
  }
  return out;
}
