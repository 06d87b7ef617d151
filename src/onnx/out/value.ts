import type { GraphWriter } from './writer.ts';

/**
 * The order of a tensor's dimensions in the file. `plain` is the engine's. ONNX's convolutions, pools and batch norms take
 * channels first: images [N,H,W,C] as [N,C,H,W], and sequences [N,L,C] as [N,C,L], which is the `line` of images of one row
 * too: the engine computes sequences as such.
 */
export type Form = 'plain' | 'channels' | 'line';

/** A tensor of the engine's graph in the file: one value, and copies of it in other orders where an operator needs them. */
export class Value {
  readonly shape: readonly number[];
  /** The order in which it is computed. */
  readonly form: Form;
  readonly #names: Map<Form, string>;
  readonly #writer: GraphWriter;

  /** @param shape the engine's */
  constructor(writer: GraphWriter, shape: readonly number[], form: Form, name: string) {
    this.shape = shape;
    this.form = form;
    this.#names = new Map([[form, name]]);
    this.#writer = writer;
  }

  /** Its name in an order. A transposition is added once if it is needed. */
  in(form: Form): string {
    const known = this.#names.get(form);
    if (known !== undefined) return known;
    const made = this.#made(form);
    this.#names.set(form, made);
    return made;
  }

  /** Whether its elements lie in the same order in `plain` and with channels first. */
  get isFlat(): boolean {
    const channels = this.shape.at(-1) ?? 1;
    const sizes = this.shape.slice(1, -1).reduce((all, size) => all * size, 1);
    return channels === 1 || sizes === 1;
  }

  #made(form: Form): string {
    const writer = this.#writer;
    const turned = (from: string, perm: readonly number[]): string =>
      writer.add('Transpose', [from], { perm });
    const shaped = (from: string, shape: readonly number[]): string =>
      writer.add('Reshape', [from, writer.integers(shape)]);
    const [, ...sizes] = this.shape;
    const channels = sizes.pop() ?? 1;
    const has = (one: Form): boolean => this.#names.has(one);
    if (form === 'line') {
      const length = sizes.at(-1) ?? 1;
      if (has('channels') || this.isFlat) {
        return shaped(has('channels') ? this.in('channels') : this.in('plain'), [
          0,
          channels,
          length,
        ]);
      }
      const rows =
        sizes.length === 1 ? this.in('plain') : shaped(this.in('plain'), [0, length, channels]);
      return turned(rows, [0, 2, 1]);
    }
    if (form === 'channels') {
      if (has('line') || this.isFlat) {
        return shaped(has('line') ? this.in('line') : this.in('plain'), [0, channels, ...sizes]);
      }
      return turned(this.in('plain'), [0, 3, 1, 2]);
    }
    const whole = [0, ...sizes, channels];
    if (this.isFlat) return shaped(this.in(this.form), whole);
    if (this.form === 'channels') return turned(this.in('channels'), [0, 2, 3, 1]);
    const rows = turned(this.in('line'), [0, 2, 1]);
    return sizes.length === 1 ? rows : shaped(rows, whole);
  }
}
