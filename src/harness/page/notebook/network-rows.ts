import { make } from '../dom.ts';
import { rmseText } from '../number-error.ts';
import { loss, percent } from '../numbers.ts';
import { say } from '../words/words.ts';
import { keptMark, namesOf } from './row-cells.ts';
import { converges } from './run-epochs.ts';
import { keptRecord, type RunRecord } from './run-store.ts';

/** The networks of a run, if they are listed. */
export function networkRows(run: RunRecord): HTMLElement[] {
  if (!run.open) return [];
  const { number } = run.dataset ?? {};
  return run.networks.map((network) => {
    const { history, seed, kept } = network;
    const last = keptRecord(network);
    const best = network.run === run.best ? say(', the best') : '';
    const odd = converges(network) ? '' : say(', diverged');
    const names = namesOf(run);
    const cells: readonly (readonly (Node | string)[])[] = [
      [],
      [say('Seed {seed}', { seed }) + odd + best],
      [],
      [
        say('{done} of {all}', { done: history.length, all: run.epochs }),
        ...keptMark(kept, history),
      ],
      [loss(last?.test?.loss)],
      [number ? rmseText(last?.test?.loss, number) : percent(last?.test?.accuracy)],
      [],
      [],
    ];
    return make(
      'tr',
      { class: 'network' },
      ...cells.map((cell, i) =>
        make('td', names[i - 1] ? { 'data-name': names[i - 1] } : {}, ...cell),
      ),
    );
  });
}
