import type { Line } from './line.ts';
import { structs } from './shaders.gen.ts';

const BINDING = /^(.*var<storage[^>]*> (\w+): )array<(.+)>;$/;

const STRIDES: Readonly<Record<string, number>> = {
  f32: 4,
  u32: 4,
  'atomic<u32>': 4,
  vec4f: 16,
  vec4u: 16,
};

function strideOf(type: string): number | undefined {
  const struct = Object.entries(structs).find(([name]) => name === type)?.[1];
  return STRIDES[type] ?? struct?.size;
}

/**
 * Gives storage arrays the size of the bound buffer: `array<vec4f>` becomes `array<vec4f, 25088>`. Bounds checks
 * then compare with a constant instead of computing the length at each access. On SwiftShader this saves up to
 * half of a load's cost.
 *
 * If the shader calls `arrayLength` of an array, its size is left out.
 *
 * @param bytesOf the size in bytes of what is bound to a name; undefined if it is unknown
 */
export function fixSizes(
  lines: readonly Line[],
  bytesOf: (name: string) => number | undefined,
): Line[] {
  const measured = new Set(
    lines.flatMap(({ text }) =>
      [...text.matchAll(/arrayLength\(&(\w+)\)/g)].map(([, name]) => name),
    ),
  );
  return lines.map((line) => {
    const match = BINDING.exec(line.text);
    if (!match) return line;
    const [, before, name, type] = match;
    const bytes = bytesOf(name);
    const stride = strideOf(type);
    if (bytes === undefined || stride === undefined || measured.has(name)) return line;
    return { ...line, text: `${before}array<${type}, ${Math.floor(bytes / stride)}>;` };
  });
}
