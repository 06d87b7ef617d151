import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { launchChrome } from '../../src/cli/chrome.ts';
import { PACKAGE_ROOT as ROOT } from '../../src/cli/paths.ts';
import { THOROUGH, thoroughly } from '../run/thorough.ts';
import { removeFolders, run, type Stage, stage } from './stage.ts';

const test = suite<Stage>('package');

const CHECKED = '1 2 option data data 10 function';

test.before(async (context) => {
  const staged = await stage('module');
  const main = await readFile(join(ROOT, 'test/package/consumer.ts'));
  await writeFile(join(staged.app, 'main.ts'), main);
  Object.assign(context, staged);
});

test.after(removeFolders);

/** Names of entry points in `exports`, which are no paths. */
const ENTRIES = [
  'data',
  'ops',
  'reference',
  'verify',
  'onnx',
  'checkpoint',
  'node',
  'log',
  'bundle',
];

test('the package has what is needed and nothing else', async ({ files, installed }) => {
  for (const path of ['README.md', 'LICENSE', 'dist/lib/index.d.ts', 'dist/gradweave.js']) {
    assert.ok(files.includes(path), path);
  }
  const known =
    /^(README\.md|LICENSE|package\.json|scripts\/[\w-]+\.mjs|dist\/lib\/.+|dist\/cli\/[\w-]+\.mjs|dist\/harness\/[\w-]+\.(css|html|js)|dist\/gradweave\.js(\.map)?)$/;
  assert.equal(
    files.filter((path) => !known.test(path) || /test|\.ts$/.test(path.replace(/\.d\.ts$/, ''))),
    [],
  );
  const about = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
  const { bin, dependencies, exports, peerDependencies } = about;
  const { main, module, types, typesVersions, unpkg, jsdelivr } = about;
  assert.is(dependencies, undefined);
  // npm refuses an app that has another version of a peer, optional or not: puppeteer is not one.
  assert.equal(Object.keys(peerDependencies), ['webgpu']);
  // Of a path with `./` before it npm says, when it publishes, that it is invalid and removed.
  assert.ok(files.includes(bin.gradweave), bin.gradweave);
  for (const entry of Object.values<object>(exports)) {
    if (typeof entry === 'string') continue;
    assert.is(Object.keys(entry)[0], 'types');
  }
  const named = JSON.stringify([main, module, types, typesVersions, unpkg, jsdelivr, exports]);
  for (const [, path] of named.matchAll(/"\.\/(.+?)"/g)) {
    if (ENTRIES.includes(path)) continue;
    assert.ok(files.includes(path), path);
  }
});

