import { labelOf } from '../notebook/run-store.ts';
import { say } from '../words/words.ts';
import type { Shown } from './seeds.ts';

/** Runs that are named as left out, or fewer. */
const MOST_NAMED = 3;

/** What joined runs do not count, and why. */
export function leftOutTexts(shown: readonly Shown[]): string[] {
  const all = shown.flatMap(({ leftOut }) => leftOut);
  if (all.length === 0) return [];
  const named = all
    .slice(0, MOST_NAMED)
    .map(({ run, seeds }) =>
      seeds.length === 1
        ? say('{name} (seed {seed})', { name: labelOf(run), seed: String(seeds[0]) })
        : say('{name} (seeds {seeds})', { name: labelOf(run), seeds: seeds.join(', ') }),
    );
  const more = all.length - named.length;
  const runs = [...named, ...(more > 0 ? [say('and {count} more', { count: more })] : [])];
  return [
    say('Each seed counts once, by its newest finished run. Left out: {runs}', {
      runs: runs.join('; '),
    }),
  ];
}
