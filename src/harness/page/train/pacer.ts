/** Milliseconds between two redraws. On software adapters, drawing slows training down. */
const DRAW_MS = { gpu: 250, software: 4000 } as const;

/** Draws at most a few times a second, and only if visible. */
export class Pacer {
  readonly #draw: () => void;
  #drawAt = 0;
  #drawing: ReturnType<typeof setTimeout> | undefined;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  now(): void {
    this.#drawAt = performance.now();
    this.#draw();
  }

  /** @param software whether the CPU computes what a GPU would */
  soon(software: boolean): void {
    if (this.#drawing !== undefined) return;
    const pause = DRAW_MS[software ? 'software' : 'gpu'];
    const wait = Math.max(0, this.#drawAt + pause - performance.now());
    this.#drawing = setTimeout(() => {
      this.#drawing = undefined;
      if (!document.hidden) this.now();
    }, wait);
  }
}
