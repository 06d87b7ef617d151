import type { LossKind } from '../../../nn/losses.ts';
import type { TestFacts } from '../../insides.ts';
import type { TestOutputs } from '../../worker/inspection.ts';
import { classNames } from '../class-names.ts';
import { byId, onScheme } from '../dom.ts';
import { whole } from '../numbers.ts';
import { onLanguage, put, say } from '../words/words.ts';
import { sayAsOf, sayWaiting } from './as-of.ts';
import { ConfusionView } from './confusion-view.ts';
import { type Tile, tileOf } from './image-tile.ts';
import { barColours, bytesOf, isPictured } from './pictures.ts';
import { showScores } from './scores-view.ts';
import { type Filter, Tested } from './tested.ts';

const PER_PAGE = 24;

/** What the test images ask of the panel. */
export interface TestedHost {
  images(indices: readonly number[]): Promise<Uint8Array>;
  /** An image was chosen: the `at`-th of those that match. */
  enlarge(matching: readonly number[], at: number): void;
  /** A row of a table was chosen, from 0. */
  row(index: number): void;
  fail(error: unknown): void;
}

/** What a classifier makes of the test images: the images with their outputs, the confusion matrix, and scores by class. */
export class TestedView {
  readonly #host: TestedHost;
  readonly #confusion: ConfusionView;
  #tested: Tested | undefined;
  #facts: TestFacts | undefined;
  #loss: LossKind = 'cross_entropy';
  #filter: Filter = { kind: 'all' };
  #page = 0;
  /** The images of the page that is shown. */
  #tiles: readonly Tile[] = [];
  /** Counts drawings, so that a late one draws nothing. */
  #drawn = 0;

  constructor(host: TestedHost) {
    this.#host = host;
    this.#confusion = new ConfusionView((truth, said) => {
      if (!this.#isPictured) {
        const rows = this.#tested?.matching({ kind: 'cell', truth, said }) ?? [];
        if (rows.length > 0) host.row(rows[Math.floor(Math.random() * rows.length)]);
        return;
      }
      this.#choose({ kind: 'cell', truth, said });
      byId('filter', HTMLSelectElement).value = 'all';
      byId('card-images').scrollIntoView({ block: 'nearest' });
    });
    const filter = byId('filter', HTMLSelectElement);
    filter.addEventListener('change', () => {
      this.#choose({ kind: filter.value as 'all' | 'mistakes' | 'unsure' });
    });
    byId('page-back').addEventListener('click', () => this.#turn(-1));
    byId('page-next').addEventListener('click', () => this.#turn(1));
    onLanguage(() => {
      if (this.#tested) this.#draw();
    });
    // The tiles stay: one of them may have the focus.
    onScheme(() => this.#paint());
  }

  /** Whether test samples are images, not rows of a table. */
  get #isPictured(): boolean {
    return this.#facts !== undefined && isPictured(this.#facts);
  }

  /** The outputs that were last shown; undefined if they are of an earlier network. */
  get tested(): Tested | undefined {
    return this.#tested;
  }

  /**
   * Another network is looked at: what is shown is of an earlier one.
   *
   * @param loss that it is trained with
   * @param facts of its test images
   */
  clear(loss: LossKind, facts: TestFacts | undefined): void {
    this.#tested = undefined;
    this.#loss = loss;
    this.#facts = facts;
    this.#filter = { kind: 'all' };
    this.#page = 0;
    byId('filter', HTMLSelectElement).value = 'all';
    this.#tiles = [];
    for (const id of ['images', 'confusion', 'scores']) byId(id).replaceChildren();
    put(byId('page-text'), () => say('Classifying…'));
    put(byId('filter-said'), () => '');
    const pictured = this.#isPictured;
    put(byId('confusion-help'), () =>
      pictured
        ? say('Click a cell to see its images.')
        : say('Click a cell to try one of its rows.'),
    );
    sayWaiting('tested');
  }

  /** Nothing can be classified now. */
  fail(): void {
    put(byId('page-text'), () => '–');
    if (!this.#tested) sayAsOf('tested', undefined);
  }

  /** The samples are being classified. */
  wait(): void {
    put(byId('page-text'), () => say('Classifying…'));
    if (!this.#tested) sayWaiting('tested');
  }

  show(outputs: TestOutputs): void {
    this.#tested = new Tested(outputs, this.#loss);
    sayAsOf('tested', outputs.epochs);
    this.#draw();
  }

  #draw(): void {
    const tested = this.#tested;
    if (!tested) return;
    const confusion = tested.confusion();
    const classes = classNames(tested.classes);
    void this.#confusion.show(classes, confusion);
    showScores(this.#isPictured ? say('Images') : say('Rows'), classes, confusion);
    void this.#drawImages();
  }

  #choose(filter: Filter): void {
    this.#filter = filter;
    this.#page = 0;
    void this.#drawImages();
  }

  #turn(by: number): void {
    const pages = Math.ceil((this.#tested?.matching(this.#filter).length ?? 0) / PER_PAGE);
    this.#page = Math.min(Math.max(0, this.#page + by), Math.max(0, pages - 1));
    void this.#drawImages();
  }

  /** What is shown, if it is one cell of the confusion matrix. */
  #filterText(tested: Tested): string {
    const filter = this.#filter;
    if (filter.kind !== 'cell') return '';
    const [truth, said] = [tested.nameOf(filter.truth), tested.nameOf(filter.said)];
    return say('{truth}, classified as {said}.', { truth, said });
  }

  async #drawImages(): Promise<void> {
    const [tested, facts] = [this.#tested, this.#facts];
    if (!tested || !facts) return;
    const drawn = ++this.#drawn;
    const matching = tested.matching(this.#filter);
    const first = this.#page * PER_PAGE;
    const shown = matching.slice(first, first + PER_PAGE);
    const pictured = isPictured(facts);
    let images = new Uint8Array();
    try {
      if (pictured) images = new Uint8Array(await this.#host.images(shown));
    } catch (error) {
      this.#host.fail(error);
      return;
    }
    if (drawn !== this.#drawn) return;
    put(byId('filter-said'), () => this.#filterText(tested));
    put(byId('page-text'), () =>
      say('{from}–{to} of {count}', {
        from: whole(matching.length === 0 ? 0 : first + 1),
        to: whole(first + shown.length),
        count: whole(matching.length),
      }),
    );
    byId('page-back', HTMLButtonElement).disabled = this.#page === 0;
    byId('page-next', HTMLButtonElement).disabled = first + PER_PAGE >= matching.length;
    const size = bytesOf(facts);
    this.#tiles = shown.map((index, i) =>
      tileOf(tested, facts, index, images.subarray(i * size, (i + 1) * size), () =>
        this.#host.enlarge(matching, first + i),
      ),
    );
    this.#paint();
    byId('images').replaceChildren(...this.#tiles.map(({ element }) => element));
  }

  /** Paints the bars of the images, in the colours of now. */
  #paint(): void {
    const colours = barColours();
    for (const tile of this.#tiles) tile.paint(colours);
  }
}
