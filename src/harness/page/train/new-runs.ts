import type { Spread } from '../../../ensemble/spread.ts';
import { groupsIn, ownText } from '../../tasks/run-groups.ts';
import type { LabOutcome } from '../../worker/lab.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import { counted, duration, loss, percent, spreadText } from '../numbers.ts';
import type { Values } from '../settings/settings-values.ts';

/**
 * The runs that a query starts: one for each setting of which it has several, with a network for each seed.
 *
 * @param first the number of the first one
 * @throws OptionError if the query is wrong
 */
export function newRuns(first: number, title: string, query: string, values: Values): RunRecord[] {
  const groups = groupsIn(query);
  const together = groups.reduce((sum, group) => sum + group.length, 0);
  const begun = new Date().toISOString();
  let index = 0;
  return groups.map((group, i): RunRecord => {
    const own = ownText(group[0]);
    const search = new URLSearchParams(query);
    for (const [name, value] of Object.entries(group[0].own)) search.set(name, value);
    const networks = group.map(({ seed }) => ({ run: index++, seed, history: [] }));
    return {
      id: first + i,
      key: crypto.randomUUID(),
      pinned: false,
      title: own === '' ? title : `${title}, ${own}`,
      query: search.toString(),
      loss: values.loss,
      begun,
      together,
      adapter: null,
      dataset: null,
      epochs: Number(values.epochs),
      live: [],
      history: [],
      networks: together > 1 ? networks : [],
      spreads: [],
      seconds: 0,
      state: 'running',
      shown: true,
      open: false,
      weights: null,
    };
  });
}

/** What is said of runs that are done. */
export function doneText(
  runs: readonly RunRecord[],
  { history, seconds, test, best }: LabOutcome,
): string {
  const epochs = `${counted(history.length, 'epoch')} in ${duration(seconds)}`;
  if (best === undefined) {
    const tested = test.accuracy === null ? '' : `, test accuracy ${percent(test.accuracy)}`;
    return `Done: ${epochs}, test loss ${loss(test.loss)}${tested}.`;
  }
  const losses = (run: RunRecord): number => run.spreads.at(-1)?.loss.mean ?? Infinity;
  const [first] = [...runs].sort((a, b) => losses(a) - losses(b));
  const last = first.spreads.at(-1);
  const several = runs.length > 1;
  const found = last
    ? `${several ? `. Lowest mean test loss: ${ownOf(first)}` : ''}, ${means(last.loss, last.accuracy)}`
    : '';
  const home = runs.find((run) => run.best !== undefined);
  const seed = home?.networks.find(({ run }) => run === best)?.seed;
  const which = home && several ? `${ownOf(home)}, seed ${seed}` : `seed ${seed}`;
  return `Done: ${runs[0].together} networks, ${epochs}${found}. Look inside shows the best one: ${which}.`;
}

/** What a run has of its own, of those that were started with it. */
const ownOf = ({ title }: RunRecord): string => title.slice(title.indexOf(', ') + 2);

const means = (losses: Spread, accuracies: Spread | null): string =>
  accuracies
    ? `test accuracy ${spreadText(accuracies, percent)}`
    : `test loss ${spreadText(losses, loss)}`;
