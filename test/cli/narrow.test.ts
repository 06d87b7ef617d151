import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stepCells } from '../../src/bench/recipe.ts';
import type { SavedBench } from '../../src/bench/results.ts';
import { PAPER_STEP } from '../../src/bench/step.ts';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { trainSummary } from '../../src/cli/commands/train-summary.ts';
import { epochCells } from '../../src/cli/format.ts';
import { commandHelp, generalHelp } from '../../src/cli/help.ts';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { Renderer } from '../../src/cli/render.ts';
import { GrowingTable } from '../../src/cli/table.ts';
import { wrap } from '../../src/cli/wrap.ts';
import type { TaskEvent } from '../../src/harness/protocol.ts';
import { verifyCells } from '../../src/harness/tasks/verify.ts';
import type { OpReport } from '../../src/verify/verify.ts';

const NARROW = 60;

const read = (...path: string[]) => JSON.parse(readFileSync(join(PACKAGE_ROOT, ...path), 'utf8'));

/** What events look like on a terminal of 60 columns. */
function shown(events: readonly TaskEvent[], ...lines: string[]): string[] {
  let text = '';
  const write = (more: string): void => {
    text += more;
  };
  const columns = (): number => NARROW;
  const terminal = { out: write, err: write, live: false, colours: false, columns, wraps: true };
  const renderer = new Renderer(terminal, { quiet: false });
  for (const event of events) renderer.show(event);
  renderer.print(...lines);
  return text.split('\n');
}

function fits(lines: readonly string[], width = NARROW): void {
  for (const line of lines) assert.ok(line.length <= width, `${line.length}: ${line}`);
}

test('help fits terminals from 40 columns on, and is not wider than 100', () => {
  for (const columns of [40, 60, 80, 120, 400]) {
    const width = Math.min(100, columns);
    fits(generalHelp(COMMANDS, '0.1.0', columns).split('\n'), width);
    for (const command of COMMANDS) fits(commandHelp(command, columns).split('\n'), width);
  }
});

test('help has two columns if there is room, else texts stand under the names', () => {
  const [train] = COMMANDS;
  assert.match(commandHelp(train, 80), /^ {2}--lr X {10,}Learning rate/m);
  assert.match(commandHelp(train, 60), /^ {2}--lr X\n {6}Learning rate/m);
});

test('epochs fit 60 columns and say which loss and accuracy', () => {
  const { classifiers, autoencoders } = read('docs', 'paper', 'results.json');
  for (const { history, loss } of [...classifiers, { ...autoencoders[0], loss: 'mse' }]) {
    const events = history.map(
      (record: object): TaskEvent =>
        ({ type: 'epoch', title: 'Model', loss, epochs: history.length, record }) as TaskEvent,
    );
    const lines = shown(events);
    fits(lines);
    assert.is(lines[1], `Model, loss: ${loss}`);
    assert.match(lines[2], /train loss.*test loss/);
    if (history[0].train.accuracy !== null) assert.match(lines[2], /train acc\..*test acc\./);
  }
});

test('the table of verify fits 60 columns', () => {
  for (const file of readdirSync(join(PACKAGE_ROOT, 'docs', 'verify'))) {
    if (!file.endsWith('.json')) continue;
    const { ops }: { ops: OpReport[] } = read('docs', 'verify', file);
    const cells = ops.map(verifyCells);
    const events = cells.map(
      (one): TaskEvent => ({ type: 'row', table: 'verify', cells: one, ok: true }),
    );
    const lines = shown(events);
    fits(lines);
    // A table, not a list.
    assert.is(lines.filter((line) => line.startsWith('ok ')).length, ops.length);
    assert.ok(lines.length < 1.2 * ops.length);
  }
});

test('the steps of bench become a list at 60 columns', () => {
  const [file] = readdirSync(join(PACKAGE_ROOT, 'bench', 'results'));
  const { steps }: SavedBench = read('bench', 'results', file);
  const events = steps.map((step): TaskEvent => {
    const { table, cells } = stepCells(PAPER_STEP, step);
    return { type: 'row', table, cells, ok: true };
  });
  const lines = shown(events);
  fits(lines);
  assert.ok(lines.includes(`ok   contender: ${steps[0].contender}`));
  assert.ok(lines.some((line) => /^ {5}test accuracy: \d/.test(line)));
});

test('the summary of train and warnings fit 60 columns', () => {
  const result = {
    title: 'Model 2',
    loss: 'mse',
    history: [],
    test: { loss: 0.0123, accuracy: 0.88 },
    seconds: 90,
    samplesPerSecond: 24_000,
  } as const;
  const setting = { options: { model: '2', lr: '0.1', 'batch-size': '7' }, published: true };
  const synthetic: TaskEvent = {
    type: 'dataset',
    name: 'drawn garments',
    synthetic: true,
    train: 60_000,
    test: 10_000,
  };
  fits(shown([synthetic], ...trainSummary(result, setting)));
});

test('a table has a list for a row that does not fit, and fields under a row with other columns', () => {
  const table = new GrowingTable(30);
  assert.equal(table.add({ op: 'add', error: '1.5' }, 'ok'), {
    header: '     op                  error',
    lines: ['ok   add                   1.5'],
  });
  assert.equal(table.add({ op: 'mul', error: '12', why: 'too large' }, 'FAIL').lines, [
    'FAIL mul                    12',
    '     why: too large',
  ]);
  assert.equal(table.add({ op: 'a name that is much too long', error: '1' }, 'ok').lines, [
    'ok   a name that is much too',
    '     long',
    '                             1',
  ]);
  assert.equal(table.add({ op: 'add', error: 'much more than fits a line' }, 'ok').lines, [
    'ok   op: add',
    '     error: much more than',
    '       fits a line',
    '',
  ]);
});

test('epochs stay rows of a table when their losses become small', () => {
  for (const number of [undefined, { name: 'price', mean: 1, deviation: 0.5 }]) {
    const table = new GrowingTable(80, 'plain');
    const row = (epoch: number, loss: number, seconds: number): string[] => {
      const accuracy = number ? null : loss > 0.1 ? 0.5 : 1;
      const metrics = { loss, accuracy };
      const record = { epoch, train: metrics, test: metrics, seconds };
      const event = { type: 'epoch', title: 'A', loss: 'mse', epochs: 1000, record } as const;
      return [...table.add(epochCells(event, 80, number)).lines];
    };
    const lines = [0.5, 0.0123, 0.0000123, 0.000007629, 1.2345e-10, 1e-30, 12345].flatMap(
      (loss, i) => row(i + 1, loss, 10 ** i / 10),
    );
    assert.is(lines.length, 7, lines.join('\n'));
    fits(lines, 80);
  }
});

test('a column gives what it does not need to one that becomes wider', () => {
  const table = new GrowingTable(30, 'plain');
  table.add({ op: 'add', error: '1.5' });
  assert.equal(table.add({ op: 'add', error: '0.000000000000123' }).lines, [
    'add          0.000000000000123',
  ]);
});

test('text is broken between words, and long words are not', () => {
  assert.equal(wrap('one two three', 8), ['one two', 'three']);
  assert.equal(wrap('  one two three', 8, '    '), ['  one', '    two', '    three']);
  assert.equal(wrap('see /a/long/path/name', 8), ['see', '/a/long/path/name']);
});

test.run();
