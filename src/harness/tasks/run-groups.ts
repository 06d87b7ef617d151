import { type ManyRun, runsOf } from './many-runs.ts';

/** What networks have of their own but the seed, in words; empty if there is nothing. */
export const ownText = ({ own }: Pick<ManyRun, 'own'>): string =>
  Object.entries(own)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** The runs of a query in groups, in which they differ in their seeds alone. */
export function groupsIn(query: string): (readonly ManyRun[])[] {
  const groups = new Map<string, ManyRun[]>();
  for (const run of runsOf(new URLSearchParams(query))) {
    const key = JSON.stringify(run.own);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}
