import type { LossKind } from '../../../nn/losses.ts';
import type { TestOutputs } from '../../worker/inspection.ts';
import { className } from '../class-names.ts';
import { largest, sharesOf, sureness } from './pictures.ts';

/** The test images to show: all, the mistakes, the most unsure ones, or one cell of the confusion matrix. */
export type Filter =
  | { readonly kind: 'all' | 'mistakes' | 'unsure' }
  | { readonly kind: 'cell'; readonly truth: number; readonly said: number };

/** What a network says of each test image, and in which order to look at them. */
export class Tested {
  readonly outputs: Float32Array;
  readonly labels: ArrayLike<number>;
  readonly classes: readonly string[];
  readonly epochs: number;
  /** The class that it gives each image. */
  readonly said: readonly number[];
  readonly loss: LossKind;
  /** Of each image: the largest share, and its lead over the next one. */
  #known: readonly { readonly most: number; readonly lead: number }[] | undefined;

  /** @param loss that the network was trained with */
  constructor({ outputs, labels, classes, epochs }: TestOutputs, loss: LossKind) {
    this.outputs = outputs;
    this.labels = labels;
    this.classes = classes;
    this.epochs = epochs;
    this.loss = loss;
    this.said = Array.from(labels, (_, i) => largest(this.#row(i)));
  }

  get #sure(): readonly { readonly most: number; readonly lead: number }[] {
    this.#known ??= this.said.map((_, i) => sureness(this.#row(i), this.loss));
    return this.#known;
  }

  get count(): number {
    return this.labels.length;
  }

  #row(index: number): Float32Array {
    const classes = this.classes.length;
    return this.outputs.subarray(index * classes, (index + 1) * classes);
  }

  /** The share of each class for an image. */
  sharesOf(index: number): number[] {
    return sharesOf(this.#row(index), this.loss);
  }

  /** What a class is called on the page. */
  nameOf(label: number): string {
    return className(this.classes, label);
  }

  /** The images of a filter: mistakes begin with the most confident one, unsure ones with the smallest lead of a class. */
  matching(filter: Filter): number[] {
    const { labels, said } = this;
    const all = said.map((_, i) => i);
    const { kind } = filter;
    if (kind === 'cell') {
      return all.filter((i) => labels[i] === filter.truth && said[i] === filter.said);
    }
    const sure = this.#sure;
    if (kind === 'unsure') return all.sort((a, b) => sure[a].lead - sure[b].lead || a - b);
    if (kind === 'all') return all;
    return all
      .filter((i) => said[i] !== labels[i])
      .sort((a, b) => sure[b].most - sure[a].most || a - b);
  }

  /** [classes][classes]: how many images of a class (row) were classified as another (column). */
  confusion(): number[][] {
    const counts = this.classes.map(() => this.classes.map(() => 0));
    this.said.forEach((said, i) => {
      counts[this.labels[i]][said]++;
    });
    return counts;
  }
}
