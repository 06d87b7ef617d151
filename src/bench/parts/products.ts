import type { Engine } from '../../gpu/engine.ts';
import { Profiler } from '../../gpu/profiler.ts';
import { encode } from '../../graph/executor.ts';
import type { Trainer } from '../../train/trainer.ts';
import { type BenchContext, percent } from '../context.ts';
import { type PlainProduct, type ProductSizes, plainProduct } from '../gemm.ts';
import {
  keyOf,
  plainText,
  productsOf,
  type StepProducts,
  sizeKey,
  sizesText,
} from '../products.ts';
import type { NetworkResult, ProductResult } from '../results.ts';
import { repetitions, type Timing, timingOf } from '../stopwatch.ts';
import { figures, shown } from '../text.ts';

/** Steps in a round: the profile gives their median, or their mean on a GPU that rounds its timestamps. */
const STEPS = 3;
const STEPS_OF_GPU = 60;
const SAMPLE_MS = 60;
/** Longer samples would not be more precise. */
const MOST = 1000;

/** Plain products, timed by timestamps, as the profile of a step is. */
class PlainRace {
  readonly #engine: Engine;
  readonly #profiler: Profiler;
  readonly #all = new Map<string, { product: PlainProduct; count: number; times: number[] }>();

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#profiler = new Profiler(engine, 1);
  }

  /** Makes those that are not made yet, and finds how many repetitions a sample needs. */
  async add(sizes: readonly ProductSizes[]): Promise<void> {
    // Any numbers: the time does not depend on them.
    const row = (columns: number) => {
      const values = Float32Array.from({ length: columns }, (_, i) => ((i * 37) % 64) / 64 - 0.5);
      return () => values;
    };
    for (const size of sizes) {
      const key = sizeKey(size);
      if (this.#all.has(key)) continue;
      const product = await plainProduct(this.#engine, this.#engine.family, size, row);
      await this.#time(product, 1);
      const count = Math.min(MOST, repetitions(await this.#time(product, 1), SAMPLE_MS));
      this.#all.set(key, { product, count, times: [] });
    }
  }

  /** Times each once. */
  async round(): Promise<void> {
    for (const one of this.#all.values()) {
      one.times.push(await this.#time(one.product, one.count));
    }
  }

  timing(size: ProductSizes): Timing {
    return timingOf(this.#all.get(sizeKey(size))?.times ?? []);
  }

  /** Milliseconds of one repetition. */
  async #time({ dispatches }: PlainProduct, count: number): Promise<number> {
    const encoder = this.#engine.device.createCommandEncoder();
    const pass = this.#profiler.begin(encoder);
    for (let i = 0; i < count; i++) encode(pass, dispatches);
    pass.end();
    this.#profiler.resolve(encoder);
    const submitted = this.#engine.submit(encoder);
    const [[nanoseconds]] = await Promise.all([this.#profiler.read(), submitted]);
    return nanoseconds / 1e6 / count;
  }

  destroy(): void {
    this.#profiler.destroy();
    for (const { product } of this.#all.values()) product.destroy();
  }
}

/** Those of equal sizes together, such as those of equal layers. */
function grouped(all: readonly StepProducts[]): (readonly StepProducts[])[] {
  const groups = new Map<string, StepProducts[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return [...groups.values()];
}

function resultOf(
  group: readonly StepProducts[],
  times: readonly (readonly number[])[],
  plain: PlainRace,
): ProductResult {
  const [{ what, products }] = group;
  const dispatches = group.flatMap((one) => one.dispatches);
  const rounds = times[dispatches[0]].map(
    (_, round) => dispatches.reduce((sum, i) => sum + times[i][round], 0) / group.length,
  );
  const compared = products.map((product) => {
    const { layout, m, n, k, flop } = product;
    const plainFlop = 2 * m * n * k;
    return { layout, m, n, k, flop, plainFlop, plain: plain.timing(product) };
  });
  const time = timingOf(rounds);
  // What the plain products would take for the operations that are needed.
  const wanted = compared.reduce(
    (sum, { flop, plainFlop, plain: { median } }) => sum + (median * flop) / plainFlop,
    0,
  );
  return { what, products: compared, count: group.length, time, share: wanted / time.median };
}

/** All products of a step together, and all of its dispatches. */
function summed(
  results: readonly ProductResult[],
  times: readonly (readonly number[])[],
): NonNullable<NetworkResult['profiled']> {
  const sum = (of: (result: ProductResult) => number): number =>
    results.reduce((total, result) => total + result.count * of(result), 0);
  const products = sum(({ time }) => time.median);
  const all = times.reduce((total, samples) => total + timingOf(samples).median, 0);
  return { products, all, share: sum(({ time, share }) => share * time.median) / products };
}

/**
 * Measures each product of a network's step, with all that is fused into its dispatch, against our plain product of the same
 * sizes, round by round.
 */
export async function benchProducts(
  { engine, rounds, row, note }: BenchContext,
  title: string,
  trainer: Trainer,
): Promise<Pick<NetworkResult, 'products' | 'profiled'>> {
  if (!engine.timestamps) {
    note('This device has no timestamps, so single products cannot be timed.');
    return { products: [], profiled: null };
  }
  const needed = productsOf(trainer.session.plan);
  const plain = new PlainRace(engine);
  try {
    await plain.add(needed.flatMap(({ products }) => products));
    await trainer.profile(1);
    const steps = engine.adapter.software ? STEPS : STEPS_OF_GPU;
    // By dispatch, then by round; in milliseconds.
    const times: number[][] = [];
    for (let round = 0; round < rounds; round++) {
      const profiled = await trainer.profile(steps);
      for (const [i, { nanoseconds }] of profiled.entries()) {
        times[i] = [...(times[i] ?? []), nanoseconds / 1e6];
      }
      await plain.round();
    }
    const results = grouped(needed).map((group) => resultOf(group, times, plain));
    const table = `products of ${title}, with what is fused into them, against plain products of the same sizes`;
    for (const result of results) {
      row(
        table,
        {
          product: result.what,
          'm×k×n': sizesText(result.products),
          'in a step': String(result.count),
          ms: shown(result.time),
          'plain, ms': plainText(result.products),
          'share of its rate': percent(result.share),
        },
        true,
      );
    }
    const profiled = summed(results, times);
    row(
      table,
      {
        product: 'all products',
        ms: figures(profiled.products),
        'ms of all dispatches': figures(profiled.all),
        'share of its rate': percent(profiled.share),
      },
      true,
    );
    return { products: results, profiled };
  } finally {
    plain.destroy();
  }
}
