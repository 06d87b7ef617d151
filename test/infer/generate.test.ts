import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError, ShapeError } from '../../src/errors.ts';
import { drawn, type GenerateOptions, generate } from '../../src/infer/generate.ts';
import { embedding, flatten, linear, Sequential } from '../../src/nn/layers.ts';

const check = suite('generate');

const model = new Sequential([4], [embedding(5, 3), linear(3, 5)]);

/** Predicts that the next token is the last one plus 1, and notes what it is given. */
function counting(seen: number[][] = []) {
  return {
    model,
    predict: async (samples: ArrayLike<ArrayLike<number>>) => {
      const sample = Array.from(samples[0]);
      seen.push(sample);
      return Float32Array.from({ length: 20 }, (_, i) =>
        i % 5 === (sample[Math.floor(i / 5)] + 1) % 5 ? 2 : 0,
      );
    },
  };
}

async function all(prompt: readonly number[], options: GenerateOptions, seen?: number[][]) {
  const found: number[] = [];
  for await (const token of generate(counting(seen), prompt, options)) found.push(token);
  return found;
}

check(
  'it sees the last tokens, at the first positions, and takes the logits of the last one',
  async () => {
    const seen: number[][] = [];
    assert.equal(await all([3], { count: 6, temperature: 0 }, seen), [4, 0, 1, 2, 3, 4]);
    assert.equal(seen, [
      [3, 0, 0, 0],
      [3, 4, 0, 0],
      [3, 4, 0, 0],
      [3, 4, 0, 1],
      [4, 0, 1, 2],
      [0, 1, 2, 3],
    ]);
    assert.equal(await all([0, 1, 2, 3, 4, 0, 1], { count: 1, temperature: 0 }), [2]);
  },
);

check('a seed determines the draws, and another one has others', async () => {
  const [one, again, other] = await Promise.all(
    [7, 7, 8].map((seed) => all([0], { count: 40, seed })),
  );
  assert.equal(one, again);
  assert.not.equal(one, other);
  assert.equal(
    await all([0], { count: 12, topK: 1, seed: 3 }),
    await all([0], { count: 12, temperature: 0 }),
  );
});

check('draws have the probabilities of the softmax, of the most likely ones alone if asked', () => {
  const logits = [1, 3, 2, -1];
  const shares = Array.from({ length: 10_000 }, (_, i) => (i + 0.5) / 10_000);
  const countsOf = (temperature: number, topK: number): number[] => {
    const counts = [0, 0, 0, 0];
    for (const share of shares) counts[drawn(logits, temperature, topK, share)]++;
    return counts;
  };
  const wanted = (temperature: number, kept: readonly number[]): number[] => {
    const weights = logits.map((x, c) => (kept.includes(c) ? Math.exp(x / temperature) : 0));
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => (10_000 * weight) / sum);
  };
  for (const [temperature, topK, kept] of [
    [1, 4, [0, 1, 2, 3]],
    [0.5, 9, [0, 1, 2, 3]],
    [2, 2, [1, 2]],
  ] as const) {
    const exact = wanted(temperature, kept);
    const found = countsOf(temperature, topK);
    assert.ok(
      found.every((count, c) => Math.abs(count - exact[c]) <= 1),
      `${found} for ${exact}`,
    );
  }
  // Of equal ones the first is the most likely.
  assert.is(drawn([5, 5, 5], 0, 3, 0.9), 0);
  assert.is(drawn([5, 5, 5], 1, 3, 1 - 2 ** -53), 2);
});

check('wrong arguments are refused', async () => {
  const refused = async (
    from: unknown,
    prompt: unknown,
    options: object,
    message: string,
    kind = OptionError as typeof OptionError | typeof ShapeError,
  ) => {
    try {
      await generate(from as never, prompt as never, options).next();
    } catch (error) {
      assert.instance(error, kind);
      assert.ok((error as Error).message.includes(message), (error as Error).message);
      return;
    }
    assert.unreachable(message);
  };
  await refused(7, [0], {}, 'use a trainer or an inference');
  await refused(counting(), [], {}, 'at least one token');
  await refused(counting(), [5], {}, 'from 0 to 4');
  await refused(counting(), [0], { temperature: -1 }, 'temperature -1');
  await refused(counting(), [0], { topk: 3 }, 'did you mean topK');
  await refused(counting(), [0], { topK: 0 }, 'topK 0');
  await refused(counting(), [0], { count: 1.5 }, 'count 1.5');
  await refused(counting(), [0], { seed: -1 }, 'seed -1');
  const flat = {
    ...counting(),
    model: new Sequential([4], [embedding(5, 3), flatten(), linear(12, 5)]),
  };
  await refused(flat, [0], {}, 'it must make [T, tokens] of [T]', ShapeError);
});

check.run();
