import type { LabEvent } from '../../worker/lab-event.ts';
import { byId, make } from '../dom.ts';
import { errorText } from '../error-words.ts';
import { counted, fixed } from '../numbers.ts';
import type { Remote } from '../remote.ts';
import { onLanguage, put, say } from '../words/words.ts';
import { asOf } from './as-of.ts';

/** Texts of earlier epochs that are kept. */
const KEPT = 50;

/** Text that the network writes: what it has written while it trained, and what it makes of the user's beginning. */
export class WritingView {
  readonly #remote: Remote;
  #seed = 0;
  #writing = false;

  constructor(remote: Remote) {
    this.#remote = remote;
    byId('writing-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#write();
    });
    byId('writing-stop').addEventListener('click', () => {
      void this.#remote.call('endWriting', []);
    });
    const range = byId('writing-temperature', HTMLInputElement);
    const tell = (): void => {
      byId('writing-warmth').textContent = fixed(Number(range.value), 1);
    };
    range.addEventListener('input', tell);
    onLanguage(tell);
    tell();
  }

  /** A network was made: what is shown is of an earlier one. */
  clear(): void {
    const nothing = make('li', { class: 'help' });
    put(nothing, () => say('Nothing yet: it writes after each epoch.'));
    byId('writing-log').replaceChildren(nothing);
    this.#show('', '');
    put(byId('writing-status'), () => '');
  }

  event(event: LabEvent): void {
    if (event.type === 'character' && this.#writing) {
      byId('writing-more').append(event.text);
    }
    if (event.type !== 'written') return;
    const log = byId('writing-log');
    log.querySelector('.help:only-child')?.remove();
    const head = make('span', { class: 'help' });
    put(head, () => say('Epoch {epoch}', { epoch: event.epoch }));
    const text = make('p', { class: 'written', translate: 'no' }, event.text.trim());
    log.prepend(make('li', {}, head, text));
    while (log.children.length > KEPT) log.lastElementChild?.remove();
  }

  #show(begun: string, more: string): void {
    byId('writing-begun').textContent = begun;
    byId('writing-more').textContent = more;
    byId('writing-text').hidden = begun === '' && more === '';
  }

  async #write(): Promise<void> {
    if (this.#writing) return;
    const numberOf = (id: string): number => Number(byId(id, HTMLInputElement).value);
    const prompt = byId('writing-prompt', HTMLTextAreaElement).value;
    const status = byId('writing-status');
    this.#set(true);
    this.#show(prompt, '');
    byId('writing-text').hidden = false;
    put(status, () => say('Writing…'));
    try {
      const wish = {
        prompt,
        count: Math.round(numberOf('writing-count')),
        temperature: numberOf('writing-temperature'),
        seed: this.#seed++,
      };
      const { text, epochs } = await this.#remote.call('write', [wish]);
      byId('writing-more').textContent = text;
      const count = [...text].length;
      put(status, () => `${counted(count, 'character')}. ${asOf(epochs)}`);
    } catch (error) {
      put(status, () => errorText(error));
    } finally {
      this.#set(false);
    }
  }

  #set(writing: boolean): void {
    this.#writing = writing;
    byId('writing-go', HTMLButtonElement).disabled = writing;
    byId('writing-stop', HTMLButtonElement).disabled = !writing;
  }
}
