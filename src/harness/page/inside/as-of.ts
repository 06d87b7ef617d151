import { counted } from '../numbers.ts';
import { put, say } from '../words/words.ts';

/** What is shown by pictures that are drawn, of classified images, or of a text that was looked at. */
type Shown = 'drawn' | 'tested' | 'looked';

/** How long a network had been trained when it was looked at. */
export const asOf = (epochs: number): string =>
  say('As of {epochs} of training.', { epochs: counted(Number(epochs.toFixed(1)), 'epoch') });

/** Says that what will be shown is being worked out; {@link sayAsOf} follows. */
export function sayWaiting(shown: 'drawn' | 'tested'): void {
  for (const place of document.querySelectorAll(`[data-${shown}]`)) {
    put(place, () => (shown === 'drawn' ? say('Drawing…') : say('Classifying…')));
  }
}

/** Says after how many epochs what is shown was so; nothing if nothing is shown. */
export function sayAsOf(shown: Shown, epochs: number | undefined): void {
  for (const place of document.querySelectorAll(`[data-${shown}]`)) {
    put(place, () => (epochs === undefined ? '' : asOf(epochs)));
  }
}
