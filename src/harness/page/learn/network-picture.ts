import { make } from '../dom.ts';
import { whole } from '../numbers.ts';
import { say } from '../words/words.ts';
import { COLUMN, type Column, drawNetwork } from './network-drawing.ts';
import { WidthDrags } from './width-drags.ts';
import { keyed, MOST_HIDDEN, mostFor, withLayer, withoutLayer, withWidth } from './widths.ts';

/** Pixels of the picture's height, and least pixels for a layer. */
const HEIGHT = 230;
const EACH = 76;

/** A perceptron as a picture, whose layers are added and removed by buttons and whose widths are dragged. */
export class NetworkPicture {
  readonly element = make('div', { class: 'net', translate: 'no' });
  readonly #svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  readonly #over = make('div', { class: 'net-over' });
  readonly #drags = new WidthDrags(this.#over, (layer, width) => this.#dragged(layer, width));
  readonly #changed: (widths: readonly number[]) => void;
  #widths: readonly number[] = [];
  #columns: readonly Column[] = [];

  /** @param changed called with the widths when they were edited */
  constructor(changed: (widths: readonly number[]) => void) {
    this.#changed = changed;
    this.#svg.setAttribute('aria-hidden', 'true');
    this.element.append(this.#svg, this.#over);
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  show(widths: readonly number[]): void {
    const same = this.#drags.active && widths.length === this.#widths.length;
    this.#widths = widths;
    if (same) this.#move();
    else this.#draw();
  }

  /** Says all again, in another language. */
  speak(): void {
    this.#draw();
  }

  get #width(): number {
    return Math.max(this.element.clientWidth, EACH * this.#widths.length);
  }

  /** Draws all anew. The focus stays on the control that it was on. */
  #draw(): void {
    if (this.#widths.length === 0 || this.element.clientWidth === 0) return;
    const active = document.activeElement;
    const name = this.#over.contains(active) ? (active as HTMLElement).dataset.name : undefined;
    this.#over.style.width = `${this.#width}px`;
    this.#svg.style.width = `${this.#width}px`;
    this.#columns = drawNetwork(this.#svg, this.#widths, this.#width, HEIGHT);
    this.#over.replaceChildren(...this.#labels(), ...this.#handles(), ...this.#adders());
    if (name) this.#focus(name);
  }

  /** While a handle is dragged, only places, numbers and the drawing change. */
  #move(): void {
    this.#columns = drawNetwork(this.#svg, this.#widths, this.#width, HEIGHT);
    this.#widths.forEach((units, i) => {
      const handle = this.#over.querySelector<HTMLElement>(`[data-name="width-${i}"]`);
      if (handle) this.#place(handle, i, units);
      const label = this.#over.querySelector<HTMLElement>(`[data-units="${i}"]`);
      if (label) label.textContent = whole(units);
    });
  }

  #focus(name: string): void {
    const same = this.#over.querySelector<HTMLElement>(`[data-name="${name}"]`);
    (same ?? this.#over.querySelector<HTMLElement>('[data-name]'))?.focus();
  }

  #last(): number {
    return this.#widths.length - 1;
  }

  #labels(): HTMLElement[] {
    return this.#widths.map((units, i) => {
      const name = i === 0 ? say('inputs') : i === this.#last() ? say('outputs') : say('units');
      const label = make(
        'div',
        { class: 'net-label' },
        make('strong', { 'data-units': String(i) }, whole(units)),
        make('span', {}, name),
      );
      if (i > 0 && i < this.#last()) label.append(this.#remover(i));
      label.style.left = `${this.#columns[i].x}px`;
      return label;
    });
  }

  #remover(place: number): HTMLButtonElement {
    return make(
      'button',
      {
        type: 'button',
        class: 'round',
        'data-name': `remove-${place}`,
        'aria-label': say('Remove hidden layer {number}', { number: place }),
        click: () => {
          const focus = place > 1 ? `width-${place - 1}` : 'add-1';
          this.#changed(withoutLayer(this.#widths, place));
          this.#focus(focus);
        },
      },
      '−',
    );
  }

  #adders(): HTMLElement[] {
    if (this.#widths.length - 2 >= MOST_HIDDEN) return [];
    return this.#columns.slice(1).map(({ x }, i) => {
      const button = make(
        'button',
        {
          type: 'button',
          class: 'round net-add',
          'data-name': `add-${i + 1}`,
          'aria-label': say('Add a layer after layer {number}', { number: i }),
          click: () => {
            this.#changed(withLayer(this.#widths, i + 1));
            this.#focus(`width-${i + 1}`);
          },
        },
        '+',
      );
      button.style.left = `${(x + this.#columns[i].x) / 2}px`;
      return button;
    });
  }

  #place(handle: HTMLElement, i: number, units: number): void {
    const { x, top, height } = this.#columns[i];
    const { style } = handle;
    style.left = `${x - COLUMN / 2}px`;
    style.top = `${top}px`;
    style.height = `${height}px`;
    handle.setAttribute('aria-valuemax', String(mostFor(units)));
    handle.setAttribute('aria-valuenow', String(units));
    handle.setAttribute('aria-valuetext', say('{count} units', { count: whole(units) }));
  }

  #handles(): HTMLElement[] {
    return this.#widths.slice(1, -1).map((units, at) => {
      const i = at + 1;
      const handle = make('div', {
        class: 'net-handle',
        role: 'slider',
        tabindex: '0',
        'data-name': `width-${i}`,
        'aria-label': say('Width of hidden layer {number}', { number: i }),
        'aria-orientation': 'vertical',
        'aria-valuemin': '1',
      });
      this.#place(handle, i, units);
      this.#listen(handle, i);
      return handle;
    });
  }

  #listen(handle: HTMLElement, i: number): void {
    handle.addEventListener('keydown', (event) => {
      const width = keyed(this.#widths[i], event.key);
      if (width === undefined) return;
      event.preventDefault();
      this.#changed(withWidth(this.#widths, i, width));
    });
    handle.addEventListener('pointerdown', (event) => {
      const { top, height } = this.#columns[i];
      const middle = this.#svg.getBoundingClientRect().top + top + height / 2;
      this.#drags.begin(event, { layer: i, width: this.#widths[i], middle });
    });
  }

  #dragged(layer: number, width: number): void {
    if (layer >= this.#last() || width === this.#widths[layer]) return;
    this.#changed(withWidth(this.#widths, layer, width));
  }
}
