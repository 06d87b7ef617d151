import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { type LogRecord, RunFiles } from '../../src/log/index.ts';
import { doubleOf, doublesOf, fieldsOf, floatOf, textOf, valuesOf } from './event-reader.ts';

/** Files as an app keeps them. */
function collected(): {
  files: RunFiles;
  bytes(name: string): Buffer;
  text(name: string): string;
  names(): string[];
} {
  const parts = new Map<string, Uint8Array[]>();
  const append = (file: string, part: Uint8Array): void => {
    parts.set(file, [...(parts.get(file) ?? []), part]);
  };
  const bytes = (name: string): Buffer => Buffer.concat(parts.get(name) ?? []);
  return {
    files: new RunFiles({ append, facts: { name: 'first' } }),
    bytes,
    text: (name) => bytes(name).toString(),
    names: () => [...parts.keys()],
  };
}

const START: LogRecord = {
  type: 'start',
  time: 1_700_000_000.5,
  options: { model: 'linear 2→1', 'optimizer.learningRate': 0.1, shuffled: true, clip: null },
};

const STEPS: LogRecord = {
  type: 'steps',
  epoch: 1,
  first: 0,
  loss: [2, null],
  accuracy: [0.5, 0.75],
  learningRate: [0.1, 0.05],
  from: 100,
  to: 104,
};

const EPOCH: LogRecord = {
  type: 'epoch',
  step: 2,
  time: 104,
  record: {
    epoch: 1,
    train: { loss: 1.5, accuracy: 0.625 },
    test: { loss: NaN, accuracy: 0.5, metrics: { f1: 0.25, 'a,"b"': 1 } },
    seconds: 3,
  },
};

const END: LogRecord = {
  type: 'end',
  time: 1_700_000_009,
  state: 'finished',
  facts: { test_loss: 2 },
};

const EVENTS = 'events.out.tfevents.1700000000.gradweave';

test('steps and epochs are lines of JSON; what is no finite number is null', () => {
  const { files, text, names } = collected();
  for (const record of [START, STEPS, EPOCH, END]) files.add(record);
  assert.equal(names(), [
    'run.json',
    EVENTS,
    'steps.jsonl',
    'epochs.jsonl',
    'epochs.csv',
    'end.json',
  ]);
  assert.is(
    text('steps.jsonl'),
    '{"step":0,"epoch":1,"loss":2,"accuracy":0.5,"learning_rate":0.1,"time":102}\n' +
      '{"step":1,"epoch":1,"loss":null,"accuracy":0.75,"learning_rate":0.05,"time":104}\n',
  );
  assert.is(
    text('epochs.jsonl'),
    '{"epoch":1,"step":2,"train_loss":1.5,"train_accuracy":0.625,"test_loss":null,"test_accuracy":0.5,"test_f1":0.25,"test_a,\\"b\\"":1,"seconds":3,"time":104}\n',
  );
  assert.equal(JSON.parse(text('run.json')), {
    format: 1,
    started: '2023-11-14T22:13:20.500Z',
    name: 'first',
    options: { model: 'linear 2→1', 'optimizer.learningRate': 0.1, shuffled: true, clip: null },
  });
  assert.equal(JSON.parse(text('end.json')), {
    ended: '2023-11-14T22:13:29.000Z',
    state: 'finished',
    test_loss: 2,
  });
});

test('the table has the columns of the first epoch, quoted as RFC 4180 says', () => {
  const { files, text } = collected();
  files.add(START);
  files.add(EPOCH);
  files.add({
    ...EPOCH,
    step: 4,
    record: { epoch: 2, train: { loss: 1, accuracy: null }, seconds: 2 },
  } as LogRecord);
  assert.is(
    text('epochs.csv'),
    'epoch,step,train_loss,train_accuracy,test_loss,test_accuracy,test_f1,"test_a,""b""",seconds,time\n' +
      '1,2,1.5,0.625,,0.5,0.25,1,3,104\n' +
      '2,4,1,,,,,,2,104\n',
  );
});

