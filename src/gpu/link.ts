import { joinAdditions } from './chains.ts';
import {
  checkNames,
  checkOverrides,
  derive,
  type LinkedFile,
  overridesOf,
  rename,
} from './files.ts';
import { type Line, unrollLoops } from './lower.ts';
import { takeArraysApart } from './registers.ts';
import type { ShaderFile } from './shader-file.ts';
import type { Arguments } from './shaders.gen.ts';
import { fixSizes } from './sizes.ts';

/** A WGSL file under `shaders/`, without its ending. */
export type ShaderName = keyof Arguments;

/**
 * Bindings that whoever runs a kernel provides to all of them by name; every other binding is given
 * by whoever chooses the part.
 */
export const ENVIRONMENT = ['clock', 'indices', 'pixels', 'labels', 'sampleWeights'] as const;
export type EnvironmentName = (typeof ENVIRONMENT)[number];

type OwnBindings<N extends ShaderName> = Exclude<Arguments[N]['bindings'], EnvironmentName>;
type OwnConstants<N extends ShaderName> = Arguments[N]['overrides'];
type Field<Name extends string, Keys extends PropertyKey, V> = [Keys] extends [never]
  ? { readonly [_ in Name]?: never }
  : { readonly [_ in Name]: { readonly [K in Keys]: V } };

/** What a part must be given: a value for each of its overrides, a resource for each binding. */
export type PartArguments<N extends ShaderName, R> = Field<'constants', OwnConstants<N>, number> &
  Field<'bindings', OwnBindings<N>, R>;

/** A shader file chosen for a kernel, with its constants and resources. */
export interface Part<R> {
  readonly name: string;
  readonly file: ShaderFile;
  readonly constants: Readonly<Record<string, number>>;
  readonly bindings: Readonly<Record<string, R>>;
  /** Other names for what the file declares, see {@link renamed}. */
  readonly names?: Readonly<Record<string, string>>;
}

/**
 * Chooses a shader file for a kernel. Misspelt, missing or superfluous constants and bindings are
 * compile errors: the types are made from the WGSL by the build.
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
 * A part under other names, so that a kernel may have two of a kind: the activation of its hidden
 * layers and that of its outputs. For parts without constants and bindings.
 */
export function renamed<R>(part: Part<R>, names: Readonly<Record<string, string>>): Part<R> {
  return { ...part, names };
}

/** One storage binding of a linked kernel; its number is its place in {@link Linked.bindings}. */
export interface LinkedBinding<R> {
  readonly name: string;
  readonly writes: boolean;
  /** Absent for the environment's, see {@link ENVIRONMENT}. */
  readonly resource: R | undefined;
}

/** A complete WGSL module, made of parts. */
export interface Linked<R> {
  readonly code: string;
  readonly bindings: readonly LinkedBinding<R>[];
  /** For each line of the code: the shader file and its line number, from 1. */
  readonly lines: readonly Line[];
}

/** How a kernel is made ready for a compiler that leaves loops as they are, see lower.ts. */
export interface LinkOptions<R = unknown> {
  /**
   * Unroll the loops that the source marks with `// unroll`, and fix the sizes of arrays. Default
   * true.
   */
  readonly unroll?: boolean;
  /** Bytes that will be bound to a name; undefined where that is not known, the default. */
  readonly bytesOf?: (name: string, resource: R | undefined) => number | undefined;
}

const literal = (value: number, type: string): string => {
  if (type === 'u32') return `${value}u`;
  const text = String(value);
  // 1e+21 is a float as it stands, 100 is not.
  return `f32(${/[.e]/.test(text) ? text : `${text}.0`})`;
};

/**
 * Links shader parts to one module: adds the parts that these require (a name that one file alone
 * declares brings that file), turns overrides into constants, numbers the bindings.
 *
 * @throws ShaderError where a name is open or declared twice, or an override has no value.
 */
export function link<R>(parts: readonly Part<R>[], options: LinkOptions<R> = {}): Linked<R> {
  const title = parts.map((part) => part.name).join(' + ');
  const files = new Map<string, LinkedFile>();
  const visit = (file: ShaderFile, names: LinkedFile['names'] = {}): void => {
    const key = `${file.name} ${JSON.stringify(names)}`;
    if (files.has(key)) return;
    files.set(key, { file, names });
    for (const next of file.requires?.() ?? []) visit(next);
  };
  for (const part of parts) visit(part.file, part.names);
  checkNames(title, [...files.values()]);

  const constants: Record<string, number> = {};
  const resources: Record<string, R> = {};
  for (const part of parts) {
    Object.assign(constants, part.constants);
    Object.assign(resources, part.bindings);
  }
  checkOverrides(title, [...files.values()], constants);
  derive([...files.values()], constants);
  const bindings: LinkedBinding<R>[] = [];
  const extensions = new Set<string>();
  const header: Line[] = [];
  const body: Line[] = [];
  const given: Line[] = [];
  for (const { file, names } of files.values()) {
    const { name } = file;
    for (const { constant, type } of overridesOf(file)) {
      const value = literal(constants[constant], type);
      header.push({ text: `const ${constant}: ${type} = ${value};`, file: name, line: 0 });
    }
    let line = 0;
    for (const source of file.source.split('\n')) {
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
      (file.given ? given : body).push({ text: rename(text, names), file: name, line: number });
    }
  }
  const directives = [...extensions].map((text) => ({ text, file: title, line: 0 }));
  const written = [...directives, ...header, ...body].filter(
    ({ text }) => !/^\s*(\/\/.*)?$/.test(text),
  );
  const lowered =
    options.unroll === false ? written : lower(written, constants, options, resources);
  const lines = [...lowered, ...given];
  return { code: `${lines.map(({ text }) => text).join('\n')}\n`, bindings, lines };
}

/** What compilers should do and some do not. */
function lower<R>(
  written: readonly Line[],
  constants: Readonly<Record<string, number>>,
  { bytesOf }: LinkOptions<R>,
  resources: Readonly<Record<string, R>>,
): Line[] {
  const sized = bytesOf ? fixSizes(written, (name) => bytesOf(name, resources[name])) : written;
  return joinAdditions(takeArraysApart(unrollLoops(sized, constants), constants));
}
