import type { Line } from './line.ts';

const ADDITION = /^(\s*)([\w.]+) \+= (.+);$/;

/**
 * Joins successive additions to one variable: `s += a; s += b;` becomes `s = ((s + a) + b);`. The order of the
 * sums is the same, and the running sum stays in a register.
 *
 * For compilers that store a variable after each statement, such as SwiftShader's.
 */
export function joinAdditions(lines: readonly Line[]): Line[] {
  const out: Line[] = [];
  let open:
    | { readonly head: Line; readonly indent: string; readonly target: string; terms: string[] }
    | undefined;
  const close = (): void => {
    if (!open) return;
    const { head, indent, target, terms } = open;
    const sum = terms.reduce((chain, term) => `(${chain} + ${term})`, target);
    out.push({ ...head, text: terms.length === 1 ? head.text : `${indent}${target} = ${sum};` });
    open = undefined;
  };
  for (const line of lines) {
    const match = ADDITION.exec(line.text);
    if (!match) {
      close();
      out.push(line);
      continue;
    }
    const [, indent, target, term] = match;
    // A term that reads the sum would read an outdated value.
    const joins = open?.target === target && !new RegExp(`\\b${target}\\b`).test(term);
    if (!joins) close();
    if (open) open.terms.push(term);
    else open = { head: line, indent, target, terms: [term] };
  }
  close();
  return out;
}
