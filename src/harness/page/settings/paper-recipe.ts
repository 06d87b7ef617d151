import { isPapers, paperDifferences, TABLE_RECIPE } from '../../tasks/paper-differences.ts';
import { byId } from '../dom.ts';
import { numbersIn } from '../notebook/setting-words.ts';
import { say, sayOf } from '../words/words.ts';
import { defaultsOf, type Values } from './settings-values.ts';

/** A value in words, or as the language writes numbers. */
const valueText = (value: string): string => {
  const text = sayOf(value);
  return text === value ? (numbersIn(value) ?? value) : text;
};

/** Below a preset of the paper: its table's recipe, and in what the settings are not the paper's. */
export class PaperRecipe {
  readonly #box = byId('table-recipe', HTMLInputElement);

  /** @param given called with what the recipe sets, if somebody chooses it or drops it */
  constructor(given: (recipe: (model: string) => Values) => void) {
    this.#box.addEventListener('change', () => {
      const { checked } = this.#box;
      given((model) => {
        const { loss, normalize } = checked ? TABLE_RECIPE : defaultsOf(model);
        return { loss, normalize };
      });
    });
  }

  /**
   * Says in what the settings are not the paper's, and whether the recipe is given.
   *
   * @param wrong names of settings that cannot be: they are told of by their fields
   */
  compare(values: Values, wrong: readonly string[]): void {
    // Other data are not the paper's.
    const known = isPapers(values.model) && values.data !== 'own';
    byId('recipe').hidden = !known;
    byId('paper-differences').hidden = !known;
    if (!known) return;
    const { loss, normalize } = TABLE_RECIPE;
    this.#box.checked = values.loss === loss && values.normalize === normalize;
    const right = Object.entries(values).filter(([name]) => !wrong.includes(name));
    const all = paperDifferences(Object.fromEntries(right));
    const differences = all.map((one) =>
      say('{setting} {now} instead of {paper}', {
        setting: sayOf(one.setting),
        now: valueText(one.now),
        paper: valueText(one.paper),
      }),
    );
    byId('paper-differences').textContent =
      differences.length === 0
        ? wrong.length > 0
          ? ''
          : say('As in the paper’s text.')
        : say('Differs from the paper’s text: {differences}.', {
            differences: differences.join(', '),
          });
  }
}
