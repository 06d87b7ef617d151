import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CommandContext, TaskExtras } from '../../src/cli/command.ts';
import { train } from '../../src/cli/commands/train.ts';
import { InterruptedError, UsageError } from '../../src/cli/errors.ts';
import { makeFolders, nameOf } from '../../src/cli/log/names.ts';
import { checkLog, RunLogs } from '../../src/cli/log/run-logs.ts';
import { pageOptions, parseOptions } from '../../src/cli/options.ts';
import { Renderer } from '../../src/cli/render.ts';
import { DataError } from '../../src/errors.ts';
import { runsOf } from '../../src/harness/tasks/many-runs.ts';
import type { LogRecord } from '../../src/log/index.ts';
import { logFolder } from '../../src/node/log-folder.ts';
import { FakeMlflow } from './mlflow-server.ts';

const test = suite<{ folder: string }>('run logs');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-log-'));
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

/** What `train` has of a command line before its task begins. */
function prepared(...argv: string[]) {
  let warned = '';
  const terminal = {
    out: () => {},
    err: (text: string) => {
      warned += text;
    },
    live: false,
    colours: false,
    columns: () => 80,
  };
  const parsed = parseOptions(train, argv);
  const commandLine = 'gradweave train';
  const context: CommandContext = { arguments: parsed, terminal, env: {}, commandLine };
  const runs = runsOf(new URLSearchParams(pageOptions(train, parsed)), '--');
  const renderer = new Renderer(terminal, { quiet: false });
  return { context, runs, renderer, warned: () => warned };
}

const metrics = { loss: 0.5, accuracy: 0.75 };

/** The records of a run of one epoch. */
const RECORDS: readonly LogRecord[] = [
  { type: 'start', time: 1000, options: { seed: 1 } },
  {
    type: 'steps',
    epoch: 1,
    first: 0,
    loss: [1, 0.5],
    accuracy: [0, 1],
    learningRate: [0.1, 0.1],
    from: 1000,
    to: 1002,
  },
  {
    type: 'epoch',
    step: 2,
    time: 1002,
    record: { epoch: 1, train: metrics, test: metrics, seconds: 2 },
  },
];

/** A task that reports what the page would, and its outcome. */
function taskOf(extras: TaskExtras, runs: number, end: () => unknown = () => undefined) {
  return async () => {
    const adapter = { vendor: 'v', architecture: '', device: '', description: '', software: true };
    extras.onEvent?.({ type: 'adapter', adapter });
    extras.onEvent?.({ type: 'dataset', name: 'd', synthetic: true, train: 9, test: 3 });
    for (let run = 0; run < runs; run++) {
      for (const record of RECORDS) extras.onEvent?.({ type: 'log', run, record });
    }
    end();
    const networks = Array.from({ length: runs }, () => ({ test: metrics }));
    const own = runs > 1 ? { networks } : { test: metrics };
    return { value: { ...own, seconds: 2, samplesPerSecond: 4.5 }, browser: 'Chrome/1' };
  };
}

const json = async (...path: string[]) => JSON.parse(await readFile(join(...path), 'utf8'));

test('each run gets a folder of its own, with a number behind its name the next time', async ({
  folder,
}) => {
  for (const [time, expected] of [
    ['first', ['model-2_lr-0.1_seed-1', 'model-2_lr-0.1_seed-2']],
    ['second', ['model-2_lr-0.1_seed-1_2', 'model-2_lr-0.1_seed-2_2']],
  ] as const) {
    const { context, runs, renderer, warned } = prepared(
      ...['--log', folder, '--seeds', '1,2', '--lr', '0.1,0.2'],
    );
    await checkLog(context, runs);
    const { logs, extras } = await RunLogs.open(context, renderer, runs, { options: { a: 'b' } });
    assert.ok(logs);
    assert.equal(extras.options, { a: 'b', log: '' });
    await logs.during(taskOf(extras, 4));
    assert.is(warned(), '');
    for (const name of expected) {
      const files = (await readdir(join(folder, name))).sort();
      assert.equal(files, [
        'end.json',
        'epochs.csv',
        'epochs.jsonl',
        'events.out.tfevents.0000001000.gradweave',
        'run.json',
        'steps.jsonl',
      ]);
    }
    assert.is(logs.lines.length, 1, time);
    assert.match(logs.lines[0], `${join(folder, expected[0])} and 3 beside it`);
  }
  const name = 'model-2_lr-0.1_seed-1';
  const { data, adapter, versions, options, command } = await json(folder, name, 'run.json');
  assert.equal([data.name, data.train, data.test, adapter.vendor], ['d', 9, 3, 'v']);
  assert.equal([options, command], [{ seed: 1 }, 'gradweave train']);
  assert.is(versions.node, process.versions.node);
  const { ended, ...end } = await json(folder, name, 'end.json');
  assert.ok(Date.now() - Date.parse(ended) < 60_000);
  assert.equal(end, {
    state: 'finished',
    test_loss: 0.5,
    test_accuracy: 0.75,
    seconds: 2,
    samplesPerSecond: 4.5,
    runtime: 'Chrome/1',
  });
});

