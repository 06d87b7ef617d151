import { groupsIn, ownText } from '../../tasks/run-groups.ts';
import type { RunRecord } from '../notebook/run-store.ts';
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
