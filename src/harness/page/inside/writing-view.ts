import type { LabEvent } from '../../worker/lab-event.ts';
import { byId, make } from '../dom.ts';
import type { Remote } from '../remote.ts';

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
    range.addEventListener('input', () => {
      byId('writing-warmth').textContent = Number(range.value).toFixed(1);
    });
  }

  /** A network was made: what is shown is of an earlier one. */
  clear(): void {
    byId('writing-log').replaceChildren(
      make('li', { class: 'help' }, 'Nothing yet: it writes after each epoch.'),
    );
    this.#show('', '');
    byId('writing-status').textContent = '';
  }

  event(event: LabEvent): void {
    if (event.type === 'character' && this.#writing) {
      byId('writing-more').append(event.text);
    }
    if (event.type !== 'written') return;
    const log = byId('writing-log');
    log.querySelector('.help:only-child')?.remove();
    const head = make('span', { class: 'help' }, `Epoch ${event.epoch}`);
    log.prepend(make('li', {}, head, make('p', { class: 'written' }, event.text.trim())));
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
    status.textContent = 'Writing…';
    try {
      const wish = {
        prompt,
        count: Math.round(numberOf('writing-count')),
        temperature: numberOf('writing-temperature'),
        seed: this.#seed++,
      };
      const { text } = await this.#remote.call('write', [wish]);
      byId('writing-more').textContent = text;
      status.textContent = `${[...text].length} characters.`;
    } catch (error) {
      status.textContent = error instanceof Error ? error.message : String(error);
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
