import { GradweaveError, ShaderError } from '../errors.ts';
import type { Line } from '../gpu/line.ts';
import type { Linked, LinkedBinding } from '../gpu/link.ts';
import { structs } from '../gpu/shaders.gen.ts';
import { specialised } from './specialise.ts';
import { rewriteUses, type Use } from './uses.ts';
import type { Varying } from './varying.ts';

/** How a kernel for one network becomes one for several. */
export interface Axis<R> {
  /** Networks in memory. */
  readonly networks: number;
  /** Workgroups in z of one network. */
  readonly layers: number;
  /** Bytes from a network's tensor to that of the next one; undefined for what all share. */
  readonly strideOf: (binding: LinkedBinding<R>) => number | undefined;
  /** Bytes of one network's tensor. */
  readonly bytesOf: (binding: LinkedBinding<R>) => number;
  /** Whether it is the clock, behind which a network's numbers are. */
  readonly isClock: (binding: LinkedBinding<R>) => boolean;
  /** Words for the networks' numbers, at the end of a clock's stride. */
  readonly numbers: number;
  readonly clockStride: number;
  readonly varying: readonly Varying[];
  /** The place of the variant's own number. */
  readonly variantAt: number;
}

const BINDING = /^(\s*@group\(0\) @binding\(\d+\) var<storage[^>]*> )(\w+): (.+);$/;
const ARRAY = /^array<(.+?)(?:, (\d+))?>$/;

const BYTES: Readonly<Record<string, number>> = {
  f32: 4,
  u32: 4,
  i32: 4,
  'atomic<u32>': 4,
  vec2f: 8,
  vec2u: 8,
  vec4f: 16,
  vec4u: 16,
};

function bytesOf(type: string): number {
  const struct = Object.entries(structs).find(([name]) => name === type)?.[1];
  const bytes = BYTES[type] ?? struct?.size;
  if (bytes === undefined) throw new GradweaveError(`ensemble: the size of ${type} is not known`);
  return bytes;
}

/**
 * Gives a linked kernel a network axis, without another version of any shader. The grid has `layers` workgroups in z for
 * each network. Each access to an array `x[i]` becomes `x[network · stride + i]`, and the clock an array of clocks. A constant
 * that differs between networks becomes a variable that each invocation reads behind its network's clock.
 *
 * @throws ShaderError if a constant that differs decides about the kernel itself
 */
