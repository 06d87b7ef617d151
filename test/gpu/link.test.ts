import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ShaderError } from '../../src/errors.ts';
import { link, type Part, scoped, use } from '../../src/gpu/link.ts';
import type { ShaderFile } from '../../src/gpu/shader-file.ts';
import * as wgsl from '../../src/gpu/shaders.gen.ts';
import { gemmKernels } from './gemm-kernels.ts';

const linker = suite('link');

// Its types belong to the package's main file, which Node cannot import.
const MODULE: string = 'wgsl_reflect/wgsl_reflect.module.js';
const { WgslReflect } = (await import(MODULE)) as typeof import('wgsl_reflect');

const FILES: readonly ShaderFile[] = Object.values(wgsl).flatMap((value) =>
  'source' in value ? [value] : [],
);

const MAP: readonly Part<string>[] = [
  use(wgsl.mapMap, {
    constants: { ROW_COUNT: 4, COLUMN4_COUNT: 2, GRID_WIDTH: 64 },
    bindings: { result: 'y' },
  }),
  use(wgsl.padFull),
];

const ELEMENT: readonly Part<string>[] = [
  use(wgsl.mapElement, { bindings: { x: 'x' } }),
  use(wgsl.elementBegin),
];

const gemm = (...parts: readonly Part<string>[]): readonly Part<string>[] => [
  use(wgsl.gemmGemm, { constants: { TILE_M: 2, TILE_N: 1, WORKGROUP_X: 4, WORKGROUP_Y: 4 } }),
  use(wgsl.gemmWhole),
  use(wgsl.gemmShape, { constants: { M: 8, N: 4, K: 12 } }),
  ...parts,
];

const PRODUCT = gemm(
  use(wgsl.loadARows, { bindings: { a: 'A' } }),
  use(wgsl.loadBRows, { bindings: { b: 'B' } }),
  use(wgsl.storeMatrix, { bindings: { c: 'C' } }),
  use(wgsl.padFull),
);

function refused(parts: readonly Part<string>[], text: RegExp): void {
  assert.throws(
    () => link(parts),
    (error: unknown) => error instanceof ShaderError && text.test(error.message),
    String(text),
  );
}

/** Occurrences of a declaration. */
const count = (code: string, text: string): number => code.split(text).length - 1;

linker('a part can be linked twice, once in a scope', () => {
  const identity: Part<string> = use(wgsl.activationIdentity);
  const { code } = link([identity, ...scoped('output', [use(wgsl.activationRelu)])]);
  assert.match(code, 'fn activate(x: vec4f)');
  assert.match(code, 'fn output_activate(x: vec4f)');
  assert.match(code, 'fn output_activateGradient(dy: vec4f');
});

linker('parts in a scope see each other, with constants and bindings of their own', () => {
  const adds = (bias: string): Part<string>[] => [
    use(wgsl.mapElement, { bindings: { x: `${bias} x` } }),
    use(wgsl.elementAddBias, { bindings: { bias } }),
    use(wgsl.elementBegin),
  ];
  const { code, bindings } = link([
    ...scoped('one', adds('first')),
    ...scoped('two', adds('second')),
  ]);
  assert.match(code, 'return one_element(one_x[i], i, row, column4);');
  assert.match(code, 'two_bias[column4]');
  assert.equal(
    bindings.map(({ name, resource }) => [name, resource]),
    [
      ['one_x', 'first x'],
      ['one_bias', 'first'],
      ['two_x', 'second x'],
      ['two_bias', 'second'],
    ],
  );
  const pad = (rows: number): Part<string> =>
    use(wgsl.padPartial, { constants: { ROWS: rows, COLUMNS: 4 } });
  const twice = link([...scoped('one', [pad(3)]), ...scoped('two', [pad(5)])]);
  assert.match(twice.code, 'const one_ROWS: u32 = 3u;');
  assert.match(twice.code, 'row < two_ROWS');
  assert.is(twice.constants.two_ROWS, 5);
});

linker('scopes nest', () => {
  const inner = scoped<string>('inner', [use(wgsl.activationRelu)]);
  const { code } = link(scoped('outer', [...inner, use(wgsl.activationTanh)]));
  assert.match(code, 'fn outer_inner_activate(x: vec4f)');
  assert.match(code, 'fn outer_activate(x: vec4f)');
});

linker('a missing name is reported with the part that needs it', () => {
  refused(
    [...MAP, ...ELEMENT, use(wgsl.elementActivate)],
    /^map\/map \+ .*: shaders\/element\/activate\.wgsl needs activate, which no linked part declares$/,
  );
  refused(
    gemm(use(wgsl.loadBRows, { bindings: { b: 'B' } })),
    /needs (blockA|depthA|rowsA|beginStore|store), /,
  );
});

linker('a name that two parts declare is refused, with the names of both', () => {
  refused(
    [
      ...MAP,
      ...ELEMENT,
      use(wgsl.elementActivate),
      use(wgsl.activationRelu),
      use(wgsl.activationTanh),
    ],
    /activate is declared by shaders\/activation\/relu\.wgsl and by shaders\/activation\/tanh\.wgsl; link one of them$/,
  );
  refused([...PRODUCT, use(wgsl.loadAColumns, { bindings: { a: 'A' } })], /a is declared by/);
});

