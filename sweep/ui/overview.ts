import { byId, make } from '../../src/harness/page/dom.ts';
import { duration } from '../../src/harness/page/numbers.ts';
import type { SweepState } from '../src/contract.ts';
import { countsOf, pointsOf, secondsLeft } from '../src/view/summary.ts';
import { metricText, spreadText, valueText } from '../src/view/values.ts';

/** The facts at the top: how far the sweep is, its best point, alarms, workers. */
export function showOverview(state: SweepState, live: boolean): void {
  document.title = `${state.name}, sweep`;
  byId('name').textContent = state.name;
  const counts = countsOf(state.trials);
  const total = Math.max(state.planned ?? 0, state.trials.length);
  byId('progress', HTMLProgressElement).value = total === 0 ? 0 : counts.ended / total;
  const left = secondsLeft(state);
  byId('status').textContent = state.over
    ? 'The sweep has ended.'
    : live
      ? `Running${left === null ? '' : `, about ${duration(left)} left`}.`
      : 'As it was when the file was written.';
  const facts: readonly (readonly [string, string])[] = [
    ['Ended', `${counts.ended} of ${total}${state.planned === null ? ' or more' : ''}`],
    ['Running', String(counts.running)],
    ['Waiting', String(counts.waiting)],
    ['Done', String(counts.done)],
    ['Pruned', String(counts.pruned)],
    ['Failed', String(counts.failed)],
    ['Lost, taken up', String(counts.lost)],
    ['Time', duration(Math.max(0, state.now - state.began))],
  ];
  byId('counts').replaceChildren(
    ...facts.map(([name, text]) => make('div', {}, make('dt', {}, name), make('dd', {}, text))),
  );
  showBest(state);
  showAlarms(state);
  showWorkers(state, live);
}

function showBest(state: SweepState): void {
  const [best] = pointsOf(state);
  if (best === undefined || best.mean === null) return;
  const seeds = best.scores.length;
  const part = best.ended ? '' : ` so far, ${seeds} of ${best.trials.length}`;
  byId('best-text').replaceChildren(
    make('span', { class: 'large' }, spreadText(best, state.objective)),
    ` ${metricText(state.objective)}, point ${best.point}, ${seeds === 1 ? 'one seed' : `${seeds} seeds`}${part}`,
  );
  byId('best-values').replaceChildren(
    ...state.dimensions
      .filter((name) => best.values[name] !== undefined)
      .map((name) =>
        make('div', {}, make('dt', {}, name), make('dd', {}, valueText(best.values[name]))),
      ),
  );
}

function showAlarms({ alarms, trials }: SweepState): void {
  byId('alarms').hidden = alarms.length === 0;
  if (alarms.length === 0) return;
  byId('alarms-title').textContent =
    alarms.length === 1 ? 'Digests differ' : `Digests differ: ${alarms.length} times`;
  byId('alarms-list').replaceChildren(
    ...alarms.slice(0, 20).map(({ id, kind, digests, workers }) => {
      const number = trials.find((trial) => trial.id === id)?.number ?? id.slice(0, 12);
      const sides = digests.map((digest, i) => `${digest.slice(0, 16)}… by ${workers[i]}`);
      return make('li', {}, `Trial ${number} on ${kind}: ${sides.join('; ')}`);
    }),
  );
}

function showWorkers({ workers, now, trials }: SweepState, live: boolean): void {
  byId('no-workers').hidden = workers.length > 0;
  byId('workers-table').hidden = workers.length === 0;
  const numbers = new Map(trials.map(({ id, number }) => [id, number]));
  byId('workers').replaceChildren(
    ...[...workers]
      .sort((a, b) => b.seen - a.seen)
      .slice(0, 200)
      .map((worker) => {
        const { adapter } = worker;
        const name =
          adapter === null ? '–' : adapter.description || adapter.device || adapter.vendor;
        const running = worker.running.map((id) => `trial ${numbers.get(id) ?? '?'}`).join(', ');
        const cells = [
          make('td', {}, worker.name),
          make('td', {}, `${name}${adapter?.software ? ' (software)' : ''}`),
          make('td', {}, worker.runtime),
          make('td', { class: 'number' }, String(worker.done)),
          make('td', {}, running || '–'),
          make(
            'td',
            { class: 'number' },
            live ? `${duration(Math.max(0, now - worker.seen))} ago` : '–',
          ),
        ];
        return make('tr', {}, ...cells);
      }),
  );
}
