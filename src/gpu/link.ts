import { joinAdditions } from './chains.ts';
import {
  checkNames,
  checkOverrides,
  derive,
  type LinkedFile,
  type Names,
  overridesOf,
  rename,
} from './files.ts';
import type { Line } from './line.ts';
import { unrollLoops } from './lower.ts';
import { declaredIn } from './names.ts';
import { takeArraysApart } from './registers.ts';
import type { ShaderFile } from './shader-file.ts';
import type { Arguments } from './shaders.gen.ts';
import { fixSizes } from './sizes.ts';

/** A WGSL file under `shaders/`, without its ending. */
export type ShaderName = keyof Arguments;

/**
 * Bindings that all kernels of a program share, by name. Every other binding is given with the part that
 * declares it.
 */
export const ENVIRONMENT = ['clock', 'indices', 'pixels', 'labels', 'sampleWeights'] as const;
export type EnvironmentName = (typeof ENVIRONMENT)[number];

type OwnBindings<N extends ShaderName> = Exclude<Arguments[N]['bindings'], EnvironmentName>;
type OwnConstants<N extends ShaderName> = Arguments[N]['overrides'];
type Field<Name extends string, Keys extends PropertyKey, V> = [Keys] extends [never]
  ? { readonly [_ in Name]?: never }
  : { readonly [_ in Name]: { readonly [K in Keys]: V } };

/** The arguments of a part: a value for each override, and a resource for each binding. */
export type PartArguments<N extends ShaderName, R> = Field<'constants', OwnConstants<N>, number> &
  Field<'bindings', OwnBindings<N>, R>;

/** A shader file of a kernel, with its constants and resources. */
export interface Part<R> {
  readonly name: string;
  readonly file: ShaderFile;
  readonly constants: Readonly<Record<string, number>>;
  readonly bindings: Readonly<Record<string, R>>;
  /** New names for what the file declares or calls; see {@link scoped}. */
  readonly names?: Names;
}

/**
 * Makes a part from a shader file. TypeScript refuses misspelt, missing and superfluous constants and bindings:
 * the build generates the types from the WGSL.
 */
export function use<N extends ShaderName, R>(
  file: ShaderFile<N>,
  ...rest: OwnConstants<N> | OwnBindings<N> extends never ? [] : [args: PartArguments<N, R>]
): Part<R> {
  const given: { constants?: Record<string, number>; bindings?: Record<string, R> } = rest[0] ?? {};
  const { constants = {}, bindings = {} } = given;
  return { name: file.name, file, constants, bindings };
}

/**
 * Puts parts into a scope: all that they declare gets a prefix, functions, constants and bindings alike. So a kernel can
 * have the same file several times, such as an activation of hidden layers and of outputs. The parts see each other;
 * other files call them by the prefix: `output_activate`. What the parts require and the scope does not have is
 * shared.
 */
export function scoped<R>(prefix: string, parts: readonly Part<R>[]): Part<R>[] {
  const inside = parts.flatMap(({ file, names }) => declaredIn(rename(file.source, names)));
  const scope = new Map(inside.map((name) => [name, `${prefix}_${name}`]));
  return parts.map((part) => ({ ...part, names: [...(part.names ?? []), scope] }));
}

/** A storage binding of a linked kernel. Its number is its index in {@link Linked.bindings}. */
export interface LinkedBinding<R> {
  readonly name: string;
  readonly writes: boolean;
  /** Undefined for a binding of the {@link ENVIRONMENT}. */
  readonly resource: R | undefined;
}

/** A complete WGSL module, linked from parts. */
export interface Linked<R> {
  readonly code: string;
  readonly bindings: readonly LinkedBinding<R>[];
  /** For each line of the code: the shader file and its line number, from 1. */
  readonly lines: readonly Line[];
  /** The names of its files, in the order of the code. */
  readonly files: readonly string[];
  /** The values of its overrides. */
  readonly constants: Readonly<Record<string, number>>;
}

/** How a kernel is lowered, for compilers that do not unroll loops; see lower.ts. */
export interface LinkOptions<R = unknown> {
  /**
   * Unroll the loops that are marked `// unroll`, and fix the sizes of arrays. Default true.
   */
  readonly unroll?: boolean;
  /** The size in bytes of what is bound to a name, or undefined if it is unknown. Default: all unknown. */
  readonly bytesOf?: (name: string, resource: R | undefined) => number | undefined;
}

