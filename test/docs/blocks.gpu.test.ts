import { test } from 'uvu';
import * as assert from 'uvu/assert';
import sections from '../../docs/data.md';
import { withSharedEngine } from '../gpu/helpers.ts';

type Found = Readonly<Record<string, unknown>>;
const numbers = (found: unknown): number[] => Array.from(found as ArrayLike<number>);
const lossOf = (found: unknown): number => (found as { readonly loss: number }).loss;

/** What the page says of a section's code. */
const CHECKS: Readonly<Record<string, (found: Found) => boolean>> = {
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

test('every section of docs/data.md with code is checked', () => {
  assert.equal(Object.keys(sections), Object.keys(CHECKS));
});

for (const [title, check] of Object.entries(CHECKS)) {
  test(`docs/data.md, ${title}: its code does what it says`, () =>
    withSharedEngine(async (engine) => {
      assert.ok(check(await sections[title](engine)));
    }));
}

test.run();
