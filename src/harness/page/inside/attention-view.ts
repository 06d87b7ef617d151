import type { AttentionPicture } from '../../worker/text-study.ts';
import { byId, cssValue, make, onScheme } from '../dom.ts';
import { errorText } from '../error-words.ts';
import { percent } from '../numbers.ts';
import type { Remote } from '../remote.ts';
import { onLanguage, put, say } from '../words/words.ts';
import { sayAsOf } from './as-of.ts';
import { drawMatrix, shade, spoken, visible } from './attention-drawing.ts';
import { drawHeads, type HeadPlace } from './attention-heads.ts';

/** Pixels of a cell of the large matrix, whose characters stay readable, and of the whole if there is room. */
const CELL = { least: 10, most: 20, all: 800 } as const;

/** Milliseconds between two looks while the network trains. */
const LOOK_MS = 5000;

/** What each head of a transformer looks at in a text: small matrices to choose from, and a large one. */
export class AttentionView {
  readonly #remote: Remote;
  #picture: AttentionPicture | undefined;
  #chosen: HeadPlace = { layer: 0, head: 0 };
  /** The cell that is told: a query's row and a key's column. */
  #cell = { row: 0, column: 0 };
  #asking = false;
  #live = false;

  constructor(remote: Remote) {
    this.#remote = remote;
    byId('attention-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.refresh();
    });
    const canvas = this.#canvas;
    canvas.addEventListener('pointermove', (event) => this.#point(event));
    canvas.addEventListener('pointerdown', (event) => this.#point(event));
    canvas.addEventListener('keydown', (event) => this.#key(event));
    onScheme(() => this.#draw());
    onLanguage(() => {
      byId('attention-heads').replaceChildren();
      this.#draw();
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#drawLarge(), 150);
    }).observe(byId('attention-large'));
    setInterval(() => {
      if (this.#live && !document.hidden) void this.refresh();
    }, LOOK_MS);
  }

  get #canvas(): HTMLCanvasElement {
    return byId('canvas-attention', HTMLCanvasElement);
  }

  /** Whether the panel is visible and the network trains: then it is looked at again and again. */
  set live(live: boolean) {
    this.#live = live;
  }

  /** A network was made: what is shown is of an earlier one. */
  clear(): void {
    this.#picture = undefined;
    byId('attention-body').hidden = true;
    put(byId('attention-status'), () => '');
    sayAsOf('looked', undefined);
  }

  /** Looks again, with the weights of the moment. */
  async refresh(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const status = byId('attention-status');
    if (!this.#picture) put(status, () => say('Looking at the text…'));
    const wanted = byId('attention-text', HTMLInputElement).value;
    try {
      const picture = await this.#remote.call('attention', [wanted]);
      const before = this.#picture?.characters.join('');
      this.#picture = picture;
      const { characters } = picture;
      if (characters.join('') !== before) this.#cell = this.#strongest();
      const missing = wanted !== '' && !wanted.startsWith(characters.join(''));
      put(status, () =>
        missing ? say('Characters that the network does not know are left out.') : '',
      );
      sayAsOf('looked', picture.epochs);
      byId('attention-body').hidden = false;
      this.#draw();
    } catch (error) {
      put(status, () => errorText(error));
    } finally {
      this.#asking = false;
    }
  }

  #weights(): Float32Array {
    const { layer, head } = this.#chosen;
    return this.#picture?.layers[layer]?.heads[head] ?? new Float32Array();
  }

  /** The last character's row, and what it looks at most. */
  #strongest(): { row: number; column: number } {
    const count = this.#picture?.characters.length ?? 0;
    const row = Math.max(0, count - 1);
    const own = [...this.#weights().subarray(row * count, (row + 1) * count)];
    return { row, column: Math.max(0, own.indexOf(Math.max(...own))) };
  }

  #draw(): void {
    drawHeads(
      this.#picture?.layers ?? [],
      this.#picture?.characters.length ?? 0,
      this.#chosen,
      (head) => {
        this.#chosen = head;
        this.#draw();
      },
    );
    this.#drawLarge();
  }

  /** Pixels of a cell, and of the edge with characters. */
  get #size(): { readonly cell: number; readonly edge: number } {
    const count = this.#picture?.characters.length ?? 1;
    const width = Math.min(CELL.all, byId('attention-large').clientWidth);
    const fit = Math.floor(width / (count + 2));
    const cell = Math.min(CELL.most, Math.max(CELL.least, fit));
    return { cell, edge: Math.round(1.6 * cell) };
  }

  #drawLarge(): void {
    const { characters = [] } = this.#picture ?? {};
    const count = characters.length;
    const canvas = this.#canvas;
    const context = canvas.getContext('2d');
    if (!context || count === 0 || byId('attention-large').clientWidth === 0) return;
    const { cell, edge } = this.#size;
    const side = edge + count * cell;
    const ratio = devicePixelRatio;
    [canvas.width, canvas.height] = [side * ratio, side * ratio];
    canvas.style.width = `${side}px`;
    context.scale(ratio, ratio);
    const weights = this.#weights();
    const { row, column } = this.#cell;
    const small = new OffscreenCanvas(count, count);
    drawMatrix(small, weights, count);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, edge, edge, count * cell, count * cell);
    context.font = `${cell}px ui-monospace, monospace`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    characters.forEach((character, i) => {
      const at = edge + (i + 0.5) * cell;
      const mark = (here: boolean): void => {
        context.fillStyle = cssValue(here ? '--accent' : '--text-soft');
      };
      mark(i === row);
      context.fillText(visible(character), edge / 2, at);
      mark(i === column);
      context.fillText(visible(character), at, edge / 2);
    });
    context.strokeStyle = cssValue('--text');
    context.lineWidth = 1.5;
    context.strokeRect(edge + column * cell, edge + row * cell, cell, cell);
    context.globalAlpha = 0.35;
    context.strokeRect(edge, edge + row * cell, count * cell, cell);
    context.globalAlpha = 1;
    this.#tell();
  }

  /** Tells the cell's weight, and shows its row as text. */
  #tell(): void {
    const { characters = [] } = this.#picture ?? {};
    const { row, column } = this.#cell;
    const { layer, head } = this.#chosen;
    const weights = this.#weights();
    const count = characters.length;
    const of = (key: number): number => weights[row * count + key];
    const text = say(
      'Layer {layer}, head {head}: {query}, character {row}, looks at {key}, character {column}: {share}',
      {
        ...{ layer: layer + 1, head: head + 1, row: row + 1, column: column + 1 },
        ...{ query: spoken(characters[row]), key: spoken(characters[column]) },
        share: percent(of(column)),
      },
    );
    byId('attention-readout').textContent = text;
    const about = say(
      'Weights of attention, {count} by {count}. Arrow keys move to other characters.',
      { count },
    );
    this.#canvas.setAttribute('aria-label', `${about} ${text}`);
    byId('attention-line').replaceChildren(
      ...characters.map((character, key) => {
        const span = make('span', {}, character === '\n' ? '↵' : character);
        if (key <= row) span.style.background = shade(of(key));
        // On a strong blue, letters are in the colour of the ground.
        span.classList.toggle('strong', key <= row && of(key) > 0.25);
        span.classList.toggle('asks', key === row);
        span.classList.toggle('later', key > row);
        return span;
      }),
    );
  }

  #move(row: number, column: number): void {
    const last = (this.#picture?.characters.length ?? 1) - 1;
    const at = Math.min(Math.max(0, row), last);
    const cell = { row: at, column: Math.min(Math.max(0, column), at) };
    if (cell.row === this.#cell.row && cell.column === this.#cell.column) return;
    this.#cell = cell;
    this.#drawLarge();
  }

  #point({ offsetX, offsetY }: PointerEvent): void {
    const { cell, edge } = this.#size;
    this.#move(Math.floor((offsetY - edge) / cell), Math.floor((offsetX - edge) / cell));
  }

  #key(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    this.#move(this.#cell.row + move[0], this.#cell.column + move[1]);
  }
}
