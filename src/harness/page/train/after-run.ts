import type { Alert } from '../alert.ts';
import { byId } from '../dom.ts';
import type { KeptRuns } from '../notebook/kept-runs.ts';
import { canGoOn, type RunRecord } from '../notebook/run-store.ts';
import { problemOf, tidied } from '../settings/field-rules.ts';
import type { Course } from './course.ts';
import { report } from './course-text.ts';
import type { NextRun } from './next-run.ts';
import { showUse } from './train-dialogs.ts';

/** What {@link AfterRun} works with. */
interface Parts {
  readonly alert: Alert;
  readonly list: KeptRuns;
  readonly course: Course;
  readonly next: NextRun;
}

/**
 * Whether a run can be given more epochs on this page: of several networks, all runs that were started with it have to be there,
 * as those of one that was deleted would go on unseen.
 *
 * @param trained what was trained last
 * @param kept the runs of the list
 */
export const goesOn = (
  run: RunRecord,
  trained: readonly RunRecord[],
  kept: readonly RunRecord[],
): boolean =>
  canGoOn(run) && (run.networks.length === 0 || trained.every((one) => kept.includes(one)));

/** What can be done with a run that has ended: give it more epochs, and use its model. */
export class AfterRun {
  readonly #count = byId('more-count', HTMLInputElement);
  readonly #button = byId('more', HTMLButtonElement);
  readonly #use = byId('use', HTMLButtonElement);
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#button.addEventListener('click', () => this.more());
    this.#use.addEventListener('click', () => this.use());
    this.#count.addEventListener('input', () => this.#mark());
  }

  /** What was trained last, if nothing is trained now, without what was deleted. */
  get #latest(): readonly RunRecord[] {
    const { course, list } = this.#parts;
    if (course.state !== 'ended') return [];
    return course.runs.filter((run) => list.runs.includes(run));
  }

  /** What is wrong with how many epochs; undefined if nothing is. */
  get #problem(): string | undefined {
    return problemOf('more-count', this.#count.value);
  }

  #mark(): void {
    this.#count.toggleAttribute('aria-invalid', false);
    if (this.#problem !== undefined) this.#count.setAttribute('aria-invalid', 'true');
  }

  /** The latest run, if it can go on: of several networks the first one of which some can. */
  get #goingOn(): RunRecord | undefined {
    const latest = this.#latest;
    // Networks of a run that was deleted would go on unseen.
    if (latest.length < this.#parts.course.runs.length) return undefined;
    return latest.find(canGoOn);
  }

  /** See {@link goesOn}. */
  goesOn(run: RunRecord): boolean {
    const { course, list } = this.#parts;
    return goesOn(run, course.latest, list.runs);
  }

  /** Gives a run more epochs; the latest one if none is named. If the field has no number of them, it leads there. */
  more(run: RunRecord | undefined = this.#goingOn): void {
    const { alert, course, next } = this.#parts;
    if (course.state !== 'ended' || !run || !this.goesOn(run)) return;
    alert.hide();
    this.#mark();
    if (this.#problem !== undefined) {
      this.#count.focus();
      report(() => this.#problem ?? '');
      return;
    }
    const count = Number(tidied('more-count', this.#count.value));
    void course.more(run, count, () => next.giveText());
  }

  /** Shows what a run's model can be used with; the latest one's if none is named. */
  use(run: RunRecord | undefined = this.#latest.find(({ weights }) => weights)): void {
    const { alert } = this.#parts;
    if (!run) return;
    const fail = (error: Error): void => alert.show(error);
    showUse(run, fail).catch(fail);
  }

  /** Enables what can be done now. */
  show(): void {
    const latest = this.#latest;
    this.#button.disabled = !this.#goingOn;
    this.#use.disabled = !latest.some(({ weights }) => weights);
  }
}
