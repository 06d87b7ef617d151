import { ShaderError } from '../errors.ts';
import { evaluate } from './evaluate.ts';
import { declaredIn } from './names.ts';
import type { ShaderFile } from './shader-file.ts';

/** The overrides of WGSL without a default, and their types: `override ROWS: u32;`. */
export function overridesOf(source: string): { constant: string; type: string }[] {
  const found = source.matchAll(/^override (\w+): (\w+);/gm);
  return Array.from(found, ([, constant, type]) => ({ constant, type }));
}

/** Whether a file writes to a binding. */
export function writesTo({ source }: ShaderFile, binding: string): boolean {
  return new RegExp(`var<storage, read_write> ${binding}:`).test(source);
}

/** The new names of each scope that a file is in, from the inner to the outer. */
export type Names = readonly ReadonlyMap<string, string>[];

/** A shader file in a kernel. */
export interface LinkedFile {
  readonly file: ShaderFile;
  readonly names: Names;
  /** Its WGSL, with the names replaced. */
  readonly source: string;
}

/** WGSL with new names, except those of members. */
export const rename = (source: string, names: Names = []): string =>
  names.reduce(
    (text, scope) => text.replace(/(?<!\.)\b\w+/g, (name) => scope.get(name) ?? name),
    source,
  );

/** @throws ShaderError if an override without a default has no finite value */
export function checkOverrides(
  title: string,
  files: readonly LinkedFile[],
  constants: Readonly<Record<string, number>>,
): void {
  for (const { file, source } of files) {
    for (const { constant } of overridesOf(source)) {
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
  for (const { file, source } of files) {
    for (const [text, name, value] of source.matchAll(/^override (\w+) = (.+);/gm)) {
      constants[name] = evaluate(value, constants, { text, file: file.name, line: 0 });
    }
  }
}

/** @throws ShaderError if a name is not declared, or declared twice */
export function checkNames(title: string, files: readonly LinkedFile[]): void {
  const declared = new Map<string, string>();
  for (const { file, source } of files) {
    for (const symbol of declaredIn(source)) {
      const other = declared.get(symbol);
      if (other !== undefined) {
        throw new ShaderError(
          `${title}: ${symbol} is declared by shaders/${other}.wgsl and by shaders/${file.name}.wgsl; link one of them`,
        );
      }
      declared.set(symbol, file.name);
    }
  }
  for (const { file, names } of files) {
    const missing = file.open
      ?.split(' ')
      .map((symbol) => rename(symbol, names))
      .find((symbol) => !declared.has(symbol));
    if (missing === undefined) continue;
    throw new ShaderError(
      `${title}: shaders/${file.name}.wgsl needs ${missing}, which no linked part declares`,
    );
  }
}
