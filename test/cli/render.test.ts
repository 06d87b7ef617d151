import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TrainResult, trainSummary } from '../../src/cli/commands/train-summary.ts';
import * as format from '../../src/cli/format.ts';
import { Renderer } from '../../src/cli/render.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import type { TaskEvent } from '../../src/harness/protocol.ts';

/** A terminal that remembers what was written. */
function terminal(given: Partial<Terminal> = {}): Terminal & { stdout: string; stderr: string } {
  const written = {
    stdout: '',
    stderr: '',
    live: false,
    colours: false,
    columns: () => 100,
    out: (text: string) => {
      written.stdout += text;
    },
    err: (text: string) => {
      written.stderr += text;
    },
    ...given,
  };
  return written;
}

const PROGRESS: TaskEvent & { type: 'progress' } = {
  type: 'progress',
  recent: null,
  inFlight: 20,
  gpuBytes: 60_000_000,
  title: 'Model 2',
  epoch: 3,
  epochs: 30,
  step: 60,
  steps: 600,
  loss: 0.41234,
  accuracy: 0.851,
  samplesPerSecond: 24_310.4,
  secondsLeft: 75,
};
const EPOCH: TaskEvent & { type: 'epoch' } = {
  type: 'epoch',
  title: 'Model 2',
  loss: 'cross_entropy',
  epochs: 30,
  record: {
    epoch: 3,
    train: { loss: 0.5, accuracy: 0.8 },
    test: { loss: 0.44, accuracy: 0.842 },
    seconds: 2.7,
  },
};
const SYNTHETIC: TaskEvent = {
  type: 'dataset',
  name: 'garments',
  synthetic: true,
  train: 60_000,
  test: 10_000,
};

test('a download shows a bar that is full at the end and fits the line', () => {
  const half = format.downloadLine(15_450_000, 30_900_000, 100);
  assert.is(half, `Downloading  ${'█'.repeat(20)}${'░'.repeat(20)}  50%  15.4 of 30.9 MB`);
  assert.match(format.downloadLine(30_900_000, 30_900_000, 100), /█{40} 100% /);
  assert.ok(format.downloadLine(1, 3, 60).length < 60);
});

test('seconds are told in the unit that fits', () => {
  assert.is(format.formatSeconds(0.4), '0.40 s');
  assert.is(format.formatSeconds(9.999), '10.0 s');
  assert.is(format.formatSeconds(59.97), '1 min 00 s');
  assert.is(format.formatSeconds(3599.7), '1 h 00 min');
  assert.is(format.formatSeconds(7630), '2 h 07 min');
  assert.is(format.formatSeconds(Number.POSITIVE_INFINITY), '–');
});

test('a loss that is no number, which JSON makes null, is told as NaN', () => {
  assert.is(format.formatLoss(null), 'NaN');
  assert.is(format.formatLoss(Number.NaN), 'NaN');
  assert.is(format.formatLoss(0.0012345), '0.001234');
  assert.is(format.formatLoss(0.000007629), '7.629e-6');
  assert.is(format.formatLoss(0.5), '0.5000');
  assert.is(format.formatLoss(0), '0.0000');
});

test('the progress line tells all that is known of a step', () => {
  assert.is(
    format.progressLine(PROGRESS, 200),
    'Model 2  epoch 3/30  step  60/600  train loss 0.4123  train accuracy 85.1%  24,310 samples/s  1 min 15 s left',
  );
});

test('the progress line has no speed before one is measured', () => {
  const line = format.progressLine({ ...PROGRESS, samplesPerSecond: 0 }, 200);
  assert.not.match(line, 'samples/s');
  assert.match(line, 'train accuracy 85.1%  1 min 15 s left');
});

test('the progress line never fills the terminal and keeps the time left longest', () => {
  for (let columns = 1; columns < 120; columns++) {
    assert.ok(format.progressLine(PROGRESS, columns).length < columns, `${columns}`);
  }
  for (const columns of [60, 80]) {
    assert.match(format.progressLine(PROGRESS, columns), /train loss .*1 min 15 s left$/);
  }
});