test('no file tells where it was built, and declarations name only files that are there', async ({
  files,
  installed,
}) => {
  for (const path of files) {
    const text = await readFile(join(installed, path), 'utf8');
    assert.not.ok(text.includes(ROOT), path);
    if (!path.endsWith('.d.ts')) continue;
    for (const [, name] of text.matchAll(/(?:from|import\(|path=) ?['"](\.[^'"]*)['"]/g)) {
      const declared = join(path, '..', name).replace(/(?<!\.d)\.[jt]s$/, '.d.ts');
      assert.ok(files.includes(declared), `${path}: ${name}`);
    }
    // WebGPU's types are TypeScript's own.
    assert.not.match(text, /@webgpu\/types/);
  }
});

test('inference alone is at most half of the engine', async () => {
  const { weighLibrary } = await import(pathToFileURL(join(ROOT, 'build.mjs')).href);
  const [whole, inference]: { kib: number }[] = await weighLibrary();
  assert.ok(inference.kib <= whole.kib / 2, `${inference.kib} of ${whole.kib} KiB`);
});

/** TypeScript's complaints about the app. */
async function complaints(
  app: string,
  resolution: 'bundler' | 'nodenext',
  file = 'main.ts',
  lib = ['ES2023', 'DOM', 'DOM.Iterable'],
): Promise<string> {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: 'ES2022',
    lib,
    types: [],
    module: resolution === 'nodenext' ? 'nodenext' : 'esnext',
    moduleResolution: resolution,
    skipLibCheck: false,
  };
  const config = JSON.stringify({ compilerOptions, files: [file] });
  await writeFile(join(app, 'tsconfig.json'), config);
  const compiler = join(ROOT, 'node_modules/typescript/lib/tsc.js');
  try {
    await run(process.execPath, [compiler, '-p', '.'], { cwd: app });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

for (const resolution of ['bundler', 'nodenext'] as const) {
  test(`a strict app type-checks with moduleResolution ${resolution}`, async ({ app }) => {
    assert.is(await complaints(app, resolution), '');
  });
}

test('an app of arrays type-checks without the types of WebGPU and of the DOM', async ({ app }) => {
  const arrays = join(ROOT, 'test/package/projects/typescript/arrays.ts');
  await writeFile(join(app, 'arrays.ts'), await readFile(arrays));
  assert.is(await complaints(app, 'nodenext', 'arrays.ts', ['ES2023']), '');
});

test('a misspelt option does not', async ({ app }) => {
  const main = join(app, 'main.ts');
  const text = await readFile(main, 'utf8');
  await writeFile(main, text.replace("loss: 'mse'", "los: 'mse'"));
  assert.match(await complaints(app, 'bundler'), /'los' does not exist/);
  await writeFile(main, text);
});

/** Builds the app to one module by each bundler. */
const BUNDLERS: Readonly<Record<string, (app: string, out: string) => Promise<unknown>>> = {
  esbuild: async (app, out) => {
    const { build } = await import('esbuild');
    return build({
      entryPoints: [join(app, 'main.ts')],
      outfile: out,
      bundle: true,
      format: 'esm',
      minify: true,
      logLevel: 'silent',
    });
  },
  rollup: async (app, out) => {
    const { rollup } = await import('rollup');
    const { transform } = await import('esbuild');
    const bundle = await rollup({
      input: join(app, 'main.ts'),
      plugins: [
        {
          name: 'app',
          resolveId: (id) =>
            /^gradweave(\/\w+)?$/.test(id)
              ? join(app, 'node_modules/gradweave', entryOf(id))
              : null,
          transform: async (code, id) =>
            id.endsWith('main.ts') ? (await transform(code, { loader: 'ts' })).code : null,
        },
      ],
      onwarn: ({ message }) => {
        throw new Error(message);
      },
    });
    // Several files: the kernels of each family are loaded when they are needed.
    await bundle.write({ dir: join(out, '..'), entryFileNames: 'rollup.mjs', format: 'es' });
  },
  vite: async (app, out) => {
    const { build } = await import('vite');
    return build({
      root: app,
      configFile: false,
      logLevel: 'silent',
      build: {
        target: 'es2022',
        outDir: join(out, '..'),
        emptyOutDir: false,
        lib: { entry: join(app, 'main.ts'), formats: ['es'], fileName: () => 'vite.mjs' },
      },
    });
  },
};

const entryOf = (id: string): string =>
  ({
    gradweave: 'dist/lib/index.js',
    'gradweave/checkpoint': 'dist/lib/checkpoint.js',
    'gradweave/data': 'dist/lib/data/index.js',
    'gradweave/reference': 'dist/lib/reference/index.js',
    'gradweave/ops': 'dist/lib/ops/index.js',
    'gradweave/verify': 'dist/lib/verify/index.js',
    'gradweave/onnx': 'dist/lib/onnx/index.js',
    'gradweave/log': 'dist/lib/log/index.js',
  })[id] ?? id;

// The slower ones find what the first one finds.
for (const name of thoroughly(Object.keys(BUNDLERS), (_, i) => i === 0)) {
  test(`${name} bundles an app, which runs`, async ({ app }) => {
    const out = join(app, 'out', `${name}.mjs`);
    await BUNDLERS[name](app, out);
    const { check } = await import(pathToFileURL(out).href);
    assert.is(check(), CHECKED);
  });
}

test('an app that only reads files carries no engine', async ({ app }) => {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: { contents: "export { parseSafetensors } from 'gradweave/data';", resolveDir: app },
    bundle: true,
    format: 'esm',
    minify: true,
    write: false,
  });
  const { text } = outputFiles[0];
  assert.not.match(text, '@compute');
  assert.ok(text.length < 8000, `${text.length} bytes`);
});

