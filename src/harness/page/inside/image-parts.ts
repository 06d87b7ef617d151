import type { LossKind } from '../../../nn/losses.ts';
import type { TestFacts } from '../../insides.ts';
import { byId } from '../dom.ts';
import { whole } from '../numbers.ts';
import type { Remote } from '../remote.ts';
import { say } from '../words/words.ts';
import { ImageDialog } from './image-dialog.ts';
import type { LookView } from './look-view.ts';
import { PadView } from './pad-view.ts';
import { isPictured } from './pictures.ts';
import { TestedView } from './tested-view.ts';

/** What the parts for a classifier ask of the panel. */
export interface ImageHost {
  readonly remote: Remote;
  readonly look: LookView;
  /** Changes with each network that is shown. */
  readonly turn: number;
  /** A row of a table was chosen, from 0. */
  row(index: number): void;
  fail(error: unknown): void;
}

/** A classifier's parts: its test images, one of them enlarged, its mistakes, and the visitor's own image. */
export class ImageParts {
  readonly #host: ImageHost;
  readonly #tested: TestedView;
  readonly #image: ImageDialog;
  readonly #pad: PadView;
  /** Whether the network classifies. */
  #classifies = false;

  constructor(host: ImageHost) {
    this.#host = host;
    const { remote, look } = host;
    const images = async (indices: readonly number[]): Promise<Uint8Array> =>
      remote.call('images', [indices]);
    const fail = (error: unknown): void => host.fail(error);
    this.#tested = new TestedView({
      images,
      fail,
      row: (index) => host.row(index),
      enlarge: (indices, at) => {
        const [{ tested }, { test: facts }] = [this.#tested, look];
        if (tested && facts) void this.#image.open({ tested, facts, indices }, at);
      },
    });
    this.#image = new ImageDialog({
      images,
      fail,
      get hasMaps() {
        return look.views.includes('maps');
      },
      maps: (index) => {
        void this.see(index);
        byId('figure-maps').scrollIntoView({ block: 'start' });
      },
      pad: (image) => this.#pad.show(image),
    });
    const view = this.#tested;
    this.#pad = new PadView(remote, {
      get tested() {
        return view.tested;
      },
      drawn: (image) => look.choose(image, () => say('Your own image')),
      fail,
    });
  }

  /** Closes what is of an earlier network. */
  close(): void {
    this.#image.close();
  }

  /** Another network is shown. @param classifies whether it learns classes */
  async network(loss: LossKind, classifies: boolean, test: TestFacts | undefined): Promise<void> {
    this.#classifies = classifies && test !== undefined;
    const pictured = test !== undefined && isPictured(test);
    byId('classifier').hidden = !this.#classifies;
    for (const id of ['card-images', 'card-pad']) byId(id).hidden = !pictured;
    this.#tested.clear(loss, test);
    if (pictured && classifies) this.#pad.network(loss, test);
    if (pictured) await this.see(0);
  }

  /** Shows the feature maps of a test image. */
  async see(index: number): Promise<void> {
    const { look, remote, fail } = this.#host;
    const { test } = look;
    // A table has no images.
    if (!this.#classifies || !test || !isPictured(test)) return;
    try {
      const image = await remote.call('images', [[index]]);
      const titleOf = (): string => {
        const { tested } = this.#tested;
        const number = whole(index + 1);
        if (!tested) return say('Test image {number}', { number });
        const name = tested.nameOf(tested.labels[index]);
        return say('Test image {number}: {name}', { number, name });
      };
      look.choose(image, titleOf, index);
    } catch (error) {
      fail(error);
    }
  }

  /** Classifies the test samples with the present network. */
  async classify(): Promise<void> {
    if (!this.#classifies) return;
    const { remote, look } = this.#host;
    const { turn } = this.#host;
    this.#tested.wait();
    try {
      const outputs = await remote.call('outputs', []);
      if (turn !== this.#host.turn) return;
      this.#tested.show(outputs);
      // Its class is known now.
      if (look.index !== undefined) void this.see(look.index);
      void this.#pad.classify();
    } catch (error) {
      if (turn === this.#host.turn) this.#tested.fail();
      // While a network is being prepared, there is none yet.
      if (!(error instanceof Error && error.name === 'OptionError')) this.#host.fail(error);
    }
  }
}
