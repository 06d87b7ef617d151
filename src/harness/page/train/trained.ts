import type { LabState, LeftEvent } from '../../worker/lab-event.ts';
import type { LabOutcome } from '../../worker/lab-outcome.ts';
import { ANEW } from '../../worker/more-notes.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import { sayOf } from '../words/words.ts';
import type { Addition } from './addition.ts';
import { cutTexts } from './course-text.ts';
import { doneText, stoppedText } from './done-text.ts';

/** What is trained in one go, and what is known of it as a whole. Its runs' records say how it ended. */
export class Trained {
  /** A run for each setting of which there are several. */
  readonly runs: readonly RunRecord[];
  /** Epochs that runs are given later. */
  readonly additions: readonly Addition[];
  readonly #epochs: number;
  /** Whether it goes on with a new optimizer. */
  isAnew = false;
  isStopping = false;
  /** What is left of several networks whose training has failed. */
  left: LeftEvent | undefined;

  /**
   * @param epochs how many each run has in the end
   * @param additions of those that have been trained before and go on: the others have ended
   */
  constructor(runs: readonly RunRecord[], epochs = 0, additions: readonly Addition[] = []) {
    this.runs = runs;
    this.#epochs = epochs;
    this.additions = additions;
  }

  /** Those of {@link runs} that are trained: of those that are given more epochs, some may have ended. */
  get going(): readonly RunRecord[] {
    return this.additions.length > 0 ? this.additions.map(({ run }) => run) : this.runs;
  }

  /** Epochs in the end. */
  get #goal(): number {
    // Of a run that is cut to the epochs of its weights, they are fewer.
    return this.additions[0]?.run.epochs ?? this.#epochs;
  }

  #isDone({ early, history }: LabOutcome): boolean {
    return early === true || history.length === this.#goal;
  }

  /** Notes what the worker does with it. */
  say(state: LabState): void {
    if (state !== 'paused' && state !== 'running') return;
    for (const run of this.going) run.state = state;
  }

  /** Some of the epochs that runs are given are trained. */
  begun(): void {
    for (const addition of this.additions) addition.note(this.isAnew);
  }

  /** Leaves out the epochs after those that the weights have gone through which it goes on from. */
  cut(epochs: number): void {
    for (const addition of this.additions) addition.cut(epochs);
  }

  /** It was trained to its end, or stopped. */
  ended(outcome: LabOutcome): void {
    const state = this.#isDone(outcome) ? 'done' : 'stopped';
    for (const run of this.going) run.state = state;
    this.begun();
  }

  /** It has failed. */
  failed(error: unknown): void {
    const isLost = error instanceof Error && error.name === 'DeviceLostError';
    // With the weights of its last copy, it can go on when there is a GPU again.
    for (const run of this.going) {
      run.state = isLost && (this.left || run.weights) ? 'stopped' : 'failed';
    }
    for (const addition of this.additions) addition.failed(this.isAnew);
  }

  /** What is said of its end, in the language of then. */
  endText(outcome: LabOutcome): () => string {
    const { runs, additions, isAnew } = this;
    const isDone = this.#isDone(outcome);
    return () => {
      const text = isDone
        ? doneText(runs, outcome, additions[0]?.had)
        : stoppedText(outcome, this.#goal);
      return [text, ...(isAnew ? [sayOf(ANEW)] : []), ...cutTexts(additions)].join(' ');
    };
  }
}
