import type { LabState } from '../../worker/lab-event.ts';
import type { Alert, Shown } from '../alert.ts';
import { lossAdvice } from './course-text.ts';

/** Says that the GPU was lost while nothing was trained, until something is trained. */
export class GpuLoss {
  readonly #alert: Alert;
  #shown: Shown | undefined;

  constructor(alert: Alert) {
    this.#alert = alert;
  }

  say(error: Shown, state: 'paused' | 'ended'): void {
    this.#shown = { ...error, advice: () => lossAdvice(state) };
    this.#alert.show(this.#shown);
  }

  /** What is trained does this now. */
  follow(state: LabState): void {
    if (!this.#shown || (state !== 'preparing' && state !== 'running')) return;
    this.#alert.hide(this.#shown);
    this.#shown = undefined;
  }
}
