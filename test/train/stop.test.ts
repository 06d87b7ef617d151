import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import type { EpochRecord } from '../../src/train/history.ts';
import { checkStop, type StopOptions, Stopper } from '../../src/train/stop.ts';

const record = (
  epoch: number,
  loss: number,
  more: Partial<EpochRecord['train']> = {},
): EpochRecord => ({
  epoch,
  train: { loss: -loss, accuracy: null },
  test: { loss, accuracy: loss, ...more },
  seconds: 1,
});

/** Takes values one after the other; the epoch that it ended behind, and the best. */
function run(options: StopOptions, values: readonly number[]) {
  const stopper = new Stopper(options);
  for (const [i, value] of values.entries()) {
    const { ended } = stopper.take(record(i + 1, value, { metrics: { own: value, f1: value } }));
    if (ended) return { epoch: i + 1, ended };
  }
  return { epoch: 0, best: stopper.best };
}

test('ends after so many epochs without a better one, and says which was the best', () => {
  assert.equal(run({ on: 'test.loss', patience: 2 }, [5, 4, 4.5, 3, 3, 3.5, 1]), {
    epoch: 6,
    ended: { by: 'stop', on: 'test.loss', best: { epoch: 4, value: 3 } },
  });
  assert.is(run({ on: 'test.loss', patience: 1 }, [5, 5]).epoch, 2);
  assert.equal(run({ on: 'test.loss', patience: 2 }, [5, 6, 4, 6]).best, { epoch: 3, value: 4 });
});

test('less is better for losses and errors, more for accuracies and scores, and mode says otherwise', () => {
  const rising = [1, 2, 3];
  assert.is(run({ on: 'test.loss', patience: 1 }, rising).epoch, 2);
  assert.is(run({ on: 'test.accuracy', patience: 1 }, rising).epoch, 0);
  assert.is(run({ on: 'test.f1', patience: 1 }, rising).epoch, 0);
  assert.is(run({ on: 'test.own', patience: 1 }, rising).epoch, 2);
  assert.is(run({ on: 'test.own', patience: 1, mode: 'max' }, rising).epoch, 0);
  assert.is(run({ on: 'test.f1', patience: 1, mode: 'min' }, rising).epoch, 2);
  // The training loss of these records falls.
  assert.is(run({ on: 'train.loss', patience: 1 }, rising).epoch, 0);
  assert.is(run({ on: ({ test: split }) => -(split?.loss ?? 0), patience: 1 }, rising).epoch, 0);
});

test('better is better by more than minDelta, measured from the best', () => {
  const falling = [10, 9.6, 9.2, 8.8];
  assert.is(run({ on: 'test.loss', patience: 2, minDelta: 0.5 }, falling).epoch, 0);
  assert.is(run({ on: 'test.loss', patience: 1, minDelta: 0.5 }, falling).epoch, 2);
  assert.is(run({ on: 'test.loss', patience: 1, minDelta: 0.4 }, [10, 9.75, 9.5]).epoch, 2);
});

test('NaN is never better, and any number is better than NaN', () => {
  const stop: StopOptions = { on: 'test.own', patience: 2 };
  assert.equal(run(stop, [NaN, NaN]), {
    epoch: 2,
    ended: { by: 'stop', on: 'test.own', best: { epoch: 0, value: NaN } },
  });
  assert.equal(run(stop, [NaN, 3, NaN]).best, { epoch: 2, value: 3 });
  assert.is(run(stop, [3, NaN, NaN]).epoch, 3);
  assert.equal(run(stop, [Infinity, 3]).best, { epoch: 2, value: 3 });
});

test('a function that gives no number is refused', () => {
  const stop = { on: () => undefined, patience: 1 } as unknown as StopOptions;
  assert.throws(
    () => new Stopper(stop).take(record(1, 1)),
    (error: Error) => error instanceof OptionError && /returned undefined/.test(error.message),
  );
});

test('options that are none, and numbers that records will not have, are refused', () => {
  const all = { target: 'label', tested: true, metrics: ['f1'] } as const;
  const cases: readonly (readonly [unknown, object, string])[] = [
    [5, {}, 'stop takes an object'],
    [{ on: 'test.loss', patience: 3, restorebest: true }, {}, 'did you mean restoreBest?'],
    [{ on: 'test.loss' }, {}, 'patience undefined'],
    [{ on: 'test.loss', patience: 0 }, {}, 'patience 0'],
    [{ on: 'test.loss', patience: 1, minDelta: -1 }, {}, 'minDelta -1'],
    [{ on: 'test.loss', patience: 1, minDelta: NaN }, {}, 'minDelta NaN'],
    [{ on: 'test.loss', patience: 1, mode: 'least' }, {}, 'mode "least"'],
    [{ on: 'test.loss', patience: 1, restoreBest: 1 }, {}, 'restoreBest 1'],
    [{ on: 'test.los', patience: 1 }, {}, "did you mean 'test.loss'?"],
    [{ on: 'val_loss', patience: 1 }, {}, 'stop on "val_loss"'],
    [{ patience: 1 }, {}, 'stop on undefined'],
    [{ on: 'test.auc', patience: 1 }, {}, "metrics: ['auc']"],
    [{ on: 'train.f1', patience: 1 }, {}, 'stop on "train.f1"'],
    [{ on: 'test.loss', patience: 1 }, { tested: false }, 'without a test split to evaluate'],
    [{ on: 'test.accuracy', patience: 1 }, { target: 'value' }, 'stop on "test.accuracy"'],
  ];
  for (const [stop, more, text] of cases) {
    assert.throws(
      () => checkStop(stop as StopOptions, { ...all, ...more }),
      (error: Error) => error instanceof OptionError && error.message.includes(text),
      text,
    );
  }
  checkStop({ on: 'test.f1', patience: 1 }, all);
  checkStop({ on: 'train.loss', patience: 1 }, { ...all, tested: false });
});

test.run();
