import { type Alert, saidError } from '../alert.ts';
import type { OwnPanel } from '../data/own-panel.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import { repeatText } from '../notebook/run-words.ts';
import { MORE_SEEDS, moreSeeds, withSeeds } from '../notebook/seeds.ts';
import type { Remote } from '../remote.ts';
import type { SettingsForm } from '../settings/settings-form.ts';
import { say } from '../words/words.ts';
import { report } from './course-text.ts';
import { hasDataOf, otherDataText, otherMaking, otherMakingText } from './same-data.ts';

/** What a repetition works with. */
interface Parts {
  readonly remote: Remote;
  readonly alert: Alert;
  readonly form: SettingsForm;
  /** What has the visitor's data, if there are some. */
  readonly own: () => Promise<OwnPanel> | undefined;
  /** The runs of the list. */
  readonly runs: () => readonly RunRecord[];
  readonly busy: () => boolean;
  /** Draws runs that differ in their seeds as one. */
  readonly group: () => void;
  readonly start: () => void;
}

/** Trains a run's settings with more seeds, and draws all of them as one: on the data that it learned from. */
export class Repeat {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async repeat(run: RunRecord): Promise<void> {
    const { alert, own } = this.#parts;
    if (await this.#hasData(run)) {
      this.#train(run);
      return;
    }
    const other = otherMaking(run, (await own()?.catch(() => undefined))?.images);
    if (!other) {
      this.#refuse(run);
      return;
    }
    alert.show(saidError('MissingData', () => otherMakingText(run, other)));
    alert.offer(
      () => say('Make them so, and repeat it'),
      () => void this.#remake(run),
    );
  }

  /** Makes the images as the run had them: the form's settings say how. If they are others, form and images are put back. */
  async #remake(run: RunRecord): Promise<void> {
    const { alert, form, own } = this.#parts;
    alert.hide();
    const before = form.query;
    form.load(run.query);
    const loaded = form.query;
    await (await own())?.settled();
    if (await this.#hasData(run)) {
      this.#train(run);
      return;
    }
    // Unless somebody has changed it meanwhile.
    if (form.query === loaded) form.load(before);
    this.#refuse(run);
  }

  #hasData(run: RunRecord): Promise<boolean> {
    return hasDataOf(run, this.#parts.remote).catch(() => true);
  }

  #refuse(run: RunRecord): void {
    this.#parts.alert.show(saidError('MissingData', () => otherDataText(run)));
  }

  #train(run: RunRecord): void {
    const { form, runs, busy, group, start } = this.#parts;
    form.load(withSeeds(run.query, moreSeeds(run, runs(), MORE_SEEDS)));
    group();
    if (busy()) report(() => repeatText(run));
    else start();
  }
}
