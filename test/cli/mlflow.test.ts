import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UsageError } from '../../src/cli/errors.ts';
import { MlflowClient } from '../../src/cli/mlflow/client.ts';
import { MlflowReporter } from '../../src/cli/mlflow/reporter.ts';
import { pairsOf } from '../../src/cli/mlflow/values.ts';
import type { LogRecord } from '../../src/log/index.ts';
import { FakeMlflow } from './mlflow-server.ts';

const test = suite<{ server: FakeMlflow }>('mlflow');

test.before.each(async (context) => {
  context.server = await FakeMlflow.start();
});
test.after.each(({ server }) => server.close());

/** Short pauses: what is tested is what arrives, not when. */
const PACE = { pause: 2, longest: 8, patience: 5000 };

const STEPS = 500;

/** An epoch's records: 500 steps with three numbers each, and six numbers of the epoch. */
function epochOf(epoch: number): LogRecord[] {
  const each = (value: (i: number) => number): number[] =>
    Array.from({ length: STEPS }, (_, i) => value(i));
  const first = (epoch - 1) * STEPS;
  const time = 1000 + 10 * epoch;
  const steps = { type: 'steps', epoch, first, from: time - 10, to: time } as const;
  const train = { loss: 1 / epoch, accuracy: 0.5 };
  const record = {
    epoch,
    train,
    test: { loss: 1, accuracy: 0.25, metrics: { 'f1 @ 2': 0.5 } },
    seconds: 2,
  };
  return [
    {
      ...steps,
      loss: each((i) => 1 / (first + i + 1)),
      accuracy: each((i) => i / STEPS),
      learningRate: each(() => 0.1),
    },
    { type: 'epoch', step: epoch * STEPS, time, record },
  ];
}

const START: LogRecord = {
  type: 'start',
  time: 1000,
  options: { seed: 3, model: 'm', clip: null },
};
const END: LogRecord = { type: 'end', time: 1100, state: 'finished', facts: {} };
const ALL: readonly LogRecord[] = [START, ...epochOf(1), ...epochOf(2), ...epochOf(3), END];

interface Reported {
  readonly warnings: readonly string[];
}

/** Reports a whole run. */
async function report(
  url: string,
  records: readonly LogRecord[] = ALL,
  { pace = PACE, env = {}, answerMs = 5000 } = {},
): Promise<Reported> {
  const warnings: string[] = [];
  const client = new MlflowClient(url, env, answerMs);
  const reporter = new MlflowReporter(client, 'tests', (why) => warnings.push(why), pace);
  const run = reporter.open('first', [{ key: 'gradweave.version', value: '1' }]);
  for (const record of records) run.add(record);
  await reporter.close();
  return { warnings };
}

/** @throws unless the server has every number of the run exactly once. */
function assertComplete({ runs }: FakeMlflow): void {
  assert.is(runs.length, 1);
  const [{ metrics, params, status, name }] = runs;
  assert.equal([name, status], ['first', 'FINISHED']);
  assert.equal(
    [...params],
    [
      ['seed', '3'],
      ['model', 'm'],
      ['clip', 'none'],
    ],
  );
  const places = metrics.map(({ key, step }) => `${key} ${step}`);
  assert.is(new Set(places).size, places.length, 'a number is there twice');
  assert.is(metrics.length, 3 * (3 * STEPS + 6));
  const losses = metrics.filter(({ key }) => key === 'step/loss');
  assert.equal(
    losses.map(({ step }) => step),
    Array.from({ length: 3 * STEPS }, (_, i) => i),
  );
  assert.ok(losses.every(({ step, value }) => value === 1 / (step + 1)));
  // Milliseconds, between the readings.
  assert.equal([losses[0].timestamp, losses[STEPS - 1].timestamp], [1_000_020, 1_010_000]);
  // What MLflow does not allow in a key is an underscore.
  const custom = metrics.filter(({ key }) => key === 'epoch/test_f1 _ 2');
  assert.equal(
    custom.map(({ step }) => step),
    [1, 2, 3],
  );
}

test('a run has its params, every number once, and its end', async ({ server }) => {
  const { warnings } = await report(server.url);
  assertComplete(server);
  assert.equal(warnings, []);
  assert.equal(server.experiments, ['tests']);
  assert.ok(server.most.metrics <= 1000 && server.most.bytes < 1e6, JSON.stringify(server.most));
  // An experiment that is there is used again.
  await report(server.url);
  assert.equal([server.experiments.length, server.runs.length], [1, 2]);
});

