import { LAST, type RateSearch } from '../../tasks/rate-search.ts';
import { make } from '../dom.ts';
import type { Remote } from '../remote.ts';
import { put, say } from '../words/words.ts';
import { drawRates, local, rateText } from './rate-drawing.ts';

function said<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Parameters<typeof make>[1],
  text: () => string,
): HTMLElementTagNameMap[K] {
  const element = make(tag, attributes);
  put(element, text);
  return element;
}

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
  let isOpen = true;
  const dialog = make(
    'dialog',
    {
      class: 'large use',
      'aria-labelledby': 'rates-title',
      close: () => {
        isOpen = false;
        void remote.call('endFinding', []).catch(() => {});
        dialog.remove();
      },
    },
    make(
      'div',
      { class: 'dialog-head' },
      said('h2', { id: 'rates-title' }, () => say('Find a learning rate')),
      said('button', { type: 'button', click: () => dialog.close() }, () => say('Close')),
    ),
    said('p', { class: 'help' }, () =>
      say(
        'A network of its own is trained while its learning rate rises from 0.000001 to 1. A good rate is where the loss falls most (Smith 2015, arXiv 1506.01186). No run is touched.',
      ),
    ),
    picture,
    status,
    make('div', { class: 'actions' }, take),
  );
  put(status, () => say('Looking…'));
  document.body.append(dialog);
  dialog.showModal();
  const look = async (): Promise<void> => {
    try {
      await before();
      const found = await remote.call('findRate', [query]);
      if (!isOpen) return;
      put(status, () => foundText(found));
      if (found.steps.length > 1)
        picture.replaceChildren(drawRates(found, foundText(found), picture.clientWidth));
      const { rate } = found;
      if (rate === null) return;
      take.disabled = false;
      take.addEventListener('click', () => {
        dialog.close();
        use(rateText(rate));
      });
      take.focus();
    } catch (error) {
      status.textContent = (error as Error).message;
      status.classList.add('bad');
    }
  };
  void look();
}
