import { Query } from './query.ts';

/** Most networks of a command. */
export const MOST_NETWORKS = 4096;

/** Options of which several values may be given: each network has one of each. */
const SEVERAL = ['lr', 'dropout'] as const;

/** Options that a network has only if it is trained by itself. */
const ALONE = ['warm-steps', 'precision', 'sample', 'prompt', 'temperature'];

/** One network of several: the values that it has of its own, and all its options. */
export interface ManyRun {
  readonly own: Readonly<Record<string, string>>;
  readonly seed: number;
  /** As of a run of this network alone. */
  readonly options: URLSearchParams;
}

/** `1..10`, or numbers with commas between. */
function seedsOf(query: Query): number[] | undefined {
  const text = query.text('seeds');
  if (text === undefined) return undefined;
  const [, first, last] = /^(\d{1,16})\.\.(\d{1,16})$/.exec(text) ?? [];
  const count = Number(last) - Number(first) + 1;
  const seeds =
    first === undefined
      ? text.split(',').map((part) => (/^\d{1,16}$/.test(part.trim()) ? Number(part) : NaN))
      : Array.from(
          { length: Math.max(0, Math.min(count, MOST_NETWORKS + 1)) },
          (_, i) => Number(first) + i,
        );
  const right =
    seeds.length > 0 && seeds.length <= MOST_NETWORKS && seeds.every(Number.isSafeInteger);
  if (right && new Set(seeds).size === seeds.length) return seeds;
  return query.fail(
    'seeds',
    `a range as 1..10, or different seeds as 1,2,5; at most ${MOST_NETWORKS}`,
  );
}

/**
 * The networks that an address asks for: the product of all seeds, learning rates and dropouts.
 *
 * @param prefix what options' names begin with in messages, see {@link settingsOf}
 * @returns one if nothing is given several times
 * @throws OptionError if seeds are not a range or a list, or another option does not go with several networks
 */
export function runsOf(options: URLSearchParams, prefix = ''): readonly ManyRun[] {
  const query = new Query(options, prefix);
  const seeds = seedsOf(query);
  let runs: Record<string, string>[] = [{}];
  for (const name of SEVERAL) {
    const values = query.text(name)?.split(',') ?? [];
    if (values.length < 2) continue;
    const texts = values.map((value) => value.trim());
    const numbers = texts.map(Number);
    if (new Set(numbers).size < texts.length) query.fail(name, 'different numbers');
    if (name === 'dropout' && numbers.includes(0)) {
      query.fail(
        name,
        'numbers above 0: without dropout it is another network, to be trained by itself',
      );
    }
    runs = runs.flatMap((run) => texts.map((value) => ({ ...run, [name]: value })));
  }
  const several = seeds ?? [query.number('seed', 1)];
  if (runs.length * several.length > MOST_NETWORKS) {
    query.fail(seeds ? 'seeds' : 'lr', `of at most ${MOST_NETWORKS} networks in all`);
  }
  if (seeds && query.has('seed')) query.fail('seed', 'left out beside seeds');
  if (runs.length * several.length > 1) {
    for (const name of ALONE) {
      if (query.has(name)) query.fail(name, 'left out for several networks');
    }
  }
  return runs.flatMap((own) =>
    several.map((seed): ManyRun => {
      const all = new URLSearchParams(options);
      all.delete('seeds');
      for (const [name, value] of Object.entries({ ...own, seed: String(seed) })) {
        all.set(name, value);
      }
      return { own, seed, options: all };
    }),
  );
}
