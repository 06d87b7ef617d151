/** Runs the dialog's programs as their readers would: in Python with PyTorch and ONNX Runtime, and in Node with the package. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { codeFor } from '../../src/harness/page/use/code.ts';
import { factsIn } from '../../src/harness/page/use/model-facts.ts';
import { onnxOf } from '../../src/harness/page/use/onnx-file.ts';
import { distance as distanceOf } from '../onnx/runtime.ts';
import { project, runIn } from '../package/project.ts';
import { removeFolders } from '../package/stage.ts';
import {
  distance,
  imageOf,
  LEARNED,
  modelOf,
  pixelsOf,
  QUERIES,
  ROW,
  tableModelOf,
  textModelOf,
} from './use-models.ts';

const NEEDS =
  'This test needs a python3 with PyTorch, safetensors, numpy, Pillow and ONNX Runtime: python3 -m pip install torch==2.13.0 safetensors numpy pillow onnxruntime';

const test = suite<{ folder: string }>('programs that use a model');
const execute = promisify(execFile);

test.before(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-use-'));
  await execute('python3', ['-c', 'import numpy, onnxruntime, PIL, safetensors, torch']).catch(
    (error) => {
      throw new Error(`${NEEDS}\n${error.stderr ?? error}`);
    },
  );
});
test.after(async ({ folder }) => {
  await rm(folder, { recursive: true, force: true });
  await removeFolders();
});

const FILES = { model: 'model.safetensors', onnx: 'model.onnx' };

/** A photo, as a file of netpbm: what is read goes by the content, not by the name. It has stripes left and right of the pixels that are meant. */
function photoOf(query: string): Uint8Array {
  const { height, width, channels } = imageOf(query);
  const pixels = pixelsOf(height * width * channels);
  const row = width * channels;
  const stripe = new Uint8Array(5 * channels).fill(77);
  const rows = Array.from({ length: height }, (_, y) => [
    ...[stripe, pixels.subarray(y * row, (y + 1) * row), stripe],
  ]);
  const head = Buffer.from(`${channels === 1 ? 'P5' : 'P6'} ${width + 10} ${height} 255\n`);
  return Buffer.concat([head, ...rows.flat()]);
}

for (const [name, query] of Object.entries(QUERIES)) {
  test(`PyTorch and ONNX Runtime in Python give the model’s outputs: ${name}`, async ({
    folder,
  }) => {
    const { bytes, outputs, best } = await modelOf(query);
    await writeFile(join(folder, FILES.model), bytes);
    await writeFile(join(folder, FILES.onnx), onnxOf(bytes));
    await writeFile(join(folder, 'photo.jpg'), photoOf(query));
    for (const kind of ['pytorch', 'onnx-python'] as const) {
      const own = codeFor(kind, factsIn(bytes), FILES) ?? '';
      const last = '\nimport json\nprint(json.dumps(outputs[0].tolist()))\n';
      await writeFile(join(folder, 'use.py'), own + last);
      const { stdout } = await execute('python3', ['use.py'], { cwd: folder, maxBuffer: 2 ** 24 });
      const lines = stdout.trim().split('\n');
      const far = distance(JSON.parse(lines.at(-1) ?? ''), outputs);
      assert.ok(far < 1e-5, `${kind}: ${far}`);
      if (best !== undefined && !query.includes('auto')) assert.is(lines[0], best, kind);
    }
  });
}

for (const learn of Object.keys(LEARNED) as (keyof typeof LEARNED)[]) {
  test(`PyTorch and ONNX Runtime in Python take a row as it is: a ${learn} is learned`, async ({
    folder,
  }) => {
    const { bytes, outputs, best } = await tableModelOf(learn);
    await writeFile(join(folder, FILES.model), bytes);
    await writeFile(join(folder, FILES.onnx), onnxOf(bytes));
    const row = `row = json.loads(${JSON.stringify(JSON.stringify(ROW))})`;
    for (const kind of ['pytorch', 'onnx-python'] as const) {
      const code = codeFor(kind, factsIn(bytes), FILES) ?? '';
      const own = code.replace(/^row = \{[^}]*\}/m, () => row);
      assert.not.equal(own, code, 'the program is given a row');
      await writeFile(join(folder, 'use.py'), own);
      const { stdout } = await execute('python3', ['use.py'], { cwd: folder });
      if (best !== undefined) assert.is(stdout.trim(), best, kind);
      else assert.ok(distance([Number(stdout)], outputs) < 1e-5, `${kind}: ${stdout}`);
    }
  });
}

/** The largest relative error of a position's logits in float32: that of a sum of 512 products, the longest, if roundings are random. */
const FLOAT32 = Math.sqrt(512) * 2 ** -24;

