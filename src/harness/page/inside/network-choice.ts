import { byId } from '../dom.ts';
import { labelOf, type RunRecord } from '../notebook/run-store.ts';
import { onLanguage, say } from '../words/words.ts';

/** Runs whose stored weights can be looked into: those that are not trained at the moment. */
export const lookable = (runs: readonly RunRecord[]): RunRecord[] =>
  runs.filter(({ weights, state }) => weights && state !== 'running' && state !== 'paused');

/** What the network of the run is called in the list. @param run it, if one run has that network alone */
export const presentText = (run: RunRecord | undefined): string =>
  run
    ? say('{run}, trained now or last', { run: labelOf(run) })
    : say('The one trained now or last');

/** The list of networks that can be looked into: that of the run, and those of the notebook. */
export class NetworkChoice {
  readonly #runs: () => readonly RunRecord[];
  readonly #trained: () => RunRecord | undefined;
  readonly #chosen: (run: RunRecord | undefined) => void;
  #shown = '';
  /** Whether there is a run's network. */
  #running = false;

  /**
   * @param runs the notebook's, the last one last
   * @param trained the run that is trained now or was last; undefined if it has several networks
   * @param chosen called with the stored run, or undefined for the present one
   */
  constructor(
    runs: () => readonly RunRecord[],
    trained: () => RunRecord | undefined,
    chosen: (run: RunRecord | undefined) => void,
  ) {
    this.#runs = runs;
    this.#trained = trained;
    this.#chosen = chosen;
    const list = this.#list;
    list.addEventListener('change', () => chosen(this.chosen));
    // The notebook changes in other panels.
    for (const kind of ['focus', 'pointerdown']) list.addEventListener(kind, () => this.fill());
    onLanguage(() => {
      this.#shown = '';
      this.fill();
    });
  }

  get #list(): HTMLSelectElement {
    return byId('inside-network', HTMLSelectElement);
  }

  /** The stored run that is chosen; undefined for the present one. */
  get chosen(): RunRecord | undefined {
    const { value } = this.#list;
    return value === '' ? undefined : this.#runs().find(({ key }) => key === value);
  }

  /** Whether a run has a network. */
  set running(running: boolean) {
    this.#running = running;
    this.fill();
  }

  /** Goes back to the network of the run. */
  reset(): void {
    this.#list.value = '';
  }

  /** Brings the list up to date. */
  fill(): void {
    const stored = lookable(this.#runs()).toReversed();
    byId('inside-choice').hidden = stored.length === 0;
    const first = this.#running ? presentText(this.#trained()) : say('None yet: choose one');
    const entries = [['', first], ...stored.map((run) => [run.key, labelOf(run)])];
    const shown = JSON.stringify(entries);
    // An open list must not change under the pointer.
    if (shown === this.#shown) return;
    this.#shown = shown;
    const list = this.#list;
    const { value } = list;
    list.replaceChildren(...entries.map(([key, text]) => new Option(text, key)));
    list.value = stored.some(({ key }) => key === value) ? value : '';
    // It was deleted.
    if (value !== list.value) this.#chosen(undefined);
  }
}
