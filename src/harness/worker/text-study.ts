import { OptionError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import { generate } from '../../infer/generate.ts';
import type { Inference } from '../../infer/inference.ts';
import { type LayerOutputs, layerOutputs } from '../../nn/layer-outputs.ts';
import { Sequential } from '../../nn/layers.ts';
import type { Attention } from '../insides.ts';
import { textOf } from '../tasks/job.ts';
import { attentionWeights } from './attention.ts';
import { insidesOf } from './insides-of.ts';
import type { LabEvent } from './lab-event.ts';
import type { Subject } from './subject.ts';

/** What each head of each layer of attention looks at in a text. */
export interface AttentionPicture {
  /** Epochs that the network had been trained for. */
  readonly epochs: number;
  /** The text, character by character. */
  readonly characters: readonly string[];
  readonly layers: readonly {
    readonly name: string;
    /** Of each head [characters, characters], row by row: how much one of them (row) looks at another (column). */
    readonly heads: readonly Float32Array[];
  }[];
}

/** How the network shall continue a text. */
export interface WritingWish {
  readonly prompt: string;
  /** Characters. */
  readonly count: number;
  readonly temperature: number;
  readonly seed: number;
}

/** What the network wrote. */
export interface Written {
  readonly text: string;
  /** Epochs that it had been trained for when it began. */
  readonly epochs: number;
}

/** The inputs of the layers of attention, computed with a network's weights. */
interface Probe {
  readonly layers: readonly Attention[];
  readonly outputs: LayerOutputs;
  readonly inference: Inference;
}

/** Looks into a network that learns from a text, also while it trains. */
export class TextStudy {
  /** Of the last network on its present device. */
  #probe:
    | { readonly of: Subject; readonly engine: Engine; readonly made: Promise<Probe> }
    | undefined;
  /** Counts what it was asked to write. */
  #wishes = 0;

  /**
   * The weights of attention for the beginning of a text.
   *
   * @param text characters that the network does not know are left out. Default, if none are left: text that was held out
   * @throws OptionError if the network has no attention
   */
  async attention(subject: Subject, text: string): Promise<AttentionPicture> {
    const { vocabulary, data, encode, decode } = textOf(subject.job);
    const [length] = subject.model.inputShape;
    const known = [...text].filter((character) => vocabulary.includes(character));
    const { tokens } = data.test ?? data.train;
    const shown = known.length > 0 ? known : [...decode(tokens.slice(0, length))];
    const characters = shown.slice(0, length);
    const { layers, outputs, inference } = await this.#probeOf(subject);
    const { epochs } = subject;
    // What follows does not change what the characters look at.
    const sample = new Float32Array(length);
    sample.set(encode(characters.join('')));
    const row = await inference.predict([sample]);
    const parameters = await subject.parameters();
    const of = (name: string): Float32Array => {
      const found = parameters.get(name)?.data;
      if (found) return Float32Array.from(found);
      throw new OptionError(`this network has no ${name}`);
    };
    return {
      epochs,
      characters,
      layers: layers.map(({ name, heads, before }) => {
        const { first = 0, size = 0 } = outputs.parts.find((part) => part.name === before) ?? {};
        const x = row.subarray(first, first + size);
        const [weight, bias] = [of(`${name}.qkv.weight`), of(`${name}.qkv.bias`)];
        return { name, heads: attentionWeights(x, weight, bias, heads, characters.length) };
      }),
    };
  }

  #probeOf(subject: Subject): Promise<Probe> {
    const { engine } = subject;
    if (this.#probe?.of !== subject || this.#probe.engine !== engine) {
      this.#probe?.made.then(({ inference }) => inference.destroy()).catch(() => {});
      const made = makeProbe(subject);
      this.#probe = { of: subject, engine, made };
      made.catch(() => {
        this.#probe = undefined;
      });
    }
    return this.#probe.made;
  }

  /**
   * Continues a text, character by character, until it was asked for something else.
   *
   * @param wish characters that the network does not know are left out
   * @param emit gets each character
   * @returns what was written
   * @throws OptionError if the network does not learn from a text, or an option is out of range
   */
  async write(
    subject: Subject,
    wish: WritingWish,
    emit: (event: LabEvent) => void,
  ): Promise<Written> {
    const own = ++this.#wishes;
    const { prompt, ...options } = wish;
    const { vocabulary, encode, decode } = textOf(subject.job);
    const known = [...prompt].filter((character) => vocabulary.includes(character)).join('');
    const { epochs, job } = subject;
    const begin = known === '' && job.data === 'text' ? job.prompt : encode(known);
    let written = '';
    for await (const token of generate(subject.network, begin, options)) {
      if (own !== this.#wishes) break;
      const text = decode([token]);
      written += text;
      emit({ type: 'character', text });
    }
    return { text: written, epochs };
  }

  /** Ends what {@link write} is doing. */
  end(): void {
    this.#wishes++;
  }
}

async function makeProbe(subject: Subject): Promise<Probe> {
  const { model } = subject;
  const layers = insidesOf(model).attention.filter(({ before }) => before !== undefined);
  if (!(model instanceof Sequential) || layers.length === 0) {
    throw new OptionError('this network has no attention');
  }
  const names = new Set(layers.flatMap(({ before }) => before ?? []));
  const outputs = layerOutputs(model, [...names]);
  const inference = await subject.inference(1, outputs);
  return { layers, outputs, inference };
}
