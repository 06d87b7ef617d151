import { type Context, RECIPES, recipeSource } from './context.ts';
import { accuracySpread, fixed, lossSpread, percent } from './format.ts';
import { departures, type Group, type Recipe, spreadOf, testAccuracy, testLoss } from './groups.ts';
import type { ClassifierRun } from './results.ts';
import type { Spread } from './spread.ts';
import { type ModelNumber, PAPER_TABLE } from './table.ts';

/** Accuracies closer than this many points count as equal, whatever the seeds' spread. */
export const EQUAL_POINTS = 0.5;
/** Losses (cross-entropies) closer than this count as equal. */
export const EQUAL_LOSS = 0.01;

/** How one mean compares with another. */
export interface Comparison {
  /** First minus second, in points. */
  readonly points: number;
  /** What the difference must exceed. */
  readonly margin: number;
  readonly order: 'above' | 'equal' | 'below';
}

/**
 * Compares two accuracies: equal within {@link EQUAL_POINTS} or twice the standard error of the
 * difference over the seeds, whichever is greater. Null if either is not finite.
 */
export function compare(first: Spread, second: Spread): Comparison | null {
  if (first.mean === null || second.mean === null) return null;
  const variance = [first, second].reduce(
    (sum, { deviation, count }) => sum + (deviation ?? 0) ** 2 / count,
    0,
  );
  const points = (first.mean - second.mean) * 100;
  const margin = Math.max(EQUAL_POINTS, 2 * Math.sqrt(variance) * 100);
  // The slack makes a difference of exactly the margin count as equal, despite rounding.
  if (Math.abs(points) <= margin + 1e-9) return { points, margin, order: 'equal' };
  return { points, margin, order: points > 0 ? 'above' : 'below' };
}

interface Pair {
  readonly first: Group<ClassifierRun>;
  readonly second: Group<ClassifierRun>;
  readonly comparison: Comparison;
  /** Figures of both: the beginning of a sentence. */
  readonly figures: string;
  /** Why the pair cannot decide the paper's claim; empty if it can. */
  readonly objection: string;
}

function pair(
  context: Context,
  first: ModelNumber,
  second: ModelNumber,
  recipe: Recipe,
): Pair | string {
  const groups = [context.standing(first, recipe), context.standing(second, recipe)];
  const [one, two] = groups;
  const who = recipeSource(recipe);
  if (!one || !two) return `${who}: not measured.`;
  const [a, b] = [testAccuracy(one), testAccuracy(two)];
  const comparison = compare(a, b);
  if (!comparison) return `${who}: no finite accuracies to compare. **Undecided.**`;
  const sign = comparison.points > 0 ? '+' : '';
  const figures =
    `${who}: Model ${first} ${accuracySpread(a)}, Model ${second} ${accuracySpread(b)} ` +
    `(${sign}${fixed(comparison.points, 2)} points, margin ${fixed(comparison.margin, 2)})`;
  const changed = [one, two].filter((group) => departures(group.first).length > 0);
  const list = changed.map((g) => `Model ${g.first.model}: ${departures(g.first).join(', ')}`);
  const objection = list.length > 0 ? `the settings were not the paper's (${list.join('; ')})` : '';
  return { first: one, second: two, comparison, figures, objection };
}

function judged(context: Context, found: Pair, verdict: string): string {
  const place = context.results.dataset.synthetic ? ' on the synthetic data' : '';
  if (found.objection) return `${found.figures}. **Undecided:** ${found.objection}.`;
  return `${found.figures}. **${verdict}${place}.**`;
}

function adamBeatsSgd(context: Context, recipe: Recipe): string {
  const found = pair(context, 2, 1, recipe);
  if (typeof found === 'string') return found;
  const verdicts = {
    above: 'The claim holds',
    equal: 'The claim is not confirmed: the two are equal within the margin',
    below: 'The claim fails: SGD is ahead',
  };
  return judged(context, found, verdicts[found.comparison.order]);
}

function longerIsNoBetter(context: Context, recipe: Recipe): string {
  const found = pair(context, 3, 2, recipe);
  if (typeof found === 'string') return found;
  const verdicts = {
    above: 'The claim fails: the longer training is ahead',
    equal: 'The claim holds: the two are equal within the margin',
    below: 'The claim holds: the longer training is even behind',
  };
  const text = judged(context, found, verdicts[found.comparison.order]);
  if (recipe === 'text' || found.objection) return text;
  const [longer, shorter] = [testLoss(found.first), testLoss(found.second)];
  if (longer.mean === null || shorter.mean === null) return text;
  const change = longer.mean - shorter.mean;
  const course = `the test loss goes from ${lossSpread(shorter)} to ${lossSpread(longer)}`;
  const table = `from ${fixed(PAPER_TABLE[1].loss, 2)} to ${fixed(PAPER_TABLE[2].loss, 2)}`;
  if (change > EQUAL_LOSS)
    return `${text} Meanwhile ${course}: it rises, as in Table I (${table}).`;
  const way = change < -EQUAL_LOSS ? 'it falls' : `it stays within ${EQUAL_LOSS}`;
  return `${text} Meanwhile ${course}: ${way}, while in Table I it rises (${table}).`;
}

function secondIsBest(context: Context, recipe: Recipe): string {
  const third = pair(context, 2, 3, recipe);
  const first = pair(context, 2, 1, recipe);
  if (typeof third === 'string') return third;
  if (typeof first === 'string') return first;
  const seconds = (group: Group<ClassifierRun>) => spreadOf(group.runs.map((run) => run.seconds));
  const [ours, longer] = [seconds(third.first), seconds(third.second)];
  if (ours.mean === null || longer.mean === null)
    return `${recipeSource(recipe)}: no times to compare. **Undecided.**`;
  const best = third.comparison.order !== 'below' && first.comparison.order !== 'below';
  const sooner = ours.mean < longer.mean;
  const share = longer.mean > 0 ? ` (${percent(ours.mean / longer.mean, 0)})` : '';
  const figures = `${recipeSource(recipe)}: Model 2 trains for ${fixed(ours.mean, 1)} s, Model 3 for ${fixed(longer.mean, 1)} s${share}`;
  const why = [
    best
      ? 'no model is ahead of it by more than the margin'
      : 'another model is ahead of it by more than the margin',
    sooner ? 'it trains in less time than Model 3' : 'it does not train in less time than Model 3',
  ].join(best === sooner ? ', and ' : ', but ');
  const objection = third.objection || first.objection;
  return judged(
    context,
    { ...third, figures, objection },
    `The claim ${best && sooner ? 'holds' : 'fails'}: ${why}`,
  );
}

/** The paper's claims (section III), each with one line for each recipe, in Markdown. */
export function claims(context: Context): string {
  const list: [string, (context: Context, recipe: Recipe) => string][] = [
    ['"The optimizer Adam is more efficient than SGD": Model 2 against Model 1.', adamBeatsSgd],
    [
      '"More training epochs do not necessarily improve the performance": Model 3 (60) against Model 2 (30).',
      longerIsNoBetter,
    ],
    [
      '"Model 2 is the best model": no worse than any other, and trained in less time than Model 3.',
      secondIsBest,
    ],
  ];
  return list
    .map(([claim, judge], i) => {
      const lines = RECIPES.map((recipe) => `   - ${judge(context, recipe)}`);
      return [`${i + 1}. ${claim}`, ...lines].join('\n');
    })
    .join('\n');
}