test('an epoch’s figures stand under their names', () => {
  const screen = terminal();
  new Renderer(screen, { quiet: false }).show(EPOCH);
  const [, title, header, line] = screen.stdout.split('\n');
  assert.is(title, 'Model 2, loss: cross_entropy');
  assert.match(header, /train loss +train accuracy +test loss +test accuracy/);
  assert.is(line.indexOf('0.4400') + 6, header.indexOf('test loss') + 9);
});

test('what a network wrote is indented, without control characters', () => {
  assert.equal(format.writtenLines('\n\tAb\u001b[2Jc\r\n\nd\n'), ['  Ab·[2Jc', '', '  d']);
  const line = format.datasetLine({
    ...{ type: 'dataset', name: 'a.txt', synthetic: false, of: 'characters' },
    ...{ train: 900, test: 100 },
  });
  assert.is(line, 'Data     a.txt, 900 characters to train, 100 to test');
});

test('what is written after an epoch is shown under it, at the end in the summary', () => {
  const written = { type: 'written', title: 'Transformer', epochs: 2, text: 'So it goes' } as const;
  const screen = terminal();
  const renderer = new Renderer(screen, { quiet: false });
  for (const epoch of [1, 2]) renderer.show({ ...written, epoch });
  assert.is(screen.stdout, '  So it goes\n');
  const summary = trainSummary(
    { ...RESULT, written: 'So it goes' },
    { options: {}, published: false },
  );
  assert.equal(summary.slice(-2), ['It writes:', '  So it goes']);
});

test('a software adapter is called one', () => {
  const facts = { vendor: 'google', architecture: 'swiftshader', device: '', description: '' };
  const line = format.adapterLine({ ...facts, software: true });
  assert.is(line, 'Adapter  SwiftShader (software), google swiftshader');
  const gpu = { vendor: 'nvidia', architecture: 'hopper', device: '', description: 'NVIDIA H100' };
  assert.is(format.adapterLine({ ...gpu, software: false }), 'Adapter  NVIDIA H100, nvidia hopper');
});

test('progress overwrites its line on a terminal and is cleared before the next line', () => {
  const screen = terminal({ live: true });
  const renderer = new Renderer(screen, { quiet: false });
  renderer.show(PROGRESS);
  renderer.show(PROGRESS);
  renderer.show({ type: 'note', text: 'next' });
  const line = format.progressLine(PROGRESS, 100);
  const clear = '\u001b[K';
  assert.is(screen.stdout, `\r${line}${clear}\r${line}${clear}\r${clear}next\n`);
});

test('without a terminal there is a line an epoch and no control character', () => {
  const screen = terminal();
  const renderer = new Renderer(screen, { quiet: false });
  renderer.show(PROGRESS);
  renderer.show(EPOCH);
  renderer.show(PROGRESS);
  renderer.show(EPOCH);
  assert.is(screen.stdout.split('\n').filter((line) => line.includes('3/30')).length, 2);
  assert.is(screen.stdout.split('train loss').length, 2);
  for (const control of ['\r', '\u001b']) assert.not.match(screen.stdout, control);
});

test('rows of a table line up and a bad one is marked', () => {
  const screen = terminal();
  const renderer = new Renderer(screen, { quiet: false });
  const row = (name: string, ok: boolean): TaskEvent => ({
    type: 'row',
    table: 'kernels',
    cells: { name, error: '1e-7' },
    ok,
  });
  renderer.show(row('gemm', true));
  renderer.show(row('softmax and cross-entropy', false));
  const [, title, header, first, second] = screen.stdout.split('\n');
  assert.is(title, 'kernels');
  assert.is(header.length, first.length);
  assert.is(header.length, second.length);
  assert.match(first, /^ok {3}gemm/);
  assert.match(second, /^FAIL softmax/);
});

