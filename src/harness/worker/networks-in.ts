import type { ManyRun } from '../tasks/many-runs.ts';
import { groupsIn } from '../tasks/run-groups.ts';
import { settingsOf } from '../tasks/settings.ts';

const HELP =
  'Several seeds, as 1..5 or 1,2,7, train a network each, at once. So do several rates and dropouts.';

/** What may be given several times. */
const NAMES: Readonly<Record<string, string>> = {
  seed: 'seeds',
  lr: 'learning rates',
  dropout: 'dropouts',
};

/**
 * The networks that a query trains, in words.
 *
 * @returns `wrong`: the setting that cannot be; the text then says why
 */
export function networksIn(query: string): { readonly text: string; readonly wrong?: string } {
  try {
    const groups = groupsIn(query);
    for (const [{ options }] of groups) settingsOf(options);
    const [first] = groups;
    const all = groups.length * first.length;
    if (all === 1) return { text: HELP };
    const counts = { seed: first.length, ...countsOf(groups.map(([{ own }]) => own)) };
    const parts = Object.entries(counts).flatMap(([name, count]) =>
      count > 1 ? [`${count} ${NAMES[name]}`] : [],
    );
    return { text: `Trains ${all} networks at once: ${parts.join(' × ')}.` };
  } catch (error) {
    const { message } = error as Error;
    const wrong = /^([\w-]+)=/.exec(message)?.[1] ?? '';
    return {
      // It stands under the field, which has the name.
      text: `${message
        .replace(/^seeds?=/, 'Seeds ')
        .replace(/^lr=/, 'Learning rate ')
        .replace(/^[\w-]+=/, '')}.`,
      wrong,
    };
  }
}

/** How many values each option has. */
function countsOf(all: readonly ManyRun['own'][]): Record<string, number> {
  const names = Object.keys(all[0]);
  return Object.fromEntries(names.map((name) => [name, new Set(all.map((own) => own[name])).size]));
}
