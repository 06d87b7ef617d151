import type { Ensemble, EnsembleEpoch } from '../../ensemble/ensemble.ts';
import { type Job, samplesOf } from './job.ts';
import type { Emit } from './task.ts';

const REPORT_MS = 500;

/** What the last epochs took; an earlier one counts half of the one after it. */
class Pace {
  #steps = 0;
  #samples = 0;
  #seconds = 0;
  #wall = 0;

  /**
   * @param seconds of training
   * @param wall seconds with the evaluation
   */
  add(steps: number, samples: number, seconds: number, wall: number): void {
    this.#steps = this.#steps / 2 + steps;
    this.#samples = this.#samples / 2 + samples;
    this.#seconds = this.#seconds / 2 + seconds;
    this.#wall = this.#wall / 2 + wall;
  }

  /** Undefined before there is an epoch. */
  get samplesPerSecond(): number | undefined {
    return this.#seconds > 0 ? this.#samples / this.#seconds : undefined;
  }

  /** Seconds of a step, with its share of the evaluation; undefined before there is an epoch. */
  get perStep(): number | undefined {
    return this.#steps > 0 ? this.#wall / this.#steps : undefined;
  }
}

/** Tells how far networks are. */
export interface StepReports {
  /** An epoch begins, or goes on. */
  begin(): void;
  /** Training stopped within an epoch, and goes on with {@link begin}. */
  rest(): void;
  /** An epoch is done. */
  epoch(report: EnsembleEpoch): void;
  end(): void;
}

/**
 * Reports the steps of an epoch a few times, as an epoch of many networks is long, and each epoch. Speed and time left are those of
 * the epochs that are done: a device that is lost seems to do steps fast until the loss is known. Only in the first epoch they are
 * of the steps so far.
 */
export function reportSteps(ensemble: Ensemble, job: Job, emit: Emit): StepReports {
  const { title, epochs } = job.settings;
  const steps = ensemble.stepsPerEpoch;
  const samples = samplesOf(job);
  const pace = new Pace();
  let begun = { step: 0, at: 0 };
  /** Seconds of this epoch before it began again. */
  let before = 0;
  const elapsed = (): number => (performance.now() - begun.at) / 1000;
  const tell = (epoch: number, step: number): void => {
    const { active } = ensemble;
    const perStep = pace.perStep ?? elapsed() / (ensemble.step - begun.step);
    emit({
      type: 'progress',
      title: `${title}, ${active} networks`,
      ...{ epoch, epochs, step, steps },
      ...{ loss: null, accuracy: null, recent: null, inFlight: null },
      samplesPerSecond: pace.samplesPerSecond ?? (active * samples) / (steps * perStep),
      secondsLeft: active > 0 ? (epochs * steps - ensemble.step) * perStep : 0,
      gpuBytes: ensemble.session.gpu.buffers.liveBytes,
    });
  };
  const timer = setInterval(() => {
    const { step } = ensemble;
    const inEpoch = step % steps;
    if (inEpoch > 0 && step !== begun.step) tell(Math.floor(step / steps) + 1, inEpoch);
  }, REPORT_MS);
  return {
    begin: () => {
      begun = { step: ensemble.step, at: performance.now() };
    },
    rest: () => {
      before += elapsed();
    },
    epoch: ({ epoch, records }) => {
      const [{ seconds }] = records.values();
      pace.add(steps, records.size * samples, seconds, before + elapsed());
      before = 0;
      tell(epoch, steps);
    },
    end: () => clearInterval(timer),
  };
}
