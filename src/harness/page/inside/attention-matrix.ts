import { byId, cssValue, make } from '../dom.ts';
import { percent } from '../numbers.ts';
import { say } from '../words/words.ts';
import { drawMatrix, shade, spoken, visible } from './attention-drawing.ts';
import type { HeadPlace } from './attention-heads.ts';

/** Pixels of a cell of the large matrix, whose characters stay readable, and of the whole if there is room. */
const CELL = { least: 10, most: 20, all: 800 } as const;

/** What a head looks at in a text. */
export interface HeadWeights {
  readonly head: HeadPlace;
  readonly characters: readonly string[];
  /** [queries, keys]: how much each character looks at each. */
  readonly weights: Float32Array;
}

/** The large matrix: the weights of one head, of which one is told. Pointer and arrow keys choose it. */
export class AttentionMatrix {
  #shown: HeadWeights | undefined;
  /** The cell that is told: a query's row and a key's column. */
  #cell = { row: 0, column: 0 };

  constructor() {
    const canvas = this.#canvas;
    canvas.addEventListener('pointermove', (event) => this.#point(event));
    canvas.addEventListener('pointerdown', (event) => this.#point(event));
    canvas.addEventListener('keydown', (event) => this.#key(event));
    let timer: ReturnType<typeof setTimeout> | undefined;
    new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#draw(), 150);
    }).observe(byId('attention-large'));
  }

  get #canvas(): HTMLCanvasElement {
    return byId('canvas-attention', HTMLCanvasElement);
  }

  /** Shows a head, or nothing if it is undefined. The cell stays as long as the text does. */
  show(shown: HeadWeights | undefined): void {
    const before = this.#shown?.characters.join('');
    this.#shown = shown;
    if (shown && shown.characters.join('') !== before) this.#cell = strongest(shown);
    this.#draw();
  }

  /** Pixels of a cell, and of the edge with characters. */
  get #size(): { readonly cell: number; readonly edge: number } {
    const count = this.#shown?.characters.length ?? 1;
    const width = Math.min(CELL.all, byId('attention-large').clientWidth);
    const fit = Math.floor(width / (count + 2));
    const cell = Math.min(CELL.most, Math.max(CELL.least, fit));
    return { cell, edge: Math.round(1.6 * cell) };
  }

  #draw(): void {
    const shown = this.#shown;
    if (!shown) return;
    const { characters, weights } = shown;
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
    this.#tell(shown);
  }

  /** Tells the cell's weight, and shows its row as text. */
  #tell({ head: { layer, head }, characters, weights }: HeadWeights): void {
    const { row, column } = this.#cell;
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
    const last = (this.#shown?.characters.length ?? 1) - 1;
    const at = Math.min(Math.max(0, row), last);
    const cell = { row: at, column: Math.min(Math.max(0, column), at) };
    if (cell.row === this.#cell.row && cell.column === this.#cell.column) return;
    this.#cell = cell;
    this.#draw();
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

/** The last character's row, and what it looks at most. */
function strongest({ characters, weights }: HeadWeights): { row: number; column: number } {
  const count = characters.length;
  const row = Math.max(0, count - 1);
  const own = [...weights.subarray(row * count, (row + 1) * count)];
  return { row, column: Math.max(0, own.indexOf(Math.max(...own))) };
}