/** Characters that are compared: more than a network sees at a time. */
const COUNT = 40;

for (const [title, query] of [
  ['as the page trains it', 'length=24'],
  ['without dropout, with another activation', 'length=16&dropout=0&activation=tanh'],
]) {
  test(`PyTorch gives the transformer’s logits, and writes what the engine writes: ${title}`, async ({
    folder,
  }) => {
    const { bytes, tokens, logits } = await textModelOf(query);
    await writeFile(join(folder, FILES.model), bytes);
    const code = codeFor('pytorch', factsIn(bytes), FILES) ?? '';
    const likely = code
      .replace('temperature = 0.8', 'temperature = 0')
      .replace('range(200)', `range(${COUNT})`);
    assert.match(likely, 'temperature = 0 ');
    assert.match(likely, `range(${COUNT})`);
    const more = `
tokens = torch.tensor([[${[...tokens].join(', ')}]])
with torch.no_grad():
    single = network(tokens)[0]
    double = network.double()(tokens)[0]
print(json.dumps([text, single.tolist(), double.tolist()]))
`;
    await writeFile(join(folder, 'use.py'), likely + more);
    const { stdout } = await execute('python3', ['use.py'], { cwd: folder, maxBuffer: 2 ** 24 });
    const [text, single, double] = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    const far = (found: number[][]) => distanceOf(found.flat(), logits, tokens.length);
    // The reference computes in float64, too: what is left is rounding.
    assert.ok(far(double) < 1e-13, `float64: ${far(double)}`);
    assert.ok(far(single) < FLOAT32, `float32: ${far(single)} is not below ${FLOAT32}`);
    const written = await execute(
      process.execPath,
      [
        ...['scripts/gradweave.mjs', 'predict', join(folder, FILES.model), '--adapter', 'software'],
        ...['--prompt', 'T', '--count', `${COUNT}`, '--temperature', '0', '--format', 'json'],
      ],
      { cwd: PACKAGE_ROOT },
    );
    assert.is(text, `T${JSON.parse(written.stdout).text}`);
    // As it is, it draws.
    await writeFile(join(folder, 'use.py'), code);
    const drawn = (await execute('python3', ['use.py'], { cwd: folder })).stdout;
    assert.is([...drawn].length, 202);
  });
}

/** A module whose pictures have these pixels, whatever is asked of them. */
const sharpFor = (pixels: readonly number[]): string => `
const picture = new Proxy({}, {
  get: (_, name) => () => (name === 'toBuffer' ? Promise.resolve(Buffer.from(${JSON.stringify(pixels)})) : picture),
});
module.exports = () => picture;
`;

test('the program for Node runs in an app that has installed the package', async () => {
  const app = await project('commonjs');
  const { bytes, best } = await modelOf(QUERIES['Table I']);
  await writeFile(join(app, FILES.model), bytes);
  // In the place of sharp, which is native code of others: pixels as it gives them.
  const sharp = join(app, 'node_modules/sharp');
  await mkdir(sharp);
  const grey = [...pixelsOf(784)].flatMap((value) => [value, value, value]);
  await writeFile(join(sharp, 'index.js'), sharpFor(grey));
  await writeFile(join(app, 'use.mjs'), codeFor('node', factsIn(bytes), FILES) ?? '');
  assert.match(await runIn(app, process.execPath, ['use.mjs']), best);
  const colour = await modelOf(QUERIES['convolutions, in colour']);
  await writeFile(join(app, FILES.model), colour.bytes);
  await writeFile(join(sharp, 'index.js'), sharpFor([...pixelsOf(18 * 18 * 3)]));
  await writeFile(join(app, 'use.mjs'), codeFor('node', factsIn(colour.bytes), FILES) ?? '');
  assert.match(await runIn(app, process.execPath, ['use.mjs']), colour.best);
  for (const learn of Object.keys(LEARNED) as (keyof typeof LEARNED)[]) {
    const table = await tableModelOf(learn);
    await writeFile(join(app, FILES.model), table.bytes);
    const program = codeFor('node', factsIn(table.bytes), FILES) ?? '';
    const json = JSON.stringify(JSON.stringify(ROW));
    const filledRow = program.replace(
      /const row = \{[^}]*\};/,
      () => `const row = JSON.parse(${json});`,
    );
    assert.not.equal(filledRow, program);
    await writeFile(join(app, 'use.mjs'), filledRow);
    const [line] = (await runIn(app, process.execPath, ['use.mjs'])).split('\n');
    if (table.best !== undefined) assert.is(line, table.best);
    else assert.ok(distance([Number(line)], table.outputs) < 1e-5, line);
  }
});

test.run();