test('an event file has all numbers that are known, by step and by epoch', () => {
  const { files, bytes } = collected();
  for (const record of [START, STEPS, EPOCH]) files.add(record);
  const found = valuesOf(bytes(EVENTS)).slice(1);
  const numbers = found.map(({ tag, step, time, value }) => [
    tag,
    step,
    time,
    floatOf(value.get(2)?.[0]),
  ]);
  assert.equal(numbers, [
    ['step/loss', 0, 102, 2],
    ['step/accuracy', 0, 102, 0.5],
    ['step/learning_rate', 0, 102, Math.fround(0.1)],
    // The loss of step 1 is not known.
    ['step/accuracy', 1, 104, 0.75],
    ['step/learning_rate', 1, 104, Math.fround(0.05)],
    ['epoch/train_loss', 1, 104, 1.5],
    ['epoch/train_accuracy', 1, 104, 0.625],
    ['epoch/test_accuracy', 1, 104, 0.5],
    ['epoch/test_f1', 1, 104, 0.25],
    ['epoch/test_a,"b"', 1, 104, 1],
    ['epoch/seconds', 1, 104, 3],
  ]);
});

test('an event file has histograms, images and the options', () => {
  const { files, bytes } = collected();
  const counts = [3, 1];
  const spread = { min: -1, max: 1, count: 4, sum: 0.5, sumOfSquares: 2, counts };
  const png = Buffer.from([1, 2, 3]).toString('base64');
  files.add(START);
  files.add({ type: 'histograms', epoch: 5, time: 200, tensors: { 'weights/w': spread } });
  const image = {
    epoch: 5,
    time: 200,
    tag: 'first layer/w',
    width: 7,
    height: 9,
    channels: 1,
  } as const;
  files.add({ type: 'image', ...image, png });
  files.add({ ...END, state: 'killed' });
  const [start, weights, picture, end] = valuesOf(bytes(EVENTS)).map((one) => ({
    ...one,
    field: (number: number) => fieldsOf(one.value.get(number)?.[0] as Uint8Array),
  }));
  assert.equal([weights.tag, weights.step, weights.time], ['weights/w', 5, 200]);
  const histogram = weights.field(5);
  assert.equal(
    [1, 2, 3, 4, 5].map((field) => doubleOf(histogram.get(field)?.[0])),
    [-1, 1, 4, 0.5, 2],
  );
  assert.equal(doublesOf(histogram.get(6)?.[0]), [0, 1]);
  assert.equal(doublesOf(histogram.get(7)?.[0]), [3, 1]);
  const found = picture.field(4);
  assert.equal(
    [1, 2, 3].map((field) => found.get(field)?.[0]),
    [9, 7, 1],
  );
  assert.equal(Array.from(found.get(4)?.[0] as Uint8Array), [1, 2, 3]);
  // metadata { plugin_data { plugin_name, content } }
  const contentOf = ({ field }: typeof start, inside: number) => {
    const plugin = fieldsOf(field(9).get(1)?.[0] as Uint8Array);
    assert.is(textOf(plugin.get(1)?.[0]), 'hparams');
    return fieldsOf(fieldsOf(plugin.get(2)?.[0] as Uint8Array).get(inside)?.[0] as Uint8Array);
  };
  assert.equal(
    [start.tag, end.tag],
    ['_hparams_/session_start_info', '_hparams_/session_end_info'],
  );
  const options = contentOf(start, 3)
    .get(1)
    ?.map((entry) => {
      const [name, value] = [1, 2].map((field) => fieldsOf(entry as Uint8Array).get(field)?.[0]);
      const [[kind, [one]]] = [...fieldsOf(value as Uint8Array)];
      return [textOf(name), kind, kind === 2 ? doubleOf(one) : kind === 3 ? textOf(one) : one];
    });
  assert.equal(options, [
    ['model', 3, 'linear 2→1'],
    ['optimizer.learningRate', 2, 0.1],
    ['shuffled', 4, 1],
    ['clip', 3, ''],
  ]);
  assert.equal(contentOf(end, 4).get(1), [2]);
});

test('records begin with start, and have a type', () => {
  const { files, names } = collected();
  assert.throws(() => files.add(EPOCH), /type epoch was given first/);
  assert.throws(() => files.add({ type: 'stop' } as never), /start, steps, epoch/);
  assert.throws(
    () => files.add(null as never),
    (error: unknown) => error instanceof OptionError,
  );
  assert.throws(() => new RunFiles({} as never), /needs the option append/);
  assert.throws(() => new RunFiles({ append: 'file' } as never), /append "file" was given/);
  assert.throws(
    () => new RunFiles({ append: () => {}, facts: [] } as never),
    /facts an array of 0 was given/,
  );
  assert.equal(names(), []);
});

test.run();
