import { byId } from '../dom.ts';
import { canGoOn, type RunRecord } from '../notebook/run-store.ts';
import { problemOf, tidied } from '../settings/field-rules.ts';

/** What can be done with the latest run when it has ended: give it more epochs, and use its model. */
export class MoreEpochs {
  readonly #count = byId('more-count', HTMLInputElement);
  readonly #button = byId('more', HTMLButtonElement);
  readonly #use = byId('use', HTMLButtonElement);

  /**
   * @param go called to give the latest run more epochs
   * @param use called to show what its model can be used with
   */
  constructor(go: () => void, use: () => void) {
    this.#button.addEventListener('click', go);
    this.#use.addEventListener('click', use);
    this.#count.addEventListener('input', () => this.#mark());
  }

  /** What is wrong with how many; undefined if nothing is. */
  get problem(): string | undefined {
    return problemOf('more-count', this.#count.value);
  }

  /** How many; undefined if the field has no such number, to which it then leads. */
  get count(): number | undefined {
    this.#mark();
    if (this.problem === undefined) return Number(tidied('more-count', this.#count.value));
    this.#count.focus();
    return undefined;
  }

  #mark(): void {
    this.#count.toggleAttribute('aria-invalid', false);
    if (this.problem !== undefined) this.#count.setAttribute('aria-invalid', 'true');
  }

  /** @param latest what was trained last, if nothing is trained now */
  show(latest: readonly RunRecord[]): void {
    this.#button.disabled = latest.length !== 1 || !canGoOn(latest[0]);
    this.#use.disabled = !latest.some(({ weights }) => weights);
  }
}
