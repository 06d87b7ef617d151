import { type Context, recipeSource } from './context.ts';
import { accuracySpread, fixed, lossSpread, percent } from './format.ts';
import { departures, type Recipe, testAccuracy, testLoss } from './groups.ts';
import { type ModelNumber, MSE_NEAR_89_PERCENT, MSE_OF_A_CONSTANT, PAPER_TABLE } from './table.ts';

interface Distance {
  readonly model: ModelNumber;
  readonly loss: number;
  /** In points. */
  readonly accuracy: number;
}

/** How far the models trained by a recipe, at the paper's settings, end from Table I. */
function distances(context: Context, recipe: Recipe): Distance[] {
  return PAPER_TABLE.flatMap((row) => {
    const group = context.standing(row.model, recipe);
    if (!group || departures(group.first).length > 0) return [];
    const [ours, share] = [testLoss(group).mean, testAccuracy(group).mean];
    if (ours === null || share === null) return [];
    const accuracy = Math.abs(share - row.accuracy) * 100;
    return [{ model: row.model, loss: Math.abs(ours - row.loss), accuracy }];
  });
}

function farthest(list: readonly Distance[], key: 'loss' | 'accuracy'): Distance {
  return list.reduce((most, one) => (one[key] > most[key] ? one : most));
}

/** How near to Table I each recipe comes, and which one comes nearer; empty when nothing can be compared, as with synthetic data. */
export function nearness(context: Context): string {
  if (context.results.dataset.synthetic) return '';
  const [text, table] = [distances(context, 'text'), distances(context, 'table')];
  const lines: string[] = [];
  for (const [recipe, list] of [
    ['text', text],
    ['table', table],
  ] as const) {
    if (list.length === 0) continue;
    const [share, loss] = [farthest(list, 'accuracy'), farthest(list, 'loss')];
    lines.push(
      `${recipeSource(recipe)}, our accuracies lie at most ${fixed(share.accuracy, 2)} points from the paper's ` +
        `(Model ${share.model}), our losses at most ${fixed(loss.loss, 3)} (Model ${loss.model}).`,
    );
  }
  const both = text.filter((one) => table.some((other) => other.model === one.model));
  if (both.length === 0) return lines.join(' ');
  const mean = (list: readonly Distance[]) => {
    const same = list.filter((one) => both.some((other) => other.model === one.model));
    return same.reduce((sum, one) => sum + one.loss, 0) / same.length;
  };
  const [byText, byTable] = [mean(text), mean(table)];
  const nearer =
    byText === byTable
      ? 'both are equally near'
      : `Table I's losses are nearer to our ${byTable < byText ? 'cross-entropies' : 'squared errors'}`;
  lines.push(
    `On average our cross-entropies are ${fixed(byTable, 3)} away from its losses, our squared errors ${fixed(byText, 3)}: ${nearer}.`,
  );
  return lines.join(' ');
}

function measured(context: Context): string {
  const group = context.standing(2, 'text');
  if (!group || context.results.dataset.synthetic) return '';
  const changes = departures(group.first);
  const how = changes.length > 0 ? ` (${changes.join(', ')})` : '';
  return ` Our Model 2, trained by the text${how}, ends at a test error of ${lossSpread(testLoss(group))} with ${accuracySpread(testAccuracy(group))}.`;
}

/** Where the paper's text and its Table I cannot both be right, in Markdown. */
export function disagreement(context: Context): string {
  const losses = PAPER_TABLE.map((row) => fixed(row.loss, 2)).join(', ');
  const shares = PAPER_TABLE.map((row) => percent(row.accuracy, 1)).join(', ');
  return [
    `- **Which loss.** The text (section II) names the mean squared error. Table I's losses (${losses}, beside accuracies of ${shares}) are the size of cross-entropies. The mean squared error against one-hot labels, averaged over the ten outputs, is ${fixed(MSE_OF_A_CONSTANT, 3)} for a network that always answers 0.1, and about ${fixed(MSE_NEAR_89_PERCENT, 3)} for one of about 89% accuracy.${measured(context)}`,
    '- **Which pixels.** The text does not say how the pixels were scaled. By the text we feed pixels/255; with the cross-entropy we standardise them (subtract the mean, divide by the deviation).',
    '- **The percent sign.** Table I prints its losses with a percent sign (0.51%). It cannot be meant: neither loss is a share of anything. We read them as plain numbers.',
    '- **The autoencoder.** Sections I and II speak of an autoencoder; the network described, and all of Table I, is a classifier. The paper reports no figure for an autoencoder, so ours stands alone.',
  ].join('\n');
}