export function withNetworks<R>(linked: Linked<R>, axis: Axis<R>): Linked<R> {
  const { networks, layers, varying, clockStride, numbers } = axis;
  const bindings = [...linked.bindings];
  const uses = new Map<string, Use>();
  /** Elements of one network's tensors, for `arrayLength`. */
  const lengths = new Map<string, number>();
  const structsMade: Line[] = [];
  const clockType = (name: string, own: string): string => {
    const tail = numbers > 0 ? `, numbers: array<u32, ${numbers}>` : '';
    const size = clockStride - 4 * numbers;
    structsMade.push({
      text: `struct network_${name} { @size(${size}) own: ${own}${tail} }`,
      file: 'ensemble',
      line: 0,
    });
    return `array<network_${name}, ${networks}>`;
  };
  let clock: string | undefined;
  const differing = new Map(varying.map((one) => [one.name, one]));
  const lines = linked.lines.map((line) => {
    const constant = /^const (\w+): (\w+) = /.exec(line.text);
    if (constant && differing.has(constant[1])) {
      return { ...line, text: `var<private> ${constant[1]}: ${constant[2]};` };
    }
    const found = BINDING.exec(line.text);
    const binding = found && bindings.find(({ name }) => name === found[2]);
    if (!found || !binding) return line;
    const [, before, name, type] = found;
    if (axis.isClock(binding)) {
      clock = name;
      uses.set(name, { instead: `${name}[network_at].own` });
      return { ...line, text: `${before}${name}: ${clockType(name, type)};` };
    }
    const stride = axis.strideOf(binding);
    if (stride === undefined) return line;
    const array = ARRAY.exec(type);
    if (!array) throw new GradweaveError(`ensemble: ${name} is no array`);
    const [, element, count] = array;
    const elements = stride / bytesOf(element);
    lengths.set(name, Math.floor(axis.bytesOf(binding) / bytesOf(element)));
    uses.set(name, { before: `network_at * ${elements}u + (`, after: ')' });
    if (count === undefined) return line;
    const all = (networks - 1) * elements + Number(count);
    return { ...line, text: `${before}${name}: array<${element}, ${all}>;` };
  });
  if (varying.length > 0 && clock === undefined) {
    clock = 'network_clocks';
    const type = clockType(clock, 'vec4u');
    structsMade.push({
      text: `@group(0) @binding(${bindings.length}) var<storage, read> ${clock}: ${type};`,
      file: 'ensemble',
      line: 0,
    });
    bindings.push({ name: 'clock', writes: false, resource: undefined });
  }
  checkModule(lines, differing);
  const source = lines
    .map((line) => line.text)
    .join('\n')
    .replace(/arrayLength\(&(\w+)\)/g, (call, name: string) => {
      const length = lengths.get(name);
      return length === undefined ? call : `${length}u`;
    });
  const chosen = specialised(source, varying);
  const text = rewriteUses(chosen.text, uses);
  const own = { name: 'network_variant', type: 'u32', at: axis.variantAt };
  const begin = [
    ...[...varying, ...(chosen.chooses ? [own] : [])].map(({ name, type, at }) => {
      const word = `${clock}[network_at].numbers[${at}]`;
      return `${name} = ${type === 'u32' ? word : `bitcast<${type}>(${word})`};`;
    }),
  ].join(' ');
  const entered = enter(text, layers, begin).split('\n');
  const made = [
    ...structsMade,
    { text: 'var<private> network_at: u32;', file: 'ensemble', line: 0 },
    ...(chosen.chooses
      ? [{ text: 'var<private> network_variant: u32;', file: 'ensemble', line: 0 }]
      : []),
  ];
  const all = lines.map((line, i) => ({ ...line, text: entered[i] }));
  // Directives such as `enable f16;` come first.
  const first = all.findIndex(({ text: own }) => !/^(enable|requires|diagnostic)\b/.test(own));
  const complete = [...all.slice(0, first), ...made, ...all.slice(first)];
  return {
    ...linked,
    code: `${complete.map((line) => line.text).join('\n')}\n`,
    bindings,
    lines: complete,
  };
}

/** @throws ShaderError if a constant of the module depends on a constant that differs. */
function checkModule(lines: readonly Line[], differing: ReadonlyMap<string, Varying>): void {
  if (differing.size === 0) return;
  const names = new RegExp(`(?<![\\w.])(${[...differing.keys()].join('|')})\\b`);
  for (const { text, file } of lines) {
    const declared = /^(?:const|@compute|var<workgroup>|var<private> \w+[^;]*=)/.test(text);
    const [, name] = (declared && names.exec(text)) || [];
    if (name) throw new ShaderError(`${name} decides about the kernel ${file}: ${text}`);
  }
}

/** Lets `main` find its network first, and see the workgroups of this network alone. */
function enter(text: string, layers: number, begin: string): string {
  const at = text.indexOf('fn main(');
  let end = at + 'fn main('.length;
  for (let depth = 1; depth > 0; end++) {
    if (text[end] === '(') depth++;
    if (text[end] === ')') depth--;
  }
  const first: string[] = [];
  const head = text
    .slice(at, end)
    .replace(
      /@builtin\((workgroup_id|global_invocation_id)\)\s+(\w+)(\s*:)/g,
      (_, builtin: string, name: string, colon: string) => {
        const z = layers === 1 ? '0u' : `network_${name}.z % ${layers}u`;
        if (first.length === 0) first.push(`network_at = network_${name}.z / ${layers}u;`);
        first.push(`let ${name} = vec3u(network_${name}.xy, ${z});`);
        return `@builtin(${builtin}) network_${name}${colon}`;
      },
    );
  const found =
    first.length > 0
      ? head
      : head.replace(
          'fn main(',
          `fn main(@builtin(workgroup_id) network_group: vec3u${/\(\s*\)/.test(head) ? '' : ', '}`,
        );
  if (first.length === 0) first.push('network_at = network_group.z;');
  const body = text.indexOf('{', end) + 1;
  return `${text.slice(0, at)}${found}${text.slice(end, body)} ${first.join(' ')} ${begin}${text.slice(body)}`;
}
