/** The page of a sweep: of the server that it comes from, or of a file that `gradweave sweep --json` wrote. */
import { byId } from '../../src/harness/page/dom.ts';
import type { StoredTrial, SweepState } from '../src/contract.ts';
import { readState } from '../src/view/read-state.ts';
import { pointsOf } from '../src/view/summary.ts';
import { CURVES, CurvesView, HistoryView, MOST_CURVES } from './curves.ts';
import { workerLink } from './links.ts';
import { showOverview } from './overview.ts';
import { ParallelView } from './parallel.ts';
import { ServerSource } from './source.ts';
import { TrialsView } from './trials-view.ts';

let state: SweepState | undefined;
let brushed: readonly StoredTrial[] | null = null;

const curve = byId('curve', HTMLSelectElement);
curve.append(...Object.keys(CURVES).map((name) => new Option(name)));
curve.addEventListener('change', () => showCurves());

const curves = new CurvesView(byId('curves'));
const history = new HistoryView(byId('history'));
const trials = new TrialsView(() => showCurves());
const parallel = new ParallelView(byId('parallel'), (chosen) => {
  brushed = chosen;
  trials.brush(chosen);
  showCurves();
});

/** The curves of the rows that are picked, else of the lines that are brushed, else of the best points. */
function showCurves(): void {
  if (!state) return;
  const { picked } = trials;
  const best = pointsOf(state)
    .slice(0, 5)
    .flatMap((point) => point.trials);
  const wanted = picked.length > 0 ? picked : (brushed ?? best);
  const what =
    picked.length > 0 ? 'picked in the table' : brushed ? 'brushed' : 'of the best points';
  const shown = wanted.filter(({ epochs }) => epochs.length > 0);
  const more = shown.length > MOST_CURVES ? `, the first ${MOST_CURVES}` : '';
  byId('curves-of').textContent = `${shown.length} trials ${what}${more}`;
  curves.show(shown, curve.value);
}

function show(next: SweepState, live: boolean): void {
  if (state === undefined && next.objective.metric === 'test.loss') curve.value = 'test loss';
  state = next;
  showOverview(next, live);
  parallel.show(next);
  history.show(next);
  trials.show(next);
  showCurves();
}

function fault(message: string | undefined): void {
  byId('fault').hidden = message === undefined;
  byId('fault-text').textContent = message ?? '';
}

const token = new URLSearchParams(location.hash.slice(1)).get('token');
let source: ServerSource | undefined;

byId('file').addEventListener('change', async () => {
  const file = byId('file', HTMLInputElement).files?.[0];
  if (!file) return;
  try {
    const read = readState(JSON.parse(await file.text()));
    source?.stop();
    byId('join').hidden = true;
    fault(undefined);
    state = undefined;
    show(read, false);
  } catch (error) {
    fault(`${file.name}: ${(error as Error).message}`);
  }
});

/** A server that shows a stored sweep has it beside the page; a running one asks for the token. */
async function begin(): Promise<void> {
  if (token !== null) {
    byId('join', HTMLAnchorElement).href = workerLink(token);
    byId('join').hidden = false;
    source = new ServerSource(token, { state: (next) => show(next, true), fault });
    return;
  }
  const answer = await fetch('./sweep.json', { cache: 'no-store' }).catch(() => undefined);
  if (answer?.ok) return show(readState(await answer.json()), false);
  byId('status').textContent =
    'Open the address that gradweave sweep printed, or a file that gradweave sweep --json wrote.';
}

begin().catch((error: Error) => fault(error.message));
