import {
  type Group,
  groupAutoencoders,
  groupClassifiers,
  type Recipe,
  standing,
} from './groups.ts';
import type { AutoencoderRun, ClassifierRun, PaperResults } from './results.ts';
import { type ModelNumber, PAPER_MODELS } from './table.ts';

/** The results, grouped once for all parts of the report. */
export interface Context {
  readonly results: PaperResults;
  readonly groups: readonly Group<ClassifierRun>[];
  readonly autoencoders: readonly Group<AutoencoderRun>[];
  /** The group that represents a model trained by a recipe; undefined if there is none. */
  standing(model: ModelNumber, recipe: Recipe): Group<ClassifierRun> | undefined;
}

/** A figure of the report. */
export interface Figure {
  readonly file: string;
  /** Describes the image in text. */
  readonly alt: string;
  readonly svg: string;
}

/** The recipes, in the order in which the report shows them. */
export const RECIPES: readonly Recipe[] = ['text', 'table'];

/** Groups the results. */
export function contextOf(results: PaperResults): Context {
  const groups = groupClassifiers(results.classifiers);
  return {
    results,
    groups,
    autoencoders: groupAutoencoders(results.autoencoders),
    standing: (model, recipe) => standing(groups, model, recipe),
  };
}

/** The groups that represent a model, model by model. */
export function standingGroups(context: Context): Group<ClassifierRun>[] {
  return PAPER_MODELS.flatMap(({ model }) =>
    RECIPES.flatMap((recipe) => context.standing(model, recipe) ?? []),
  );
}

/** How the report names a recipe. */
export function recipeName(recipe: Recipe): string {
  return recipe === 'text'
    ? 'mean squared error, pixels/255'
    : 'cross-entropy, standardised pixels';
}

/** Short name of a recipe, for a sentence. */
export function recipeSource(recipe: Recipe): string {
  return recipe === 'text' ? 'Text recipe (MSE)' : 'Table recipe (cross-entropy)';
}

/** The name of a class, or its number if the data set has no names. */
export function className(context: Context, index: number): string {
  return context.results.dataset.classes[index] ?? `class ${index}`;
}

/** Title of a chart; for synthetic data it starts with a note. */
export function chartTitle(context: Context, text: string): string {
  return context.results.dataset.synthetic ? `SYNTHETIC DATA · ${text}` : text;
}
