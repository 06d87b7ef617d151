import { draggedBy } from './widths.ts';

/** A hidden layer whose handle is being dragged. */
interface Drag {
  readonly pointer: number;
  readonly layer: number;
  /** Where it began, how wide the layer was, and 1 if it grows upwards. */
  readonly y: number;
  readonly width: number;
  readonly up: 1 | -1;
}

/** Drags of the layers' handles, one at a time. */
export class WidthDrags {
  readonly #over: HTMLElement;
  #drag: Drag | undefined;

  /**
   * @param over what the handles lie in. It follows the pointer: handles are made anew if the picture is, in another width or language
   * @param drag called with a layer, and the width that it is dragged to
   */
  constructor(over: HTMLElement, drag: (layer: number, width: number) => void) {
    this.#over = over;
    over.addEventListener('pointermove', ({ pointerId, clientY }) => {
      if (this.#drag?.pointer !== pointerId) return;
      const { layer, width, y, up } = this.#drag;
      drag(layer, draggedBy(width, up * (y - clientY)));
    });
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) {
      over.addEventListener(end, ({ pointerId }) => {
        if (this.#drag?.pointer !== pointerId) return;
        this.#drag = undefined;
        over.classList.remove('dragging');
      });
    }
  }

  /** Whether one goes on. */
  get active(): boolean {
    return this.#drag !== undefined;
  }

  /**
   * Begins one, with the main button alone and one finger.
   *
   * @param width of the layer now
   * @param middle of its column, in pixels of the window: the lower half is dragged the other way
   */
  begin(
    { button, pointerId, clientY }: PointerEvent,
    { layer, width, middle }: Pick<Drag, 'layer' | 'width'> & { readonly middle: number },
  ): void {
    if (button !== 0 || this.#drag) return;
    const up = clientY > middle ? -1 : 1;
    this.#drag = { pointer: pointerId, layer, y: clientY, width, up };
    this.#over.setPointerCapture(pointerId);
    this.#over.classList.add('dragging');
  }
}
