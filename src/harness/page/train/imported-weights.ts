import { type Alert, ofFile, saidError } from '../alert.ts';
import { inTurn } from '../data/in-turn.ts';
import { showFacts } from '../facts.ts';
import { measureOfRun } from '../measure.ts';
import type { KeptRuns } from '../notebook/kept-runs.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import type { Remote } from '../remote.ts';
import { say } from '../words/words.ts';
import type { Course } from './course.ts';
import { givenText, report, wrongText } from './course-text.ts';
import type { NextRun } from './next-run.ts';
import type { NumbersView } from './numbers-view.ts';

/** What {@link ImportedWeights} works with. */
interface Parts {
  readonly remote: Remote;
  readonly alert: Alert;
  readonly kept: KeptRuns;
  readonly course: Course;
  readonly next: NextRun;
  readonly numbers: NumbersView;
  /** When the runs of earlier visits are there: a number that is given before could be one of theirs. */
  readonly opened: Promise<unknown>;
}

/** Takes files of weights. They are tested at once, and listed as a run that is not trained yet: Start trains it. */
export class ImportedWeights {
  readonly #parts: Parts;
  readonly #inTurn = inTurn();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes a file. One that is refused leaves what was taken before; another one takes its place. */
  take(file: File): Promise<void> {
    return this.#inTurn(() => this.#take(file));
  }

  async #take(file: File): Promise<void> {
    const { alert, course, next, opened } = this.#parts;
    const { name } = file;
    if (course.state !== 'ended') {
      const said = (): string =>
        say('{file} was not taken: a run is in progress. Stop it, then give the file again', {
          file: name,
        });
      alert.show(saidError('DataError', said));
      return;
    }
    alert.hide();
    const wrong = next.form.wrong();
    if (wrong !== undefined) {
      report(() => `${say('{file} was not taken.', { file: name })} ${wrongText(wrong)}`);
      return;
    }
    await opened;
    try {
      const run = await course.during(() =>
        next.from.take(file, (bytes) => this.#test(bytes, name)),
      );
      report(() => givenText(run));
    } catch (error) {
      alert.show(ofFile(name, error));
      report(() => say('{file} was not taken.', { file: name }));
    }
  }

  /** @returns the run of these weights. @throws DataError if they are none, or those of another network */
  async #test(bytes: Uint8Array, name: string): Promise<RunRecord> {
    const { remote, kept, course, next, numbers } = this.#parts;
    await remote.call('needWeights', [bytes]);
    const run = next.imported(kept);
    await next.giveText();
    const taken = await remote.call('takeWeights', [run.query, bytes, run.key]);
    const { test, weights, adapter, dataset, fitted } = taken;
    Object.assign(run, { adapter, dataset, title: fitted ?? run.title });
    run.weights = { bytes: weights.bytes, step: weights.step };
    run.given = { name, test };
    run.state = 'stopped';
    showFacts(dataset);
    kept.add(run);
    kept.keepWeights(run);
    kept.ended(run);
    course.show(run);
    numbers.drops(run);
    numbers.learns(measureOfRun(run), dataset.number);
    numbers.given(test, run.epochs);
    return run;
  }
}
