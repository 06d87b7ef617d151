import type { LabState } from '../../worker/lab-event.ts';
import type { PulseReading } from '../../worker/pulse-reading.ts';
import { fixed, whole } from '../numbers.ts';
import { say } from '../words/words.ts';
import { short } from './histogram-drawing.ts';

/** What is known of the live values. */
export interface PulseState {
  readonly state: LabState;
  /** Whether there was a run since the page was opened. */
  readonly ran: boolean;
  readonly reading: Pick<PulseReading, 'epochs' | 'step' | 'rate' | 'samples'> | undefined;
  /** Whether the last look, in this state, found nothing that can be seen. */
  readonly none: boolean;
}

/** When the live values were seen, or why there are none. */
export function pulseText({ state, ran, reading, none }: PulseState): string {
  if (reading) {
    return say(
      'After epoch {epoch} (step {step}). Learning rate {rate}. Seen on {samples} training samples, always the same ones, without dropout.',
      {
        epoch: fixed(reading.epochs, 2),
        step: whole(reading.step),
        rate: short(reading.rate),
        samples: whole(reading.samples),
      },
    );
  }
  if (!ran) {
    return say('There is nothing to see before a run: start one, and the layers come to life.');
  }
  if (!none) return say('Measuring…');
  return state === 'ended'
    ? say('The last run left nothing to see.')
    : say('Of several networks that are trained at once, there is nothing to see here.');
}
