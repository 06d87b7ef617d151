import type { LabEvent } from '../../worker/lab-event.ts';
import { byId } from '../dom.ts';
import { measureOfRun } from '../measure.ts';
import type { KeptRuns } from '../notebook/kept-runs.ts';
import { addEpoch, addPoint, countedRecords, fillEpoch } from '../notebook/run-epochs.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import { put, say } from '../words/words.ts';
import { type NumbersView, placeOf } from './numbers-view.ts';

/** Whether a run is of several networks that are trained at once. */
export const isSeveral = (runs: readonly RunRecord[]): boolean =>
  runs.some(({ networks }) => networks.length > 0);

/** Where what the worker tells of a run goes. */
interface Places {
  readonly list: KeptRuns;
  readonly numbers: NumbersView;
  /** Keeps what there is after an epoch. */
  readonly kept: () => void;
  readonly draw: () => void;
  readonly drawSoon: () => void;
}

/** Writes what the worker tells of the runs that are trained into their records. */
export function tell(
  runs: readonly RunRecord[],
  event: LabEvent,
  { list, numbers, kept, draw, drawSoon }: Places,
): void {
  switch (event.type) {
    case 'adapter':
      for (const run of runs) run.adapter = event.adapter;
      break;
    case 'dataset':
      for (const run of runs) {
        run.dataset = event;
        // Only now has the run really started.
        list.add(run);
        run.shown = true;
      }
      if (runs.length === 0) break;
      numbers.learns(measureOfRun(runs[0]), event.number);
      draw();
      break;
    case 'fitted':
      // What it has of its own stands behind.
      for (const run of runs) run.title = run.title.replace(/^[^,]*/, event.title);
      break;
    case 'hash':
      for (const run of runs)
        if (run.dataset) run.dataset = { ...run.dataset, sha256: event.sha256 };
      break;
    case 'progress':
      if (runs.length === 0) break;
      if (event.recent) addPoint(runs[0].live, { epoch: placeOf(event), ...event.recent });
      numbers.take(event);
      drawSoon();
      break;
    case 'epoch':
      if (runs.length === 0) break;
      if (!isSeveral(runs)) {
        fillEpoch(runs[0].live, event.record);
        runs[0].history.push(event.record);
        runs[0].seconds += event.record.seconds;
      }
      numbers.epoch(event, isSeveral(runs));
      kept();
      drawSoon();
      break;
    case 'networks':
      for (const run of runs) addEpoch(run, event.records);
      numbers.results(countedRecords(runs, ({ history }) => history.at(-1)));
      kept();
      drawSoon();
      break;
    case 'written':
      byId('written').hidden = false;
      put(byId('written-when'), () =>
        say('After epoch {epoch} of {epochs}:', { epoch: event.epoch, epochs: event.epochs }),
      );
      byId('written-text').textContent = event.text.trim();
      break;
  }
}
