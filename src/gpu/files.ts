import { ShaderError } from '../errors.ts';
import { evaluate } from './evaluate.ts';
import { type FileNames, namesOf } from './names.ts';
import { sources } from './shaders.gen.ts';

/** A WGSL file under `shaders/`, without its ending. */
export type ShaderName = keyof typeof sources;

let allNames: ReadonlyMap<ShaderName, FileNames<ShaderName>> | undefined;

/** What a shader file declares and needs; read off all files when first asked for. */
export function fileNames(name: ShaderName): FileNames<ShaderName> {
  allNames ??= namesOf<ShaderName>(sources);
  return allNames.get(name) ?? { declares: [], requires: [], open: [] };
}

/** The overrides of a file that must be given, and their types: `override ROWS: u32;`. */
export function overridesOf(name: ShaderName): { constant: string; type: string }[] {
  const found = sources[name].matchAll(/^override (\w+): (\w+);/gm);
  return Array.from(found, ([, constant, type]) => ({ constant, type }));
}

/** Whether a file writes what is bound to a name. */
export function writesTo(name: ShaderName, binding: string): boolean {
  return new RegExp(`var<storage, read_write> ${binding}:`).test(sources[name]);
}

/** A shader file in a kernel, some of its names replaced. */
export interface LinkedFile {
  readonly name: ShaderName;
  readonly names: Readonly<Record<string, string>>;
}

/** A line of a file with its names replaced. */
export function rename(text: string, names: LinkedFile['names']): string {
  return Object.entries(names).reduce(
    (line, [from, to]) => line.replace(new RegExp(`(?<![\\w.])${from}(?!\\w)`, 'g'), to),
    text,
  );
}

/** @throws ShaderError where an override that must be given has no finite value. */
export function checkOverrides(
  title: string,
  files: readonly LinkedFile[],
  constants: Readonly<Record<string, number>>,
): void {
  for (const { name } of files) {
    for (const { constant } of overridesOf(name)) {
      const value = constants[constant];
      if (value === undefined || !Number.isFinite(value)) {
        throw new ShaderError(
          `${title}: override ${constant} of shaders/${name}.wgsl has the value ${value}; give it a finite number`,
        );
      }
    }
  }
}

/** Adds the values of overrides that are made of others: `override M4 = (M + 3u) / 4u;`. */
export function derive(files: readonly LinkedFile[], constants: Record<string, number>): void {
  for (const { name: file } of files) {
    for (const [text, name, value] of sources[file].matchAll(/^override (\w+) = (.+);/gm)) {
      constants[name] = evaluate(value, constants, { text, file, line: 0 });
    }
  }
}

/** @throws ShaderError where a name is open or declared twice. */
export function checkNames(title: string, files: readonly LinkedFile[]): void {
  const declared = new Map<string, ShaderName>();
  for (const { name, names } of files) {
    for (const declares of fileNames(name).declares) {
      const symbol = names[declares] ?? declares;
      const other = declared.get(symbol);
      if (other !== undefined) {
        throw new ShaderError(
          `${title}: ${symbol} is declared by shaders/${other}.wgsl and by shaders/${name}.wgsl; link one of them`,
        );
      }
      declared.set(symbol, name);
    }
  }
  for (const { name } of files) {
    for (const symbol of fileNames(name).open) {
      if (!declared.has(symbol)) {
        const all = Object.keys(sources) as ShaderName[];
        const choices = all.filter((choice) => fileNames(choice).declares.includes(symbol));
        throw new ShaderError(
          `${title}: shaders/${name}.wgsl needs ${symbol}, which no linked part declares; link one of ${choices.join(', ')}`,
        );
      }
    }
  }
}
