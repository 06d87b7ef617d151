import { save } from '../dom.ts';
import { say } from '../words/words.ts';
import { smallButton } from './row-cells.ts';
import { fileName, runCsv, runJson } from './run-export.ts';
import { labelOf, type RunRecord } from './run-store.ts';

/** The network whose weights a run has, if it has several. */
const bestSeed = ({ networks, best }: RunRecord): number | undefined =>
  networks.find(({ run }) => run === best)?.seed;

/** Offers a run's weights as a file. */
export function saveWeights(run: RunRecord): void {
  if (!run.weights) return;
  const seed = bestSeed(run);
  const end = `${seed === undefined ? '' : `-seed-${seed}`}.safetensors`;
  save(fileName(run, end), 'application/octet-stream', run.weights.bytes);
}

/** Buttons that offer a run as files: as JSON and CSV, and its weights. */
export function saveButtons(run: RunRecord): HTMLElement[] {
  const name = labelOf(run);
  return [
    smallButton('JSON', say('JSON of {run}', { run: name }), () =>
      save(fileName(run, '.json'), 'application/json', runJson(run)),
    ),
    smallButton('CSV', say('CSV of {run}', { run: name }), () =>
      save(fileName(run, '.csv'), 'text/csv', runCsv(run)),
    ),
    smallButton(
      say('Weights'),
      run.networks.length > 0
        ? say('Weights of seed {seed} of {run}', { seed: bestSeed(run) ?? '–', run: name })
        : say('Weights of {run}', { run: name }),
      () => saveWeights(run),
      !run.weights,
    ),
  ];
}