linker('an override without a finite value is refused by name', () => {
  const shape = PRODUCT.find(({ name }) => name === 'gemm/shape');
  for (const constants of [
    { M: 8, N: 4 },
    { M: 8, N: 4, K: Number.NaN },
  ]) {
    refused(
      PRODUCT.map((part) => (part === shape ? { ...part, constants } : part)),
      /override K of shaders\/gemm\/shape\.wgsl has the value (undefined|NaN); give it a finite number$/,
    );
  }
});

linker(
  'using a name that only one part declares links that part, and its requirements, once',
  () => {
    const constants = { DROP_LAYER: 1, DROP_THRESHOLD: 2 ** 31, DROP_SCALE: 2, DROP_KEEP: 0.5 };
    const { code, bindings } = link([
      ...MAP,
      use(wgsl.mapElement, { bindings: { x: 'x' } }),
      use(wgsl.elementDropout),
      use(wgsl.dropoutPhilox, { constants }),
    ]);
    for (const text of ['fn philox(', 'fn multiplyWide(', 'struct Clock {', 'clock: Clock;']) {
      assert.is(count(code, text), 1, text);
    }
    assert.equal(bindings.map(({ name, resource }) => [name, resource]).sort(), [
      ['clock', undefined],
      ['result', 'y'],
      ['x', 'x'],
    ]);
  },
);

linker('overrides become constants of their type', () => {
  const scaled = (factor: number): string =>
    link([...MAP, ...ELEMENT, use(wgsl.elementScale, { constants: { FACTOR: factor } })]).code;
  assert.match(scaled(3), 'const FACTOR: f32 = f32(3.0);');
  assert.match(scaled(-0.25), 'const FACTOR: f32 = f32(-0.25);');
  assert.match(scaled(1e-7), 'const FACTOR: f32 = f32(1e-7);');
  assert.match(scaled(1e21), 'const FACTOR: f32 = f32(1e+21);');
  assert.match(scaled(3), 'const ROW_COUNT: u32 = 4u;');
  const { code } = link(PRODUCT);
  assert.not.match(code, /\boverride\b/);
  // An override that depends on others stays in its place.
  assert.match(code, /^const K4 = /m);
});

linker('marked loops are unrolled, unless the options say no', () => {
  const unrolled = link(PRODUCT).code;
  assert.not.match(unrolled, '// unroll');
  // Two loops are left: along k, and the one that stores.
  assert.is(count(unrolled, 'for (var'), 2);
  const { code } = link(PRODUCT, { unroll: false });
  assert.is(count(code, '// unroll'), count(wgsl.gemmGemm.source, '// unroll'));
  assert.is(count(code, 'for (var'), count(wgsl.gemmGemm.source, 'for (var'));
});

linker('every line has its file and its line number in the source', () => {
  const { code, lines } = link(PRODUCT, { unroll: false });
  assert.is(code, `${lines.map(({ text }) => text).join('\n')}\n`);
  for (const { text, file, line } of lines) {
    assert.not.match(text, /^\s*(\/\/.*)?$/);
    const written = FILES.find(({ name }) => name === file)?.source.split('\n')[line - 1];
    if (line === 0) {
      assert.match(text, /^const \w+: (u32|f32) = /);
      continue;
    }
    // Linking replaces `override` by `const`, and the numbers of bindings.
    const plain = (source = ''): string => source.replace(/^(const|override) |@binding\(\d+\)/, '');
    assert.is(plain(text), plain(written));
  }
});

linker(
  'the gemm parts of both plans link, with the right binding numbers and accesses, and at most 8 bindings',
  () => {
    let kernels = 0;
    for (const { title, parts } of gemmKernels()) {
      const { code, bindings } = link(parts);
      const numbers = [...code.matchAll(/@binding\((\d+)\)/g)].map(([, number]) => Number(number));
      assert.equal(numbers, [...bindings.keys()], title);
      assert.is(new Set(bindings.map(({ name }) => name)).size, bindings.length, title);
      bindings.forEach(({ name, writes, resource }, number) => {
        const access = writes ? 'read_write' : 'read';
        assert.match(code, new RegExp(`@binding\\(${number}\\) var<storage, ${access}> ${name}:`));
        const environment = ['clock', 'indices', 'pixels', 'labels'].includes(name);
        const own = name.replace(/^((before|after)_)+/, '');
        assert.is(resource, environment ? undefined : own, `${title}: ${name}`);
      });
      // WebGPU's default limit of storage buffers per stage.
      assert.ok(bindings.length <= 8, `${title} has ${bindings.length} bindings`);
      kernels++;
    }
    assert.ok(kernels > 300, `${kernels} kernels`);
  },
);

linker('a linked module is WGSL, with the binding numbers of the linker', () => {
  for (const { title, parts } of gemmKernels().filter((_, i) => i % 20 === 0)) {
    const { code, bindings } = link(parts);
    const module = new WgslReflect(code);
    assert.is(module.entry.compute.length, 1, title);
    const found = module.storage.map(({ name, binding, access }) => `${binding} ${name} ${access}`);
    const expected = bindings.map(
      ({ name, writes }, i) => `${i} ${name} ${writes ? 'read_write' : 'read'}`,
    );
    assert.equal(found.sort(), expected.sort(), title);
  }
});

linker.run();
