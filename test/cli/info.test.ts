import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeSafetensors } from '../../src/data/safetensors-write.ts';
import { OPTIONS_NAME } from '../../src/harness/tasks/keeping.ts';
import { flatten, linear, Sequential } from '../../src/nn/layers.ts';
import type { State } from '../../src/nn/state.ts';
import { saveModel } from '../../src/train/model-file/write.ts';
import { runMain } from './run-main.ts';

const test = suite<{ folder: string; file: string }>('info and predict');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-info-'));
  context.file = join(context.folder, 'a.safetensors');
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

/** Runs the command as on a terminal of 60 columns. */
const run = (...args: readonly string[]) => runMain(args, 60);

const tensors = new Map([
  ['1.weight', { shape: [2, 4], data: new Float32Array(8) }],
  ['1.bias', { shape: [2], data: new Float32Array(2) }],
]);

test('a model file is shown with its layers', async ({ file }) => {
  const bytes = await saveModel({
    model: new Sequential([2, 2], [flatten(), linear(4, 2)]),
    parameters: tensors as State,
    ...{ image: { height: 2, width: 2, channels: 1 }, classes: ['cat', 'dog'] },
    ...{ loss: 'cross_entropy', training: { seed: 3, last: { loss: 0.5 } } },
  });
  await writeFile(file, bytes);
  const { code, text } = await run('info', file);
  assert.is(code, 0, text);
  assert.match(text, /^Model file {2}written by gradweave \d/);
  assert.match(text, /^Takes {7}images of 2×2×1$/m);
  assert.match(text, /^Classes {5}cat, dog$/m);
  assert.match(text, /^Training {4}seed 3, last \(loss 0\.5\)$/m);
  assert.match(text, /linear 4→2/);
  assert.match(text, '10 parameters; 16 FLOP');
  assert.ok(text.split('\n').every((line) => line.length <= 60));
});

test('a checkpoint is shown with its run, and anything else by its tensors', async ({ file }) => {
  const history = JSON.stringify([{ epoch: 1 }, { epoch: 2 }]);
  const run2 = { format: 'gradweave checkpoint 1', step: '200', history };
  await writeFile(file, writeSafetensors(tensors, { ...run2, [OPTIONS_NAME]: '{"lr":"0.1"}' }));
  const checkpoint = await run('info', file);
  assert.match(checkpoint.text, /^Checkpoint {2}of step 200$/m);
  assert.match(checkpoint.text, /^Epochs {6}2$/m);
  assert.match(checkpoint.text, /^Options {5}\{"lr":"0\.1"\}$/m);
  assert.match(checkpoint.text, /1\.weight .*F32 .*\[2, 4\]/);
  await writeFile(file, writeSafetensors(tensors));
  const plain = await run('info', file);
  assert.not.match(plain.text, 'Checkpoint');
  assert.match(plain.text, '2 tensors of 10 numbers');
});

test('control characters in a file do not reach the terminal', async ({ file }) => {
  const evil = '\u001b[2J\u009b2J\u202e\r\u0007';
  const bytes = await saveModel({
    model: new Sequential([2, 2], [flatten(), linear(4, 2)]),
    parameters: tensors as State,
    ...{ classes: ['cat', evil], training: { evil } },
  });
  await writeFile(file, bytes);
  const { code, text } = await run('info', file);
  assert.is(code, 0, text);
  assert.match(text, /^Classes {5}"cat", "\\u001b\[2J\ufffd2J\ufffd\\r\\u0007"$/m);
  assert.not.match(text, /(?!\n)\p{Cc}|\u202e/u);
  await writeFile(
    file,
    writeSafetensors(new Map([[evil, { shape: [1], data: Float32Array.of(1) }]])),
  );
  assert.not.match((await run('info', file)).text, /(?!\n)\p{Cc}|\u202e/u);
  // Names of files and of commands come from others, too.
  assert.not.match((await run('info', evil)).text, /(?!\n)\p{Cc}|\u202e/u);
});

test('what cannot be shown or predicted is refused by name', async ({ folder, file }) => {
  const refused = async (code: number, said: RegExp, ...args: readonly string[]) => {
    const got = await run(...args);
    assert.is(got.code, code, got.text);
    assert.match(got.text.replace(/\n */g, ' '), said);
  };
  await writeFile(file, 'no file of tensors');
  await refused(1, /./, 'info', file);
  await refused(2, /'.*' is a folder/, 'info', folder);
  await refused(2, /FILE is missing/, 'info');
  await refused(2, /MODEL is missing/, 'predict');

  const parameters = new Map([['0.weight', { shape: [1, 3], data: new Float32Array(3) }]]);
  const model = new Sequential([3], [linear(3, 1, { bias: false })]);
  await writeFile(file, await saveModel({ model, parameters: parameters as State }));
  await refused(2, /SAMPLES are missing: give npy files/, 'predict', file);
  await refused(2, /'a\.npy' cannot be read/, 'predict', file, 'a.npy');
  await refused(
    2,
    /--prompt was given; '.*' is not a model of text/,
    'predict',
    file,
    '--prompt',
    'a',
  );
  const image = { height: 1, width: 3, channels: 1 };
  await writeFile(file, await saveModel({ model, parameters: parameters as State, image }));
  await refused(2, /SAMPLES are missing: give PNG, IDX or npy/, 'predict', file);
  await refused(2, /'b\.png' cannot be read \(ENOENT\)/, 'predict', file, 'b.png');
});

test.run();
