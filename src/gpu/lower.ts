import { ShaderError } from '../errors.ts';
import { evaluate } from './evaluate.ts';
import { type Line, where } from './line.ts';

const LOOP = /^\s*for \(var (\w+) = ([^;]+); \1 < ([^;]+); \1\+\+\) \{ \/\/ unroll$/;

/**
 * Unrolls the loops that the source marks: `for (var i = 0u; i < LIMIT; i++) { // unroll`, where LIMIT is an
 * expression of constants. Each turn has a literal instead of `i`, so the indices of arrays become constants and
 * the arrays can be kept in registers. Variables that a turn declares get the turn's number.
 *
 * Compilers for GPUs unroll loops themselves. SwiftShader's does not: without this its GEMM takes 34 ms instead
 * of 3.5 ms (100×128×784, two cores).
 *
 * @throws ShaderError if a bound is not a constant, or a loop is not closed
 */
export function unrollLoops(
  lines: readonly Line[],
  constants: Readonly<Record<string, number>>,
): Line[] {
  const out: Line[] = [];
  for (let at = 0; at < lines.length; at++) {
    const head = lines[at];
    const match = LOOP.exec(head.text);
    if (!match) {
      out.push(head);
      continue;
    }
    const [, variable, from, limit] = match;
    const end = closingLine(lines, at);
    const body = lines.slice(at + 1, end);
    const name = new RegExp(`(?<![\\w.])${variable}(?!\\w)`, 'g');
    const last = evaluate(limit, constants, head);
    for (let i = evaluate(from, constants, head); i < last; i++) {
      const turn = body.map((line) => ({ ...line, text: line.text.replace(name, `${i}u`) }));
      out.push(...unrollLoops(renameLocals(turn, i), constants));
    }
    at = end;
  }
  return out;
}

/** Adds the turn's number to the variables that a turn declares, since all turns share one scope. */
function renameLocals(body: readonly Line[], turn: number): Line[] {
  const names = body.flatMap(({ text }) => /^\s*(?:let|var) (\w+)/.exec(text)?.[1] ?? []);
  if (names.length === 0) return [...body];
  const any = new RegExp(`(?<![\\w.])(${names.join('|')})(?!\\w)`, 'g');
  return body.map((line) => ({ ...line, text: line.text.replace(any, `$1_${turn}`) }));
}

function closingLine(lines: readonly Line[], from: number): number {
  let depth = 0;
  for (let at = from; at < lines.length; at++) {
    const code = lines[at].text.replace(/\/\/.*/, '');
    depth += (code.match(/\{/g)?.length ?? 0) - (code.match(/\}/g)?.length ?? 0);
    if (depth === 0) return at;
  }
  throw new ShaderError(`${where(lines[from])}: the loop to unroll is not closed`);
}
