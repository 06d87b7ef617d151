import { evaluate } from './evaluate.ts';
import type { Line } from './line.ts';

const DECLARATION = /^\s*var (\w+): array<(\w+), ([^>]+)>;$/;

/**
 * Splits small arrays: if all indices of `var b: array<mat4x4f, 2>;` are constants after unrolling, each element
 * becomes a variable, which a compiler can keep in a register. An element that is assigned once becomes a `let`.
 * Where the name of the whole array is used, the array is rebuilt from the elements.
 *
 * Each variable is initialised with zero. Otherwise Chromium 156 on SwiftShader keeps the value of a variable in a
 * loop from one turn to the next, against the specification (WGSL, "Function-scope variables").
 *
 * For compilers that keep arrays in memory, such as SwiftShader's.
 */
export function takeArraysApart(
  lines: readonly Line[],
  constants: Readonly<Record<string, number>>,
): Line[] {
  let out: readonly Line[] = lines;
  for (const { text, file, line } of lines) {
    const match = DECLARATION.exec(text);
    if (!match) continue;
    const [, name, type, size] = match;
    const elements = evaluate(size, constants, { text, file, line });
    out = takeApart(out, { name, type, size: elements, text, file }, constants) ?? out;
  }
  return [...out];
}

interface SmallArray {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** Its declaration, and the shader file with it. */
  readonly text: string;
  readonly file: string;
}

/** Splits one array; undefined if an index is not a constant. */
function takeApart(
  lines: readonly Line[],
  { name, type, size, text: declaration, file }: SmallArray,
  constants: Readonly<Record<string, number>>,
): Line[] | undefined {
  const use = new RegExp(`(?<![\\w.])${name}\\[([^\\]]*)\\]`, 'g');
  const assigned = new Map<number, number>();
  const replaced: Line[] = [];
  try {
    for (const line of lines) {
      if (line.file !== file || line.text === declaration) {
        replaced.push(line);
        continue;
      }
      const text = line.text.replace(
        use,
        (_, index: string) => `${name}_at${evaluate(index, constants, line)}`,
      );
      for (const [, at] of text.matchAll(new RegExp(`${name}_at(\\d+) [-+*/]?= `, 'g'))) {
        assigned.set(
          Number(at),
          (assigned.get(Number(at)) ?? 0) + (/ [-+*/]= /.test(text) ? 2 : 1),
        );
      }
      replaced.push({ ...line, text });
    }
  } catch {
    return undefined;
  }
  const elements = Array.from({ length: size }, (_, i) => `${name}_at${i}`);
  const once = elements.every((_, i) => assigned.get(i) === 1);
  const whole = new RegExp(`(?<![\\w.])${name}(?!\\w)`, 'g');
  return replaced.flatMap((line) => {
    if (line.file !== file) return [line];
    if (line.text === declaration) {
      return once
        ? []
        : elements.map((element) => ({ ...line, text: `var ${element} = ${type}();` }));
    }
    const text = line.text.replace(whole, `array<${type}, ${size}>(${elements.join(', ')})`);
    return [
      {
        ...line,
        text: once ? text.replace(new RegExp(`^(\\s*)(${name}_at\\d+) = `), '$1let $2 = ') : text,
      },
    ];
  });
}