test('files that a run reads are known by their SHA-256', async ({ folder }) => {
  const file = join(folder, 'abc');
  await writeFile(file, 'abc');
  const { context, runs, renderer } = prepared('--log', folder);
  const files = new Map([['/data/text.txt', file]]);
  const { logs, extras } = await RunLogs.open(context, renderer, runs, { files });
  await logs?.during(taskOf(extras, 1));
  const { data } = await json(folder, 'model-2_seed-1', 'run.json');
  // FIPS 180-2, appendix B.1.
  const sha = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  assert.equal(data.sha256, { 'text.txt': sha });
});

test('a run that fails, or is interrupted, fails as without a log, and says so in it', async ({
  folder,
}) => {
  for (const [error, state] of [
    [new DataError('a label is no class'), 'failed'],
    [new InterruptedError('Interrupted.'), 'killed'],
  ] as const) {
    const { context, runs, renderer } = prepared('--log', folder);
    const { logs, extras } = await RunLogs.open(context, renderer, runs, {});
    const task = taskOf(extras, 1, () => {
      throw error;
    });
    const thrown = await logs?.during(task).catch((reason: unknown) => reason);
    assert.is(thrown, error);
    const name = state === 'failed' ? 'model-2_seed-1' : 'model-2_seed-1_2';
    const end = await json(folder, name, 'end.json');
    assert.equal([end.state, end.error], [state, error.message]);
  }
});

test('a tracking server that fails changes nothing but a warning, and the folder has everything', async ({
  folder,
}) => {
  const server = await FakeMlflow.start();
  try {
    server.trouble = () => 'refuse';
    const { context, runs, renderer, warned } = prepared('--log', folder, '--mlflow', server.url);
    const { logs, extras } = await RunLogs.open(context, renderer, runs, {});
    const outcome = await logs?.during(taskOf(extras, 1));
    assert.is(outcome?.browser, 'Chrome/1');
    assert.is(warned().trimEnd().split('\n').length, 1);
    assert.match(warned(), 'The run goes on');
    const lines = await readFile(join(folder, 'model-2_seed-1', 'steps.jsonl'), 'utf8');
    assert.is(lines.split('\n').length, 3);
    server.trouble = () => 'none';
    const good = prepared('--mlflow', server.url);
    const opened = await RunLogs.open(good.context, good.renderer, good.runs, {});
    await opened.logs?.during(taskOf(opened.extras, 1));
    const [{ name, status, tags, metrics: found }] = server.runs;
    assert.equal([name, status, found.length], ['model-2_seed-1', 'FINISHED', 2 * 3 + 5]);
    assert.is(tags.get('gradweave.command'), 'gradweave train');
    assert.is(good.warned(), '');
  } finally {
    await server.close();
  }
});

test('a folder that disappears is a warning, not the end of the run', async ({ folder }) => {
  const { context, runs, renderer, warned } = prepared('--log', folder);
  const { logs, extras } = await RunLogs.open(context, renderer, runs, {});
  await rm(join(folder, 'model-2_seed-1'), { recursive: true });
  const outcome = await logs?.during(taskOf(extras, 1));
  assert.is(outcome?.browser, 'Chrome/1');
  assert.match(warned(), /^--log: not everything could be written: ENOENT/);
});

test('without --log and --mlflow the task gets nothing', async () => {
  const { context, runs, renderer } = prepared();
  const extras = { options: { a: 'b' } };
  assert.equal(await RunLogs.open(context, renderer, runs, extras), { extras });
});

test('what does not go together is refused before anything is made', async ({ folder }) => {
  for (const [argv, message] of [
    [['--log', join(folder, 'none')], /does not exist. Make it first/],
    [['--log-histograms'], /--log-histograms needs --log DIR/],
    [['--log', folder, '--log-histograms', '--seeds', '1..3'], /for one network/],
    [['--mlflow', '127.0.0.1:5000'], /--mlflow is '127.0.0.1:5000'; it must be the address/],
  ] as const) {
    const { context, runs } = prepared(...argv);
    const error = await checkLog(context, runs).catch((reason: unknown) => reason);
    assert.instance(error, UsageError);
    assert.match((error as Error).message, message);
  }
  assert.equal(await readdir(folder), []);
});

test('a seed beside seeds is refused, its default is not', () => {
  assert.is(prepared('--seeds', '1..3').runs.length, 3);
  assert.is(nameOf(prepared().runs[0]), 'model-2_seed-1');
  assert.throws(() => prepared('--seeds', '1..3', '--seed', '1'), /--seed=1 .* beside seeds/);
});

test('folders of several commands at once differ', async ({ folder }) => {
  const all = await Promise.all([1, 2, 3].map(() => makeFolders(folder, ['a', 'b'])));
  assert.is(new Set(all.flat()).size, 6);
  // None is left over.
  assert.equal((await readdir(folder)).sort(), all.flat().sort());
});

test('a folder of a run is not taken for another', async ({ folder }) => {
  const append = await logFolder(join(folder, 'new', 'run'));
  await append('run.json', Buffer.from('{}'));
  await Promise.all([append('a', Buffer.from('1')), append('a', Buffer.from('2'))]);
  assert.is(await readFile(join(folder, 'new', 'run', 'a'), 'utf8'), '12');
  for (const given of [join(folder, 'new', 'run'), '', undefined]) {
    const error = await logFolder(given as string).catch((reason: unknown) => reason);
    assert.match(String(error), /OptionError: logFolder\(\)/);
  }
  await mkdir(join(folder, 'empty'));
  await logFolder(join(folder, 'empty'));
});

test.run();