test('modules that are no entry points stay the package’s own', async ({ app }) => {
  const { resolve } = createRequire(join(app, 'main.mjs'));
  assert.match(resolve('gradweave/checkpoint'), /checkpoint\.cjs$/);
  assert.throws(
    () => resolve('gradweave/dist/lib/train/session.js'),
    (error: NodeJS.ErrnoException) => error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED',
  );
});

test('Node runs the app unbundled, on one copy of each class', async ({ app }) => {
  const { transform } = await import('esbuild');
  const { code } = await transform(await readFile(join(app, 'main.ts'), 'utf8'), { loader: 'ts' });
  await writeFile(join(app, 'main.mjs'), code);
  const { check } = await import(pathToFileURL(join(app, 'main.mjs')).href);
  assert.is(check(), CHECKED);
});

const PAGE = `<!doctype html><title>waiting</title><script type="module">
import { Engine, linear, Sequential, sgd, Trainer } from './gradweave.js';
try {
  const engine = await Engine.create();
  const targets = engine.device.createBuffer({ size: 256, usage: GPUBufferUsage.STORAGE });
  const trainer = await Trainer.create(engine, {
    model: new Sequential([1], [linear(1, 1)]),
    dataset: { train: { count: 64, targets, inputs: { wgsl:
      'fn valueAt(sample: u32, column: u32) -> f32 { return f32(sample) / 64.0; }' } } },
    loss: 'mse', optimizer: sgd({ learningRate: 0.1 }), batchSize: 64 });
  const history = await trainer.fit({ epochs: 30 });
  document.title = history[29].train.loss < 0.5 * history[0].train.loss ? 'learnt' : JSON.stringify(history);
} catch (error) { document.title = String(error); }
</script>`;

test('a bare script of a page imports the bundle and trains', async ({ installed }) => {
  const bundle = await readFile(join(installed, 'dist/gradweave.js'));
  const server = createServer((request, response) => {
    const isBundle = request.url === '/gradweave.js';
    response.setHeader('Content-Type', isBundle ? 'text/javascript' : 'text/html');
    response.end(isBundle ? bundle : PAGE);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
  const chrome = await launchChrome({ adapter: 'auto', url, announce: () => {} });
  try {
    const page = await chrome.browser.newPage();
    await page.goto(url);
    await page.waitForFunction(() => document.title !== 'waiting', { timeout: 60_000 });
    assert.is(await page.title(), 'learnt');
  } finally {
    await chrome.close();
    server.close();
  }
});

if (THOROUGH) {
  test('the command of an installed package says what it needs', async ({ app, installed }) => {
    const help = await run(process.execPath, [join(installed, 'scripts/gradweave.mjs'), '--help']);
    assert.match(help.stdout, /^\s+train\b/m);
    const verify = [join(installed, 'scripts/gradweave.mjs'), 'verify', '--filter', 'scale'];
    const failed = await run(process.execPath, verify, { cwd: app }).catch((error) => error);
    assert.match(failed.stderr, /npm install puppeteer/);
    assert.is(failed.code, 1);
    // With it, it works.
    await symlink(join(ROOT, 'node_modules/puppeteer'), join(app, 'node_modules/puppeteer'));
    const done = await run(process.execPath, verify, { cwd: app });
    assert.match(done.stdout, /all ok|ok/i);
    assert.ok((await readdir(installed)).includes('package.json'));
  });
}

test.run();
