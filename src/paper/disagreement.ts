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

/** How far the models trained by a recipe, with the paper's settings, are from Table I. */
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

/** How close each recipe comes to Table I, and which is closer; empty if nothing can be compared, as with synthetic data. */
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
      `${recipeSource(recipe)}: our accuracies are within ${fixed(share.accuracy, 2)} points of the paper's ` +
        `(Model ${share.model}), our losses within ${fixed(loss.loss, 3)} (Model ${loss.model}).`,
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
      ? 'both are equally close'
      : `Table I's losses are closer to our ${byTable < byText ? 'cross-entropies' : 'squared errors'}`;
  lines.push(
    `On average our cross-entropies differ by ${fixed(byTable, 3)} from its losses, our squared errors by ${fixed(byText, 3)}: ${nearer}.`,
  );
  return lines.join(' ');
}

function measured(context: Context): string {
  const group = context.standing(2, 'text');
  if (!group || context.results.dataset.synthetic) return '';
  const changes = departures(group.first);
  const how = changes.length > 0 ? ` (${changes.join(', ')})` : '';
  return ` Our Model 2, trained as the text says${how}, reaches a test error of ${lossSpread(testLoss(group))} with ${accuracySpread(testAccuracy(group))}.`;
}

/** Where the paper's text and its Table I contradict each other, in Markdown. */
export function disagreement(context: Context): string {
  const losses = PAPER_TABLE.map((row) => fixed(row.loss, 2)).join(', ');
  const shares = PAPER_TABLE.map((row) => percent(row.accuracy, 1)).join(', ');
  return [
    `- **Which loss.** The text (section II) names the mean squared error. Table I's losses (${losses}, beside accuracies of ${shares}) have the size of cross-entropies. The mean squared error against one-hot labels, averaged over the ten outputs, is ${fixed(MSE_OF_A_CONSTANT, 3)} for a network that always answers 0.1, and about ${fixed(MSE_NEAR_89_PERCENT, 3)} for one of about 89% accuracy.${measured(context)}`,
    '- **Which pixels.** The text does not say how the pixels were scaled. The text recipe uses pixels/255. The table recipe standardises them (subtracts the mean, divides by the standard deviation).',
    '- **The percent sign.** Table I prints its losses with a percent sign (0.51%). That must be a mistake: neither loss is a share of anything. We read them as plain numbers.',
    '- **The autoencoder.** Sections I and II mention an autoencoder, but the described network and all of Table I are classifiers. The paper reports no figure for an autoencoder, so there is nothing to compare ours with.',
  ].join('\n');
}
