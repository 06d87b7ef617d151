import { PARTS } from '../../worker/allowance.ts';
import type { LabState } from '../../worker/lab-event.ts';
import type { PulseReading, PulseWait } from '../../worker/pulse-reading.ts';
import { duration, fixed, percent, whole } from '../numbers.ts';
import { say } from '../words/words.ts';
import { short } from './histogram-drawing.ts';

/** What is known of the live values. */
export interface PulseState {
  readonly state: LabState;
  /** Whether there was a run since the page was opened. */
  readonly ran: boolean;
  readonly reading: Pick<PulseReading, 'epochs' | 'step' | 'rate' | 'samples'> | undefined;
  /** What the first look waits for. Default nothing. */
  readonly waits?: PulseWait | undefined;
  /** Whether the last look, in this state, found nothing that can be seen. */
  readonly none: boolean;
}

/** When the live values were seen, or why there are none. */
export function pulseText({ state, ran, reading, waits, none }: PulseState): string {
  if (reading) {
    const { epochs, step, rate, samples } = reading;
    const values = { rate: short(rate), samples: whole(samples) };
    if (step === 0) {
      return say(
        'Before the first step. Learning rate {rate}. Seen on {samples} training samples, always the same ones, without dropout.',
        values,
      );
    }
    return say(
      'After step {step} (epoch {epoch}). Learning rate {rate}. Seen on {samples} training samples, always the same ones, without dropout.',
      { ...values, epoch: fixed(epochs, 2), step: whole(step) },
    );
  }
  if (!ran) {
    return say('There is nothing to see before a run: start one, and the layers come to life.');
  }
  if (!none) {
    return waits && waits.kernels.all > 0 && state === 'running'
      ? say(
          'The first look comes in about {time}, or when the run pauses or ends. Beside the run it is prepared in {share} of its time: {done} of {all} programs.',
          {
            time: duration(waits.wait / 1000),
            share: percent(1 / PARTS),
            done: whole(waits.kernels.done),
            all: whole(waits.kernels.all),
          },
        )
      : say('Measuring…');
  }
  return state === 'ended'
    ? say('The last run left nothing to see.')
    : say('Of several networks that are trained at once, there is nothing to see here.');
}
