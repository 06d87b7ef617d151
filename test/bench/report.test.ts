import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ratios } from '../../src/bench/report/facts.ts';
import { benchReport } from '../../src/bench/report/index.ts';
import { fileNameOf } from '../../src/bench/report/names.ts';
import { UsageError } from '../../src/cli/errors.ts';
import { saveBench } from '../../src/cli/save-bench.ts';
import { all, parse } from '../paper/xml.ts';
import { fakeBench, fakeStep } from './fake.ts';

test('others are set against our fastest step', () => {
  assert.equal(
    [...ratios(fakeBench())],
    [
      ['jax-js webgpu', 6],
      ['PyTorch CPU, 1 thread', 2.5],
    ],
  );
  const alone = fakeBench({ steps: [fakeStep('jax-js webgpu', 'peer', 24)] });
  assert.is(ratios(alone).size, 0);
});

test('a file’s name tells when, on what and which commit', () => {
  assert.is(fileNameOf(fakeBench()), '2001-02-03t04-05-swiftshader-browser-1a2b3c4.json');
  const changed = fakeBench({ commit: '1a2b3c4+', runtime: 'node' });
  assert.is(fileNameOf(changed), '2001-02-03t04-05-swiftshader-node-1a2b3c4-changed.json');
});

test('the report has every figure, the newest run of a machine in full, and its plot', () => {
  const older = fakeBench();
  const newer = fakeBench({ date: '2001-03-01T00:00:00.000Z', commit: '5d6e7f8' });
  const files = benchReport([newer, older]);
  const readme = files['README.md'];
  for (const text of ['6.00×', '2.50×', '12.5%', '`fit`', '00ff', 'a \\| driver', '5d6e7f8']) {
    assert.match(readme, text);
  }
  assert.is(readme.match(/^## .*2001-03-01$/gm)?.length, 1);
  const [image] = Object.keys(files).filter((name) => name.endsWith('.svg'));
  assert.match(readme, `](${image})`);
  assert.match(files[image], '2 saved runs');
  // A curve of two runs in the one panel, two curves in the other.
  const lines = all(parse(files[image]), 'path');
  assert.is(lines.filter((path) => path.attributes.class.startsWith('line ')).length, 3);
});

test('a network has its steps, what others lack, its loop and its products', () => {
  const readme = benchReport([fakeBench()])['README.md'];
  for (const text of [
    '**A step of the CNN \\| small, batch 100: Adam, cross-entropy**',
    '| TF.js webgpu | 480 (432–528) | 208 | 12.0× |',
    '0.62 / 20 |',
    '1,234 parameters, 2.50 GFLOP a step',
    '10 dispatches, 1 submit, 0 writes',
    '- TF.js wasm: it lacks &lt;something&gt;',
    '| convolution, forward | 64×16×48 NN | 2 | 4.00 (4.00–4.00) | 3.00 (3.00–3.00) | 75% |',
    '| all products of a step; all dispatches: 10.00 ms |  |  | 8.00 | 6.00 | 75% |',
    'cnn: TF.js webgpu 12.0×',
  ]) {
    assert.ok(readme.includes(text), text);
  }
});

test('what only an older run of a machine measured is reported from that run', () => {
  const newer = fakeBench({
    ...{
      date: '2001-03-01T00:00:00.000Z',
      commit: '5d6e7f8',
      command: 'gradweave bench --only cnn',
    },
    ...{ steps: [], epochs: [], gemm: [], repeat: [], scaling: [], cold: [] },
  });
  const readme = benchReport([fakeBench(), newer])['README.md'];
  const [before, after] = readme.split('what the newer runs did not measure');
  assert.match(before, 'CNN \\| small');
  assert.not.match(before, '784–128–64–10');
  assert.match(after, '784–128–64–10');
  assert.not.match(after, 'CNN');
});

test('another machine is another section with a plot of its own', () => {
  const other = fakeBench({ system: { os: 'Linux 6', cpu: 'Another CPU', cores: 8 } });
  const files = benchReport([fakeBench(), other]);
  assert.is(Object.keys(files).length, 3);
});

test('a run of few parts is reported without the rest', () => {
  const bare = fakeBench({
    steps: [],
    networks: [],
    epochs: [],
    gemm: [],
    repeat: [],
    scaling: [],
    cold: [],
    peers: [],
    heapBytes: null,
  });
  const files = benchReport([bare]);
  assert.equal(Object.keys(files), ['README.md']);
  assert.not.match(files['README.md'], 'undefined');
  assert.not.match(files['README.md'], 'NaN');
});

test('a saved run lies in bench/results, and the report in docs/bench', async () => {
  const root = await mkdtemp(join(tmpdir(), 'gradweave-save-'));
  try {
    for (const folder of ['bench/results', 'docs/bench']) {
      await mkdir(join(root, folder), { recursive: true });
    }
    await saveBench(fakeBench(), root);
    await saveBench(fakeBench({ commit: '5d6e7f8' }), root);
    assert.is((await readdir(join(root, 'bench', 'results'))).length, 2);
    assert.match(await readFile(join(root, 'docs', 'bench', 'README.md'), 'utf8'), '5d6e7f8');
  } finally {
    await rm(root, { recursive: true });
  }
});

test('outside of a checkout nothing can be saved, and the error says what to do', async () => {
  try {
    await saveBench(fakeBench(), '/nowhere');
  } catch (error) {
    assert.instance(error, UsageError);
    assert.match((error as Error).message, '--json FILE');
    return;
  }
  assert.unreachable();
});

test.run();
