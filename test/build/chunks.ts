import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type OutputChunk, rolldown } from 'rolldown';
import { FAMILIES, type KernelFamily } from '../../src/gpu/family.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENGINE = JSON.stringify(`${ROOT}src/index.ts`);

/** An app that makes an inference. */
function inferring(body: string): string {
  return `
  import { Engine, Inference, linear, relu, Sequential } from ${ENGINE};
  export async function run(options, { test }) {
    const model = new Sequential([784], [linear(784, 16), relu(), linear(16, 10)]);
    const weights = new Map(
      model.parameters.map(({ name, shape }) => [
        name,
        { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) },
      ]),
    );
    const engine = await Engine.create(options);
    const inference = await Inference.create(engine, { model, batch: 64, weights });
    ${body}
  }`;
}

/** Apps, as a bundler is given them. Each exports `run(options of the engine, data)`. */
export const APPS = {
  /** Trains the paper's Model 2, and evaluates each epoch. */
  training: `
  import { adam, dropout, Engine, flatten, linear, relu, Sequential, Trainer } from ${ENGINE};
  export async function run(options, dataset) {
    const hidden = (i, o) => [linear(i, o), relu(), dropout(0.2)];
    const trainer = await Trainer.create(await Engine.create(options), {
      model: new Sequential([28, 28], [flatten(), ...hidden(784, 128), ...hidden(128, 64), linear(64, 10)]),
      dataset,
      loss: 'cross_entropy',
      optimizer: adam(),
    });
    const history = await trainer.fit({ epochs: 1 });
    return [history[0].train.loss, (await trainer.parameters()).size];
  }`,
  /** Runs a network that was trained before on buffers. */
  inference: inferring(`
    const { device } = engine;
    const usage = GPUBufferUsage.STORAGE;
    const [input, output] = [784, 10].map((n) => device.createBuffer({ size: 4 * 64 * n, usage }));
    const encoder = device.createCommandEncoder();
    inference.encode(encoder, input, output);
    device.queue.submit([encoder.finish()]);
    return [output.size];`),
  /** Predicts images with it. */
  prediction: inferring('return [(await inference.predict(test)).length];'),
} as const;

export type App = keyof typeof APPS;

/** The modules that a run of an app imports when it needs them. `test/build/loaded.long.test.ts` runs the apps. */
export const LOADED: Readonly<Record<App, Readonly<Record<KernelFamily, readonly string[]>>>> = {
  training: {
    portable: ['gpu/gemm/portable.ts'],
    quad: ['gpu/gemm/quad.ts'],
    tiled: ['gpu/gemm/tiled.ts', 'fusion/tiled/index.ts'],
  },
  inference: {
    portable: ['gpu/gemm/portable.ts'],
    quad: ['gpu/gemm/quad.ts'],
    tiled: ['gpu/gemm/tiled.ts'],
  },
  prediction: {
    portable: ['gpu/gemm/portable.ts', 'infer/later.ts'],
    quad: ['gpu/gemm/quad.ts', 'infer/later.ts'],
    tiled: ['gpu/gemm/tiled.ts', 'infer/later.ts'],
  },
};

/** Bundles an app as Vite does, without writing it. */
export async function bundled(app: App): Promise<readonly OutputChunk[]> {
  const id = `virtual:${app}`;
  const bundle = await rolldown({
    input: { [app]: id },
    logLevel: 'silent',
    preserveEntrySignatures: 'allow-extension',
    plugins: [
      {
        name: 'app',
        resolveId: (source) => (source === id ? id : null),
        load: (source) => (source === id ? APPS[app] : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  return output.filter((file) => file.type === 'chunk');
}

/** A module as {@link LOADED} names it. */
export const nameOf = (path: string): string => path.replace(/^.*\/src\//, '');

/** The files that a run loads: the entry, what it imports, and what it loads later. */
export function filesOf(chunks: readonly OutputChunk[], loaded: readonly string[]): string[] {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    byName.get(name)?.imports.forEach(visit);
  };
  const roots = loaded.map((module) => {
    const chunk = chunks.find(({ moduleIds }) => moduleIds.some((id) => nameOf(id) === module));
    if (!chunk) throw new Error(`no file has ${module}`);
    return chunk;
  });
  for (const { fileName } of [...chunks.filter(({ isEntry }) => isEntry), ...roots]) {
    visit(fileName);
  }
  return [...found].sort();
}

export const kib = (bytes: Uint8Array | string): number =>
  gzipSync(bytes, { level: 9 }).length / 1024;

/** What a run of an app downloads, in KiB, each file gzipped: of the family that needs most. */
export function weightOf(app: App, chunks: readonly OutputChunk[]): number {
  return Math.max(
    ...FAMILIES.map((family) =>
      filesOf(chunks, LOADED[app][family]).reduce((sum, name) => {
        const code = chunks.find(({ fileName }) => fileName === name)?.code ?? '';
        return sum + kib(code);
      }, 0),
    ),
  );
}
