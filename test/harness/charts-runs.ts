import { curvesOf } from '../../src/harness/page/charts/curves.ts';
import { type ChartName, QUANTITIES } from '../../src/harness/page/charts/kinds.ts';
import type { Scene } from '../../src/harness/page/charts/plot-options.ts';
import { alone } from '../../src/harness/page/charts/seeds.ts';
import { PLAIN, type View } from '../../src/harness/page/charts/view.ts';
import type { RunRecord } from '../../src/harness/page/notebook/run-store.ts';

/** What a run of the tests has of its own. */
interface Own {
  readonly losses: readonly number[];
  readonly query?: string;
  readonly data?: string;
  /** Points while it trained. */
  readonly live?: number;
  readonly synthetic?: boolean;
}

/** A run of Model 2 with given test losses, and accuracies of 1 less the loss. */
export function aRun(
  id: number,
  { losses, query = 'model=2', data = 'Fashion-MNIST', live = 0, synthetic = false }: Own,
): RunRecord {
  const metrics = (loss: number) => ({ loss, accuracy: 1 - loss });
  return {
    ...{ id, key: `key ${id}`, title: 'Model 2', pinned: false, query, loss: 'cross_entropy' },
    ...{ begun: '2026-11-28T08:00:00Z', together: 1, adapter: null, epochs: losses.length },
    dataset: {
      type: 'dataset',
      name: data,
      synthetic,
      sha256: 'ab'.repeat(32),
      train: 60_000,
      test: 10_000,
    },
    live: Array.from({ length: live }, (_, i) => ({
      epoch: ((i + 1) / live) * losses.length,
      ...metrics(1 - i / live / 2),
    })),
    history: losses.map((loss, i) => ({
      ...{ epoch: i + 1, seconds: 1, train: metrics(loss), test: metrics(loss) },
    })),
    ...{
      networks: [],
      spreads: [],
      seconds: losses.length,
      state: 'done',
      shown: true,
      open: false,
    },
    weights: null,
  };
}

/** What a chart shows of runs. */
export function sceneOf(name: ChartName, runs: readonly RunRecord[], view: View = PLAIN): Scene {
  const quantity = QUANTITIES[name];
  const shown = alone(runs);
  return { quantity, view, shown, curves: curvesOf(shown, quantity.of, view), references: [] };
}
