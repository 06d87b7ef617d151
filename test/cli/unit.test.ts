/** Numbers of a table in their unit, as the command prints them. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TrainResult, trainSummary } from '../../src/cli/commands/train-summary.ts';
import { epochCells } from '../../src/cli/format.ts';
import { textLines } from '../../src/cli/predicted-lines.ts';
import { formatWithUnit, unitName } from '../../src/cli/unit.ts';
import { chosen, readTable } from '../../src/harness/own/chosen-table.ts';
import { prepareTable } from '../../src/harness/own/table.ts';
import { tableTexts } from '../../src/harness/own/table-text.ts';
import type { TaskEvent } from '../../src/harness/protocol.ts';
import { openJob } from '../../src/harness/tasks/job.ts';
import { imageSettingsOf } from '../../src/harness/tasks/settings.ts';
import type { SavedModel } from '../../src/train/model-file/saved-model.ts';

const NUMBER = { name: 'precio (k€)', mean: 100, deviation: 50 };

test('a unit in a column’s name is the unit of its numbers, everywhere', () => {
  assert.is(unitName(NUMBER), 'k€');
  assert.is(unitName({ name: 'price' }), 'price');
  assert.is(formatWithUnit(389.793, NUMBER, 6), '389.793 k€');
  assert.is(formatWithUnit(389.793, { name: 'price' }, 6), '389.793 (price)');
  const record = { epoch: 1, train: { loss: 4, accuracy: null }, test: undefined, seconds: 1 };
  const cells = epochCells({ record, epochs: 2 } as never, 80, NUMBER);
  assert.is(cells['train error (k€)'], '100');
  const metadata = tableTexts({ columns: [], target: NUMBER.name, scale: NUMBER });
  const lines = textLines(
    { probabilities: false, outputs: [[2]] },
    { metadata } as unknown as SavedModel,
    { numbers: new Float32Array(1), count: 1, names: ['a.csv'] },
  );
  assert.equal(lines, ['a.csv  200 k€']);
});

test('an error is printed beside that of always saying the mean', async () => {
  const rows = Array.from({ length: 20 }, (_, i) => `${i},${i * i}`).join('\n');
  const read = readTable(new TextEncoder().encode(`x,price (k€)\n${rows}\n`), 't');
  const table = prepareTable('t', read, chosen(read, { target: 'price (k€)' }));
  const events: TaskEvent[] = [];
  const settings = imageSettingsOf(new URLSearchParams('data=own&model=2'));
  const own = { data: 'table', table } as const;
  await openJob(new URLSearchParams('data=own'), settings, (event) => events.push(event), { own });
  const [data] = events.filter((event) => event.type === 'dataset');
  const { targets = [] } = table.heldOut;
  const mean = table.scale?.mean ?? Number.NaN;
  const squares = [...targets].map((value) => (value - mean) ** 2);
  const wanted = Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length);
  assert.ok(Math.abs((data.ofMean ?? Number.NaN) / wanted - 1) < 1e-6);
  const result = {
    ...{ title: '1–8–1', loss: 'mse', test: { loss: 0.25, accuracy: null }, history: [] },
    ...{ seconds: 1, samplesPerSecond: 1 },
  } as unknown as TrainResult;
  const setting = { options: {}, published: false, number: NUMBER, isTable: true };
  const said = trainSummary(result, { ...setting, ofMean: 123.24 }).join('\n');
  assert.match(said, '1–8–1: test error 25 (root mean square, in k€); always the mean: 123.2\n');
  assert.match(trainSummary(result, setting).join('\n'), 'in k€)\n');
});

test.run();
