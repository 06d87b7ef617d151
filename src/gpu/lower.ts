import { ShaderError } from '../errors.ts';

/** A line of WGSL and where it was written, for the compiler's messages. */
export interface Line {
  readonly text: string;
  /** Shader file under `shaders/`, without its ending. */
  readonly file: string;
  /** From 1; 0 for a line that linking made. */
  readonly line: number;
}

const LOOP = /^\s*for \(var (\w+) = ([^;]+); \1 < ([^;]+); \1\+\+\) \{ \/\/ unroll$/;

/**
 * Unrolls the loops that the source marks: `for (var i = 0u; i < LIMIT; i++) { // unroll`, LIMIT an
 * expression of constants. Each turn becomes a block in which `i` is a literal, so that arrays
 * indexed by it are indexed by constants and can live in registers.
 *
 * Real GPUs' compilers do this by themselves; SwiftShader's does not, and its GEMM runs at a tenth
 * of the speed without (3.5 ms against 34 ms for 100×128×784 on two cores).
 *
 * @throws ShaderError where a bound is not a constant or a loop does not end.
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
      out.push({ ...head, text: '{' });
      const turn = body.map((line) => ({ ...line, text: line.text.replace(name, `${i}u`) }));
      out.push(...unrollLoops(turn, constants));
      out.push({ ...lines[end], text: '}' });
    }
    at = end;
  }
  return out;
}

const where = (line: Line): string => `shaders/${line.file}.wgsl:${line.line}`;

function closingLine(lines: readonly Line[], from: number): number {
  let depth = 0;
  for (let at = from; at < lines.length; at++) {
    const code = lines[at].text.replace(/\/\/.*/, '');
    depth += (code.match(/\{/g)?.length ?? 0) - (code.match(/\}/g)?.length ?? 0);
    if (depth === 0) return at;
  }
  throw new ShaderError(`${where(lines[from])}: the loop to unroll is not closed`);
}

/** Value of an expression of unsigned integers, names of constants, + - * / % and parentheses. */
function evaluate(
  expression: string,
  constants: Readonly<Record<string, number>>,
  line: Line,
): number {
  const tokens = expression.match(/\d+|\w+|\S/g) ?? [];
  let at = 0;
  const fail = (): never => {
    throw new ShaderError(
      `${where(line)}: "${expression}" bounds a loop to unroll and is not an expression of constants`,
    );
  };
  const primary = (): number => {
    const token = tokens[at++] ?? fail();
    if (token === '(') {
      const value = sum();
      if (tokens[at++] !== ')') fail();
      return value;
    }
    if (/^\d/.test(token)) {
      if (tokens[at] === 'u') at++;
      return Number(token.replace(/u$/, ''));
    }
    return constants[token] ?? fail();
  };
  const product = (): number => {
    let value = primary();
    for (let sign = tokens[at]; sign === '*' || sign === '/' || sign === '%'; sign = tokens[at]) {
      at++;
      const right = primary();
      if (sign === '*') value *= right;
      else if (right === 0) fail();
      else value = sign === '/' ? Math.floor(value / right) : value % right;
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    for (let sign = tokens[at]; sign === '+' || sign === '-'; sign = tokens[at]) {
      at++;
      value = sign === '+' ? value + product() : value - product();
    }
    return value;
  };
  const value = sum();
  return at === tokens.length ? value : fail();
}
