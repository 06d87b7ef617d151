import type { RunRecord } from './run-store.ts';

/** What is the same for runs that differ in their seeds alone. */
export function settingOf({ query, title, loss, dataset, more = [] }: RunRecord): string {
  const search = new URLSearchParams(query);
  for (const name of ['seed', 'seeds']) search.delete(name);
  search.sort();
  const data = dataset ? [dataset.name, dataset.sha256, dataset.train, dataset.test] : [];
  return JSON.stringify([search.toString(), title, loss, ...data, more]);
}

/** The seed of a run of one network. */
export const seedOf = ({ query }: Pick<RunRecord, 'query'>): number => {
  const search = new URLSearchParams(query);
  return Number(search.get('seed') ?? search.get('seeds') ?? 1);
};

/** How many seeds one click adds. */
export const MORE_SEEDS = 4;

/** The seeds that runs with the same settings and data have. */
function seedsLike(run: RunRecord, runs: readonly RunRecord[]): Set<number> {
  const setting = settingOf(run);
  const alike = [run, ...runs.filter((one) => settingOf(one) === setting)];
  return new Set(
    alike.flatMap((one) =>
      one.networks.length > 0 ? one.networks.map(({ seed }) => seed) : [seedOf(one)],
    ),
  );
}

/** The smallest seeds, from 1 on, that runs with the same settings and data do not have. */
export function moreSeeds(run: RunRecord, runs: readonly RunRecord[], count: number): number[] {
  const taken = seedsLike(run, runs);
  const free: number[] = [];
  for (let seed = 1; free.length < count; seed++) if (!taken.has(seed)) free.push(seed);
  return free;
}

/** The query of a run, with other seeds. */
export function withSeeds(query: string, seeds: readonly number[]): string {
  const search = new URLSearchParams(query);
  for (const name of ['seed', 'seeds']) search.delete(name);
  const [first] = seeds;
  const isRow = seeds.every((seed, i) => seed === first + i);
  const last = first + seeds.length - 1;
  search.set('seeds', isRow && seeds.length > 1 ? `${first}..${last}` : seeds.join(','));
  return search.toString();
}

/** A query with five seeds, from its own on. */
export function fiveSeeds(query: string): string {
  const own = seedOf({ query });
  const first = Number.isSafeInteger(own) && own >= 0 ? own : 1;
  return withSeeds(
    query,
    [0, 1, 2, 3, 4].map((i) => first + i),
  );
}
