import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { endTree } from '../../src/node/process-tree.ts';

const test = suite<{ folder: string }>('trackers');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-trackers-'));
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

/** What TensorBoard's or MLflow's own reader finds. */
function found<T>(what: 'tensorboard' | 'mlflow', place: string): T {
  const script = join(PACKAGE_ROOT, 'test/log/trackers.py');
  const text = execFileSync('python3', [script, what, place], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(text.slice(text.indexOf('{'))) as T;
}

async function train(...more: readonly string[]): Promise<void> {
  const args = ['--layers', '784,8,10', '--batch-size', '50', '--train-limit', '1000'];
  const place = ['--epochs', '2', '--family', 'portable', '--adapter', 'software', '--quiet'];
  const child = spawn(
    process.execPath,
    ['scripts/gradweave.mjs', 'train', ...args, ...place, ...more],
    { cwd: PACKAGE_ROOT, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (part) => {
    said += part;
  });
  const [code] = await once(child, 'exit');
  assert.is(code, 0, said);
  assert.not.match(said, 'MLflow');
}

type Points = readonly (readonly [step: number, value: number])[];

/** The losses of steps that the JSON lines have. */
async function lossesIn(folder: string): Promise<Points> {
  const text = await readFile(join(folder, 'steps.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ step, loss }) => [step, loss] as const);
}

interface TensorBoard {
  readonly scalars: Readonly<Record<string, Points>>;
  readonly histograms: Readonly<Record<string, readonly number[]>>;
  readonly images: Readonly<Record<string, readonly (readonly number[])[]>>;
}

test('TensorBoard reads the scalars, histograms and pictures of a run (needs python3 with tensorboard)', async ({
  folder,
}) => {
  await train('--log', folder, '--log-histograms');
  const [name] = await readdir(folder);
  const run = join(folder, name);
  const { scalars, histograms, images } = found<TensorBoard>('tensorboard', run);
  const losses = await lossesIn(run);
  assert.is(losses.length, 40);
  // TensorBoard keeps float32.
  assert.equal(
    scalars['step/loss'],
    losses.map(([step, loss]) => [step, Math.fround(loss)]),
  );
  assert.is(scalars['epoch/test_accuracy'].length, 2);
  assert.equal(histograms['weights/1.weight'], [784 * 8, 784 * 8]);
  assert.equal(histograms['gradients/1.bias'], [8, 8]);
  assert.is(Object.keys(images).length, 1);
});

interface MlflowRun {
  readonly status: string;
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, Points>>;
}

/** Starts MLflow's own server on this machine. */
async function startMlflow(folder: string): Promise<{ url: string; stop: () => void }> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  const child = spawn(
    'python3',
    ['-m', 'mlflow', 'server', '--port', String(port), '--workers', '1'],
    { cwd: folder, stdio: 'ignore', detached: true },
  );
  const url = `http://127.0.0.1:${port}`;
  for (let asked = 0; asked < 240; asked++) {
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    if (answer?.ok) return { url, stop: () => endTree(child.pid) };
    await pause(500);
  }
  endTree(child.pid);
  throw new Error('MLflow did not start within two minutes. Install it: pip install mlflow');
}

test('an MLflow server has both runs, and each step once (needs python3 with mlflow)', async ({
  folder,
}) => {
  const server = await startMlflow(folder);
  try {
    const logs = await mkdtemp(join(folder, 'logs-'));
    await train('--lr', '0.01,0.001', '--log', logs, '--mlflow', server.url);
    const runs = found<Readonly<Record<string, MlflowRun>>>('mlflow', server.url);
    const names = (await readdir(logs)).sort();
    assert.is(names.length, 2);
    assert.equal(Object.keys(runs).sort(), names);
    for (const name of names) {
      const { status, params, metrics } = runs[name];
      assert.is(status, 'FINISHED');
      assert.is(params.batchSize, '50');
      assert.equal(metrics['step/loss'], await lossesIn(join(logs, name)));
      assert.is(metrics['epoch/test_loss'].length, 2);
    }
    assert.not.equal(
      ...(names.map((name) => runs[name].params['optimizer.learningRate']) as [string, string]),
    );
  } finally {
    server.stop();
  }
});

test.run();