test('quiet leaves progress out, and shows results and checks that fail', () => {
  const row = (ok: boolean): TaskEvent => ({ type: 'row', table: 't', cells: { a: 'x' }, ok });
  const [checks, results] = [terminal(), terminal()];
  const renderer = new Renderer(checks, { quiet: true });
  for (const event of [row(true), EPOCH, PROGRESS, row(false)]) renderer.show(event);
  renderer.note('busy');
  assert.is(checks.stdout.match(/x/g)?.length, 1);
  assert.match(checks.stdout, 'FAIL');
  assert.is(checks.stderr, '');
  new Renderer(results, { quiet: true, rows: 'result' }).show(row(true));
  assert.match(results.stdout, 'ok   x');
});

test('synthetic data are announced loudly, even with quiet', () => {
  const screen = terminal();
  const renderer = new Renderer(screen, { quiet: true });
  renderer.show(SYNTHETIC);
  renderer.show(EPOCH);
  assert.is(screen.stdout, '');
  assert.match(screen.stderr, 'NOT the real Fashion-MNIST');
  assert.match(screen.stderr, '!!!!!!!!');
});

test('colours appear only where the terminal has them', () => {
  const [plain, coloured] = [terminal(), terminal({ colours: true })];
  for (const screen of [plain, coloured]) new Renderer(screen, { quiet: false }).warn('careful');
  assert.is(plain.stderr, 'careful\n');
  assert.is(coloured.stderr, '\u001b[33mcareful\u001b[39m\n');
});

const RESULT: TrainResult = {
  title: 'Model 2',
  loss: 'cross_entropy',
  history: [EPOCH.record],
  test: { loss: 0.33, accuracy: 0.884 },
  seconds: 80,
  samplesPerSecond: 22_000,
};

test('a summary sets the paper’s row beside ours', () => {
  const options = { model: '2', seed: '7', plan: 'fused' };
  const text = trainSummary(RESULT, { options, published: true }).join('\n');
  assert.match(text, 'test loss 0.3300 (cross_entropy), test accuracy 88.4%');
  assert.match(text, 'Model 2: loss 0.32, accuracy 89.3%');
  assert.match(text, '1 epoch in 1 min 20 s, 22,000 samples/s');
  assert.not.match(text, 'Differs');
});

test('a summary says what makes the paper’s row no fair comparison', () => {
  const options = { model: '1', lr: '0.1', epochs: '2' };
  const text = trainSummary({ ...RESULT, loss: 'mse' }, { options, published: true }).join('\n');
  assert.match(
    text,
    'Differs from the paper’s text: learning rate 0.1 instead of 0.001, epochs 2 instead of 30.',
  );
  assert.match(text, 'Only the accuracy can be compared');
});

test('a summary says that a run ended early, and which weights it has', () => {
  const setting = { options: { model: '2' }, published: true };
  const text = trainSummary({ ...RESULT, early: true, kept: 1 }, setting).join('\n');
  assert.match(text, 'Ended early, after epoch 1: the test loss fell no more.');
  assert.match(text, 'The weights are those of epoch 1, which has the lowest test loss.');
  assert.not.match(trainSummary(RESULT, setting).join('\n'), 'The weights are');
});

test('a summary does not set other data than Fashion-MNIST beside the paper’s row', () => {
  const text = trainSummary(RESULT, { options: { model: '2' }, published: false }).join('\n');
  assert.match(text, 'test accuracy 88.4%');
  assert.match(text, 'these data are not Fashion-MNIST');
  assert.not.match(text, '89.3%');
});

test('an autoencoder has no accuracy and no row in the paper', () => {
  const result = { ...RESULT, title: 'Autoencoder', test: { loss: 0.01, accuracy: null } };
  const setting = { options: { model: 'autoencoder' }, published: true };
  const text = trainSummary(result, setting).join('\n');
  assert.not.match(text, 'accuracy');
  assert.not.match(text, 'Table I');
});

test.run();