const literal = (value: number, type: string): string => {
  if (type === 'u32') return `${value}u`;
  const text = String(value);
  // 1e+21 is a float literal, 100 is not.
  return `f32(${/[.e]/.test(text) ? text : `${text}.0`})`;
};

/** The files of parts, and those that they require. */
function filesOf(parts: readonly Part<unknown>[]): Map<string, LinkedFile> {
  const files = new Map<string, LinkedFile>();
  const visit = (file: ShaderFile, names: Names = []): void => {
    // Callers' files may have one name.
    const key = `${file.name} ${file.given ? file.source : ''} ${names.map((scope) => [...scope])}`;
    if (files.has(key)) return;
    files.set(key, { file, names, source: rename(file.source, names) });
    for (const next of file.requires?.() ?? []) visit(next);
  };
  for (const part of parts) visit(part.file, part.names);
  return files;
}

/** How many buffers a kernel of these parts binds. */
export const bindingCount = (parts: readonly Part<unknown>[]): number =>
  [...filesOf(parts).values()].reduce(
    (sum, { source }) => sum + source.split('@binding').length - 1,
    0,
  );

/**
 * Links shader parts to one module: adds the files that they require (if only one file declares a name, using the
 * name adds that file), turns overrides into constants, and numbers the bindings.
 *
 * @throws ShaderError if a name is not declared or declared twice, or an override has no value
 */
export function link<R>(parts: readonly Part<R>[], options: LinkOptions<R> = {}): Linked<R> {
  const title = parts.map((part) => part.name).join(' + ');
  const files = filesOf(parts);
  checkNames(title, [...files.values()]);

  const constants: Record<string, number> = {};
  const resources: Record<string, R> = {};
  for (const { names, ...part } of parts) {
    for (const name in part.constants) constants[rename(name, names)] = part.constants[name];
    for (const name in part.bindings) resources[rename(name, names)] = part.bindings[name];
  }
  checkOverrides(title, [...files.values()], constants);
  derive([...files.values()], constants);
  const bindings: LinkedBinding<R>[] = [];
  const extensions = new Set<string>();
  const header: Line[] = [];
  const body: Line[] = [];
  const given: Line[] = [];
  for (const { file, source: whole } of files.values()) {
    const { name } = file;
    for (const { constant, type } of overridesOf(whole)) {
      const value = literal(constants[constant], type);
      header.push({ text: `const ${constant}: ${type} = ${value};`, file: name, line: 0 });
    }
    let line = 0;
    for (const source of whole.split('\n')) {
      line++;
      if (/^override \w+: \w+;/.test(source)) continue;
      if (/^(enable|requires|diagnostic)\b/.test(source)) {
        extensions.add(source);
        continue;
      }
      const text = source
        .replace(/^override /, 'const ')
        .replace(/@binding\(\d+\)(.*?)([^\s:>]+):/, (_, middle: string, variable: string) => {
          const writes = middle.includes('read_write');
          bindings.push({ name: variable, writes, resource: resources[variable] });
          return `@binding(${bindings.length - 1})${middle}${variable}:`;
        });
      const number = file.lines?.[line - 1] ?? line;
      (file.given ? given : body).push({ text, file: name, line: number });
    }
  }
  const directives = [...extensions].map((text) => ({ text, file: title, line: 0 }));
  const written = [...directives, ...header, ...body].filter(
    ({ text }) => !/^\s*(\/\/.*)?$/.test(text),
  );
  const lowered =
    options.unroll === false ? written : lower(written, constants, options, resources);
  const lines = [...lowered, ...given];
  return {
    code: `${lines.map(({ text }) => text).join('\n')}\n`,
    bindings,
    lines,
    files: [...files.values()].map(({ file }) => file.name),
    constants,
  };
}

/** Does what some compilers do not do themselves. */
function lower<R>(
  written: readonly Line[],
  constants: Readonly<Record<string, number>>,
  { bytesOf }: LinkOptions<R>,
  resources: Readonly<Record<string, R>>,
): Line[] {
  const sized = bytesOf ? fixSizes(written, (name) => bytesOf(name, resources[name])) : written;
  return joinAdditions(takeArraysApart(unrollLoops(sized, constants), constants));
}