test('a connection that breaks before or after a request was carried out makes no double', async ({
  server,
}) => {
  for (const trouble of ['before', 'after', 'status'] as const) {
    server.runs.length = 0;
    // Of each path but the first, every other request.
    server.trouble = (path, count) =>
      path !== 'experiments/get-by-name' && count % 2 === 1 ? trouble : 'none';
    const { warnings } = await report(server.url);
    assert.equal(warnings, [], trouble);
    assertComplete(server);
  }
});

test('a server that was away for a while gets everything, and is mentioned once', async ({
  server,
}) => {
  let away = 20;
  server.trouble = () => (away-- > 0 ? 'before' : 'none');
  const warnings: string[] = [];
  const client = new MlflowClient(server.url, {});
  const reporter = new MlflowReporter(client, 'tests', (why) => warnings.push(why), PACE);
  const run = reporter.open('first', []);
  run.add(START);
  for (const epoch of [1, 2, 3]) for (const record of epochOf(epoch)) run.add(record);
  while (server.runs.length === 0 || server.runs[0].metrics.length < 3 * (3 * STEPS + 6)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  run.add(END);
  await reporter.close();
  assertComplete(server);
  assert.is(warnings.length, 1);
  assert.match(warnings[0], /does not answer/);
});

test('a server that nobody runs is one warning, and no error', async ({ server }) => {
  const { url } = server;
  await server.close();
  const { warnings } = await report(url);
  assert.is(warnings.length, 1);
  assert.match(warnings[0], /does not answer \(ECONNREFUSED\)/);
  Object.assign(server, await FakeMlflow.start());
});

test('a server that keeps silent ends nothing but its reports', async ({ server }) => {
  server.trouble = () => 'silent';
  const { warnings } = await report(server.url, ALL, { pace: { ...PACE, patience: 50 } });
  assert.equal(warnings, ['it did not take everything in time']);
  const late = await report(server.url, ALL, { answerMs: 5 });
  assert.is(late.warnings.length, 1);
});

test('a refusal is told, and nothing more is sent', async ({ server }) => {
  server.trouble = (path) => (path === 'runs/create' ? 'refuse' : 'none');
  const { warnings } = await report(server.url);
  assert.equal(warnings, ['it refused runs/create: not for you']);
  assert.equal(server.requests.slice(-1), ['runs/create']);
});

test('params go in requests of 100, and long ones are cut', async ({ server }) => {
  const options = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`o${i}`, i]));
  await report(server.url, [
    { ...START, options: { ...options, long: 'x'.repeat(501) } } as LogRecord,
    END,
  ]);
  assert.is(server.runs[0].params.size, 251);
  assert.is(server.most.params, 100);
  assert.is(server.runs[0].params.get('long'), `${'x'.repeat(499)}…`);
  assert.equal(pairsOf({ 'a=b:c': true }), [{ key: 'a_b_c', value: 'true' }]);
});

test('several runs are reported each by itself, as they end', async ({ server }) => {
  const reporter = new MlflowReporter(new MlflowClient(server.url, {}), 'tests', () => {}, PACE);
  const states = ['finished', 'failed', 'killed'] as const;
  const runs = states.map((state) => reporter.open(state, []));
  for (const [i, run] of runs.entries()) {
    for (const record of [START, ...epochOf(1), { ...END, state: states[i] }]) run.add(record);
  }
  await reporter.close();
  const found = server.runs.map(({ name, status, metrics }) => [name, status, metrics.length]);
  const each = 3 * STEPS + 6;
  assert.equal(found, [
    ['finished', 'FINISHED', each],
    ['failed', 'FAILED', each],
    ['killed', 'KILLED', each],
  ]);
});

test('name, password and token come from MLflow’s variables, or from the address', async ({
  server,
}) => {
  const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
  const cases: [string, NodeJS.ProcessEnv, string | undefined][] = [
    [server.url, {}, undefined],
    [server.url, { MLFLOW_TRACKING_TOKEN: 'abc' }, 'Bearer abc'],
    [server.url, { MLFLOW_TRACKING_USERNAME: 'me', MLFLOW_TRACKING_PASSWORD: 'secret' }, basic],
    [server.url.replace('//', '//me:secret@'), {}, basic],
  ];
  for (const [url, env, expected] of cases) {
    server.authorizations.clear();
    await report(url, [START, END], { env });
    assert.equal([...server.authorizations], [expected]);
  }
  assert.is(new MlflowClient('http://me:secret@h:1/p/', {}).address, 'http://h:1/p');
});

test('what is no address of HTTP is refused', () => {
  for (const url of ['', 'localhost', 'file:///mlruns', 'sqlite:///x.db']) {
    assert.throws(
      () => new MlflowClient(url, {}),
      (error: Error) => error instanceof UsageError && error.message.includes(`'${url}'`),
    );
  }
});

test.run();
