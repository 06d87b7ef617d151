import { claims, EQUAL_LOSS, EQUAL_POINTS } from './claims.ts';
import { boot, confusions } from './classes.ts';
import { type Context, contextOf, type Figure } from './context.ts';
import { disagreement, nearness } from './disagreement.ts';
import { figuresOf } from './figures.ts';
import { codeBlock } from './format.ts';
import type { PaperResults } from './results.ts';
import * as sections from './sections.ts';
import { PAPER_CITATION } from './table.ts';

function imageOf(figures: readonly Figure[], file: string): string {
  const figure = figures.find((one) => one.file === file);
  if (!figure) return '';
  return `![${figure.alt.replace(/[[\]\\]/g, '\\$&')}](${figure.file})`;
}

function warning(context: Context): string {
  if (!context.results.dataset.synthetic) return '';
  return [
    '> [!WARNING]',
    '> **SYNTHETIC DATA.** These runs did not use Fashion-MNIST but images drawn by a program.',
    '> They show that the engine trains. Their figures cannot be compared with the paper.',
  ].join('\n');
}

function curves(figures: readonly Figure[]): string {
  const models = [1, 2, 3].flatMap((model) => {
    const files = [`model-${model}-cross-entropy.svg`, `model-${model}-mse.svg`];
    const images = files.map((file) => imageOf(figures, file)).filter((image) => image !== '');
    return images.length > 0 ? [`### Model ${model}`, ...images] : [];
  });
  if (models.length === 0) return 'No classifier was trained.';
  const note =
    'The training curve is summed during the epoch, with dropout on and with the weights of each step. The test curve is measured after the epoch, with dropout off. So the training curve may be the worse one.';
  return [note, ...models].join('\n\n');
}

/** The report's Markdown. */
function readme(context: Context, figures: readonly Figure[]): string {
  const { title, author, date } = PAPER_CITATION;
  const { command } = context.results;
  const thresholds = `Two accuracies count as equal if they differ by at most ${EQUAL_POINTS} points or twice the standard error of the difference over the seeds, whichever is greater. (The sampling error alone, for two accuracies near 89% on 10,000 images, is 0.44 points.) Two losses count as equal within ${EQUAL_LOSS}.`;
  const parts: string[] = [
    '# The paper’s models, trained on WebGPU',
    warning(context),
    `${author}'s *${title}* (${date}) trains a network of 784 – 128 – 64 – 10 neurons on Fashion-MNIST in three ways. Here gradweave trains the same three. Every figure below was measured in the run described. The paper is in Spanish; the quotations are translated.`,
    '## What was run',
    sections.facts(context),
    '## Table I and our results',
    sections.comparison(context),
    sections.columns(context),
    nearness(context),
    '## Where the paper contradicts itself',
    disagreement(context),
    "## The paper's claims, checked",
    thresholds,
    claims(context),
    '## Curves',
    curves(figures),
    '## Which classes are confused',
    confusions(context),
    imageOf(figures, 'confusion.svg'),
    "## The paper's Figure 3",
    boot(context),
    imageOf(figures, 'ankle-boot.svg'),
    '## The autoencoder',
    'One hidden layer, mean squared error against the input (pixels/255). The paper describes it and reports no figures.',
    sections.autoencoders(context),
    imageOf(figures, 'autoencoder.svg'),
    imageOf(figures, 'reconstructions.svg'),
    '## Variations',
    sections.variations(context),
    '## Seconds per epoch',
    'The median over epochs and seeds: training only, without evaluation.',
    sections.times(context),
    '## How to repeat this',
    codeBlock(command),
    'The command trains everything again and rewrites this page and its charts. Nothing here is written by hand: the program chooses each verdict by comparing the figures.',
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/**
 * The report on the paper: Markdown and its charts. It depends only on the results: the same results
 * give the same bytes.
 *
 * @returns File name → text: `README.md` and the SVG files, all for one folder.
 * @example for (const [name, text] of Object.entries(writeReport(results))) await writeFile(name, text);
 */
export function writeReport(results: PaperResults): Record<string, string> {
  const context = contextOf(results);
  const figures = figuresOf(context);
  const files = figures.map((figure) => [figure.file, figure.svg]);
  return { 'README.md': readme(context, figures), ...Object.fromEntries(files) };
}
