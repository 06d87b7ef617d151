import type { LossKind } from '../../../nn/losses.ts';
import type { TestOutputs } from '../../worker/inspection.ts';
import { byId, make } from '../dom.ts';
import { counted, percent, whole } from '../numbers.ts';
import type { Remote } from '../remote.ts';
import { drawBars, drawImage, largest, SIDE, sharesOf } from './pictures.ts';

const PER_PAGE = 24;

/** The test images to show: all, the mistakes, or one cell of the confusion matrix. */
type Filter =
  | { readonly kind: 'all' | 'mistakes' }
  | { readonly kind: 'cell'; readonly truth: number; readonly said: number };

/** What a classifier makes of the test images: the images with their outputs, and the confusion matrix. */
export class TestedView {
  readonly #remote: Remote;
  /** Called with the number of an image that is clicked, from 0. */
  readonly #chosen: (index: number) => void;
  #tested: TestOutputs | undefined;
  #loss: LossKind = 'cross_entropy';
  #choosable = false;
  #said: number[] = [];
  #filter: Filter = { kind: 'all' };
  #page = 0;

  constructor(remote: Remote, chosen: (index: number) => void) {
    this.#remote = remote;
    this.#chosen = chosen;
    const filter = byId('filter', HTMLSelectElement);
    filter.addEventListener('change', () => {
      this.#choose({ kind: filter.value === 'mistakes' ? 'mistakes' : 'all' });
    });
    byId('page-back').addEventListener('click', () => this.#turn(-1));
    byId('page-next').addEventListener('click', () => this.#turn(1));
  }

  /** The outputs that were last shown; undefined if they are of an earlier network. */
  get tested(): TestOutputs | undefined {
    return this.#tested;
  }

  /**
   * A network was made: what is shown is of an earlier one.
   *
   * @param loss that it is trained with
   */
  clear(loss: LossKind): void {
    this.#tested = undefined;
    this.#loss = loss;
    byId('images').replaceChildren();
    byId('confusion').replaceChildren();
    byId('page-text').textContent = '–';
    this.#say('–');
  }

  /** @param choosable whether an image can be clicked */
  async show(tested: TestOutputs, choosable: boolean): Promise<void> {
    const classes = tested.classes.length;
    this.#tested = tested;
    this.#choosable = choosable;
    this.#said = Array.from(tested.labels, (_, i) =>
      largest(tested.outputs.subarray(i * classes, (i + 1) * classes)),
    );
    this.#say(`As of ${counted(Number(tested.epochs.toFixed(1)), 'epoch')} of training.`);
    this.#drawConfusion(tested);
    await this.#drawImages();
  }

  /** When the network was what is shown. */
  #say(text: string): void {
    for (const place of document.querySelectorAll('[data-tested]')) place.textContent = text;
  }

  #choose(filter: Filter): void {
    this.#filter = filter;
    this.#page = 0;
    void this.#drawImages();
  }

  #matching(): number[] {
    const { labels } = this.#tested ?? { labels: [] };
    const filter = this.#filter;
    const all = Array.from(labels, (_, i) => i);
    if (filter.kind === 'cell') {
      return all.filter((i) => labels[i] === filter.truth && this.#said[i] === filter.said);
    }
    return filter.kind === 'all' ? all : all.filter((i) => this.#said[i] !== labels[i]);
  }

  #turn(by: number): void {
    const pages = Math.ceil(this.#matching().length / PER_PAGE);
    this.#page = Math.min(Math.max(0, this.#page + by), Math.max(0, pages - 1));
    void this.#drawImages();
  }

  async #drawImages(): Promise<void> {
    const tested = this.#tested;
    if (!tested) return;
    const matching = this.#matching();
    const shown = matching.slice(this.#page * PER_PAGE, (this.#page + 1) * PER_PAGE);
    const images = await this.#remote.call('images', [shown]);
    const { classes, outputs, labels } = tested;
    const from = matching.length === 0 ? 0 : this.#page * PER_PAGE + 1;
    byId('page-text').textContent =
      `${whole(from)}–${whole(this.#page * PER_PAGE + shown.length)} of ${whole(matching.length)}`;
    byId('page-back', HTMLButtonElement).disabled = this.#page === 0;
    byId('page-next', HTMLButtonElement).disabled = (this.#page + 1) * PER_PAGE >= matching.length;
    const tiles = shown.map((index, i) => {
      const values = outputs.subarray(index * classes.length, (index + 1) * classes.length);
      const shares = sharesOf(values, this.#loss);
      const truth = labels[index];
      const said = this.#said[index];
      const picture = make('canvas', { class: 'picture', 'aria-hidden': 'true' });
      drawImage(picture, images.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
      const bars = make('canvas', {
        class: 'shares',
        width: '84',
        height: '24',
        'aria-hidden': 'true',
      });
      drawBars(bars, shares, truth);
      const verdict = make('span', { class: said === truth ? 'good' : 'bad' }, classes[said]);
      const right = said === truth ? '' : `is: ${classes[truth]}`;
      const title = shares.map((share, c) => `${classes[c]} ${percent(share)}`).join('\n');
      const choose = make(
        'button',
        {
          type: 'button',
          'aria-label': `Show the feature maps of test image ${index + 1}, ${classes[truth]}`,
          click: () => this.#chosen(index),
        },
        picture,
      );
      return make(
        'li',
        { title },
        this.#choosable ? choose : picture,
        bars,
        verdict,
        make('span', { class: 'help' }, right),
      );
    });
    byId('images').replaceChildren(...tiles);
  }

  #drawConfusion({ classes, labels }: TestOutputs): void {
    const counts = classes.map(() => classes.map(() => 0));
    this.#said.forEach((said, i) => {
      counts[labels[i]][said]++;
    });
    const short = (name: string): string => name.split('/')[0];
    const heads = classes.map((name) =>
      make('th', { scope: 'col' }, make('span', {}, short(name))),
    );
    const rows = counts.map((row, truth) => {
      const total = row.reduce((sum, n) => sum + n, 0);
      const cells = row.map((count, said) => {
        const button = make(
          'button',
          {
            type: 'button',
            class: truth === said ? 'right' : 'wrong',
            'aria-label': `${count} of ${classes[truth]} classified as ${classes[said]}`,
            click: () => this.#choose({ kind: 'cell', truth, said }),
          },
          String(count),
        );
        // Mistakes are few: the square root makes them visible beside the diagonal.
        button.style.setProperty('--share', String(Math.sqrt(total > 0 ? count / total : 0)));
        button.disabled = count === 0;
        return make('td', {}, button);
      });
      return make('tr', {}, make('th', { scope: 'row' }, short(classes[truth])), ...cells);
    });
    const corner = make('td', {}, '');
    byId('confusion').replaceChildren(
      make('thead', {}, make('tr', {}, corner, ...heads)),
      make('tbody', {}, ...rows),
    );
  }
}
