import { test } from 'uvu';
import * as assert from 'uvu/assert';
import data from '../../docs/data.md';
import training from '../../docs/training.md';
import { withSharedEngine } from '../gpu/helpers.ts';

type Found = Readonly<Record<string, unknown>>;
const numbers = (found: unknown): number[] => Array.from(found as ArrayLike<number>);
const lossOf = (found: unknown): number => (found as { readonly loss: number }).loss;

type Checks = Readonly<Record<string, (found: Found) => boolean>>;

/** What the page says of a section's code. */
const DATA: Checks = {
  Arrays: ({ outputs, targets }) =>
    numbers(outputs).every((value, i) => Math.abs(value - numbers(targets)[i]) < 0.3),
  'Held-out samples, standardised columns': ({ accuracy, mean, deviation }) =>
    Number(accuracy) > 0.95 && numbers(mean)[0] > 40 && numbers(deviation)[0] > 10,
  Sources: ({ test }) => lossOf(test) < 0.5,
  Weights: ({ logits }) => numbers(logits)[0] > numbers(logits)[1],
  'Data that change': ({ memory }) => (memory as { readonly count: number }).count === 105,
  'Buffers on the GPU': ({ trainer }) => {
    const { history } = trainer as { readonly history: readonly { readonly train: unknown }[] };
    return history.length === 100 && lossOf(history[99].train) < 0.1;
  },
};

const near = (one: unknown, other: unknown): boolean =>
  numbers(one).length > 0 &&
  numbers(one).every((value, i) => Math.abs(value - numbers(other)[i]) < 1e-5);

const TRAINING: Checks = {
  Predictions: ({ logits, classes, likely, labels }) => {
    assert.equal(numbers(classes), numbers(labels));
    const right = numbers(labels).every((label, row) => numbers(likely)[3 * row + label] > 0.5);
    return right && numbers(logits).length === 180;
  },
  'What inputs are standardised with': ({ own, same, again, normalize }) => {
    const { mean } = normalize as { readonly mean: readonly number[] };
    return mean[0] === 2005 && near(own, same) && near(own, again);
  },
  'When to stop': ({ why, last, loss, outcome }) => {
    assert.is(outcome, 'AbortError');
    const { by, on, best } = why as {
      by: string;
      on: string;
      best: { epoch: number; value: number };
    };
    const { restored, epoch } = last as { restored: number; epoch: number };
    assert.equal([by, on, restored], ['stop', 'test.loss', best.epoch]);
    return epoch === best.epoch + 5 && loss === best.value;
  },
  Metrics: ({ first, metrics, each }) => {
    const { f1, auc, wrong } = metrics as Record<string, number>;
    assert.is(wrong, 0);
    assert.equal((each as { f1: readonly number[] }).f1, [1, 1, 1]);
    return f1 === 1 && auc === 1 && Number(first) < 1;
  },
  'Target networks': ({ before, after }) =>
    numbers(after).some((value, i) => value !== numbers(before)[i]),
  'Shared parameters': ({ judged, again, first, loss }) => {
    assert.equal(numbers(again), numbers(judged));
    return numbers(judged)[0] > numbers(judged)[1] && Number(loss) < Number(first);
  },
  'Parameters in your kernels': ({ shape, stride, size, mine }) => {
    assert.equal([shape, stride, size], [[3, 5], 8, 128]);
    return (mine as { readonly bytes: number }).bytes > 128;
  },
};

for (const [page, sections, checks] of [
  ['data', data, DATA],
  ['training', training, TRAINING],
] as const) {
  test(`every section of docs/${page}.md with code is checked`, () => {
    assert.equal(Object.keys(sections), Object.keys(checks));
  });
  for (const [title, check] of Object.entries(checks)) {
    test(`docs/${page}.md, ${title}: its code does what it says`, () =>
      withSharedEngine(async (engine) => {
        assert.ok(check(await sections[title](engine)));
      }));
  }
}

test.run();
