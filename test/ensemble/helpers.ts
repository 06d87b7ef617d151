import * as assert from 'uvu/assert';
import { Ensemble, type EnsembleRun } from '../../src/ensemble/ensemble.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import type { EpochRecord } from '../../src/train/history.ts';
import type { FitOptions, TrainerOptions } from '../../src/train/trainer.ts';
import { assertSame, fitted, type Outcome } from '../train/helpers.ts';

const bitsOf = (parameters: ReadonlyMap<string, { readonly data: Float32Array }>): Uint32Array =>
  Uint32Array.from(
    [...parameters.values()].flatMap(({ data }) => [
      ...new Uint32Array(data.buffer, data.byteOffset, data.length),
    ]),
  );

const timeless = (history: readonly EpochRecord[]): Outcome['history'] =>
  history.map(({ seconds: _, ...rest }) => rest);

/** What the networks of an ensemble end in. */
export async function outcomesOf(ensemble: Ensemble): Promise<Outcome[]> {
  const all: Outcome[] = [];
  for (const { run, history } of ensemble.members) {
    all.push({ bits: bitsOf(await ensemble.parameters(run)), history: timeless(history) });
  }
  return all;
}

/** Checks that each network of an ensemble ends bit for bit as a trainer with its options. */
export async function assertAsAlone(
  engine: Engine,
  options: TrainerOptions,
  runs: readonly EnsembleRun[],
  fit: Pick<FitOptions, 'epochs' | 'stop'>,
  which: readonly number[] = runs.map((_, i) => i),
): Promise<void> {
  const ensemble = await Ensemble.create(engine, { ...options, runs });
  try {
    await ensemble.fit(fit);
    const outcomes = await outcomesOf(ensemble);
    for (const run of which) {
      const alone = await fitted(engine, { ...options, ...runs[run] }, fit);
      assertSame(outcomes[run], alone, `runs[${run}] and its trainer`);
    }
    // Not all the same network.
    const firsts = outcomes.map(({ bits }) => bits.subarray(0, 50).join());
    assert.is(new Set(firsts).size, runs.length);
  } finally {
    ensemble.destroy();
  }
}
