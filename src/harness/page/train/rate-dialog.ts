import { LAST, type RateSearch } from '../../tasks/rate-search.ts';
import { openDialog } from '../dialog.ts';
import { make } from '../dom.ts';
import { errorText } from '../error-words.ts';
import type { Remote } from '../remote.ts';
import { said } from '../words/said.ts';
import { put, redrawn, say } from '../words/words.ts';
import { drawRates, local, rateText } from './rate-drawing.ts';

/** What the search has found, in words. */
export function foundText({ steps, rate, diverged }: RateSearch): string {
  if (rate === null || steps.length === 0) {
    return say('The loss did not fall at any rate. Look at the other settings.');
  }
  const found = say('The loss falls most at a learning rate of {rate}.', { rate: local(rate, 2) });
  return diverged
    ? `${found} ${say('It diverges above {rate}.', { rate: local(steps[steps.length - 1].rate, 2) })}`
    : `${found} ${say('It does not diverge up to {rate}.', { rate: local(LAST, 1) })}`;
}

/**
 * Looks for a learning rate of some settings, and offers it.
 *
 * @param before what the worker has to know first
 * @param use takes the rate
 */
export function openRates(
  remote: Remote,
  query: string,
  before: () => Promise<unknown>,
  use: (rate: string) => void,
): void {
  const status = make('p', { role: 'status' });
  const picture = make('div', { class: 'rates-place' });
  const take = said('button', { type: 'button', class: 'primary', disabled: true }, () =>
    say('Use this rate'),
  );
  put(status, () => say('Looking…'));
  const { element, closed } = openDialog(
    { title: () => say('Find a learning rate'), kind: 'large use', closes: true },
    said('p', { class: 'help' }, () =>
      say(
        'A network of its own is trained while its learning rate rises from 0.000001 to 1. A good rate is where the loss falls most (Smith 2015, arXiv 1506.01186). No run is touched.',
      ),
    ),
    picture,
    status,
    make('div', { class: 'actions' }, take),
  );
  void closed.then(() => remote.call('endFinding', [])).catch(() => {});
  const look = async (): Promise<void> => {
    try {
      await before();
      const found = await remote.call('findRate', [query]);
      if (!element.open) return;
      put(status, () => foundText(found));
      if (found.steps.length > 1) {
        const draw = (): void =>
          picture.replaceChildren(drawRates(found, foundText(found), picture.clientWidth));
        redrawn(picture, draw);
        // A phone is turned: texts keep their size.
        new ResizeObserver(draw).observe(picture);
      }
      const { rate } = found;
      if (rate === null) return;
      take.disabled = false;
      take.addEventListener('click', () => {
        element.close();
        use(rateText(rate));
      });
      take.focus();
    } catch (error) {
      put(status, () => errorText(error));
      status.classList.add('bad');
    }
  };
  void look();
}
