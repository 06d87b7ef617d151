import { type BenchContext, percent } from '../context.ts';
import { familiesToRace } from '../families.ts';
import { type GemmContender, gemmContender, gemmRow, gemmValues, LAYOUTS } from '../gemm.ts';
import { gflopsOf } from '../peak.ts';
import type { Layout } from '../peer.ts';
import type { GemmResult } from '../results.ts';
import { clocked, race } from '../stopwatch.ts';
import { shown } from '../text.ts';

const SAMPLE_MS = 250;

/** Error bound of a float32 sum of n products of numbers up to ½, in any order: n·u·Σ|ab|. */
const errorBound = (n: number): number => n * 2 ** -24 * (n / 4);

function worstError(got: Float32Array, wanted: Float64Array): number {
  return wanted.reduce((worst, value, i) => Math.max(worst, Math.abs(value - got[i])), 0);
}

async function everyone(
  { engine, peers, note }: BenchContext,
  layout: Layout,
  n: number,
  values: Float32Array,
): Promise<GemmContender[]> {
  const contenders: GemmContender[] = await Promise.all(
    familiesToRace(engine).map((family) => gemmContender(engine, family, layout, n, values)),
  );
  for (const { name, gemm } of peers) {
    try {
      const product = await gemm(layout, n, values);
      contenders.push({
        name,
        run: (count) => clocked(() => product.run(count)),
        row: () => product.row(),
        destroy: () => product.dispose(),
      });
    } catch (error) {
      note(`${name} cannot multiply ${layout} ${n}: ${String(error)}`);
    }
  }
  return contenders;
}

/** Measures products of square matrices in training's three layouts, size by size. */
export async function benchGemm(
  context: BenchContext,
  sizes: readonly number[],
): Promise<GemmResult[]> {
  const { peak, rounds } = context;
  const results: GemmResult[] = [];
  for (const n of sizes) {
    const values = gemmValues(n);
    for (const layout of Object.keys(LAYOUTS) as Layout[]) {
      const contenders = await everyone(context, layout, n, values);
      try {
        const racers = [peak, ...contenders];
        const [peakTime, ...times] = await race(racers, { rounds, sampleMs: SAMPLE_MS });
        const wanted = gemmRow(layout, n, values);
        for (const [i, contender] of contenders.entries()) {
          const gflops = gflopsOf(2 * n ** 3, times[i]);
          const shareOfPeak = gflops / gflopsOf(peak.flop, peakTime);
          const error = worstError(await contender.row(), wanted);
          const ok = error <= errorBound(n);
          // Only correct products are timed.
          if (ok) {
            const time = times[i];
            results.push({ contender: contender.name, layout, n, time, gflops, shareOfPeak });
          }
          context.row(
            'GEMM n³',
            {
              contender: contender.name,
              n: String(n),
              layout,
              ms: shown(times[i]),
              'GFLOP/s': gflops.toFixed(1),
              'of peak': percent(shareOfPeak),
              error: error.toExponential(1),
            },
            ok,
          );
        }
      } finally {
        for (const contender of contenders) contender.destroy();
      }
    }
  }
  return results;
}
