import { ShaderError } from '../errors.ts';
import { evaluate } from './evaluate.ts';
import { declaredIn } from './names.ts';
import type { ShaderFile } from './shader-file.ts';

/** The overrides of a file without a default, and their types: `override ROWS: u32;`. */
export function overridesOf({ source }: ShaderFile): { constant: string; type: string }[] {
  const found = source.matchAll(/^override (\w+): (\w+);/gm);
  return Array.from(found, ([, constant, type]) => ({ constant, type }));
}

/** Whether a file writes to a binding. */
export function writesTo({ source }: ShaderFile, binding: string): boolean {
  return new RegExp(`var<storage, read_write> ${binding}:`).test(source);
}

/** A shader file in a kernel, with some names replaced. */
export interface LinkedFile {
  readonly file: ShaderFile;
  readonly names: Readonly<Record<string, string>>;
}

/** A line of a file with its names replaced. */
export function rename(text: string, names: LinkedFile['names']): string {
  return Object.entries(names).reduce(
    (line, [from, to]) => line.replace(new RegExp(`(?<![\\w.])${from}(?!\\w)`, 'g'), to),
    text,
  );
}

/** @throws ShaderError if an override without a default has no finite value */
export function checkOverrides(
  title: string,
  files: readonly LinkedFile[],
  constants: Readonly<Record<string, number>>,
): void {
  for (const { file } of files) {
    for (const { constant } of overridesOf(file)) {
      const value = constants[constant];
      if (value === undefined || !Number.isFinite(value)) {
        throw new ShaderError(
          `${title}: override ${constant} of shaders/${file.name}.wgsl has the value ${value}; give it a finite number`,
        );
      }
    }
  }
}

/** Adds the values of overrides that depend on others: `override M4 = (M + 3u) / 4u;`. */
export function derive(files: readonly LinkedFile[], constants: Record<string, number>): void {
  for (const { file } of files) {
    for (const [text, name, value] of file.source.matchAll(/^override (\w+) = (.+);/gm)) {
      constants[name] = evaluate(value, constants, { text, file: file.name, line: 0 });
    }
  }
}

/** @throws ShaderError if a name is not declared, or declared twice */
export function checkNames(title: string, files: readonly LinkedFile[]): void {
  const declared = new Map<string, string>();
  for (const { file, names } of files) {
    for (const declares of declaredIn(file.source)) {
      const symbol = names[declares] ?? declares;
      const other = declared.get(symbol);
      if (other !== undefined) {
        throw new ShaderError(
          `${title}: ${symbol} is declared by shaders/${other}.wgsl and by shaders/${file.name}.wgsl; link one of them`,
        );
      }
      declared.set(symbol, file.name);
    }
  }
  for (const { file } of files) {
    const missing = file.open?.split(' ').find((symbol) => !declared.has(symbol));
    if (missing === undefined) continue;
    throw new ShaderError(
      `${title}: shaders/${file.name}.wgsl needs ${missing}, which no linked part declares`,
    );
  }
}
