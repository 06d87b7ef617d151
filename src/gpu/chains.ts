import type { Line } from './lower.ts';

const ADDITION = /^(\s*)([\w.]+) \+= (.+);$/;

/**
 * Joins additions to one variable that follow each other: `s += a; s += b;` becomes `s = ((s + a) +
 * b);`, the same sums in the same order, so that the running sum stays in a register in between.
 *
 * For compilers that store a variable after each statement: SwiftShader's.
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
    // A term that reads the sum itself would read it too late.
    const joins = open?.target === target && !new RegExp(`\\b${target}\\b`).test(term);
    if (!joins) close();
    if (open) open.terms.push(term);
    else open = { head: line, indent, target, terms: [term] };
  }
  close();
  return out;
}
