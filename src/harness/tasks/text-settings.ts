import type { Model } from '../../nn/model.ts';
import { ACTIVATIONS, LOSS_NAMES } from './choice-facts.ts';
import { type CommonSettings, commonOf } from './common-settings.ts';
import type { TextNetwork } from './networks.ts';
import type { Query } from './query.ts';

/** Everything that determines a run on a text, besides the text. */
export interface TextSettings extends CommonSettings {
  readonly data: 'text';
  /** Characters that the network sees at a time. */
  readonly length: number;
  /** From one sample of the text to the next; default {@link strideFor}. */
  readonly stride?: number;
  /** @param tokens different characters of the text */
  model(tokens: number): Model;
  /** What the network writes after each epoch, and at the end. */
  readonly writing: Writing;
}

/** How a network writes. */
export interface Writing {
  /** Characters; 0 for none. */
  readonly count: number;
  readonly temperature: number;
  /** What it continues. Default a new line, or the text's first character. */
  readonly prompt?: string;
  /** Whether after each epoch, too. */
  readonly each: boolean;
}

/** Most characters that a network sees at a time. */
export const LONGEST = 1024;

/** Samples of an epoch that a short text gives: about 256 steps. */
const SAMPLES = 4096;

/** From one sample to the next: an epoch has each character at least once, and enough samples if the text has. */
export const strideFor = (characters: number, length: number): number =>
  Math.max(1, Math.min(length, Math.floor(characters / SAMPLES)));

/** The settings of a network of texts. @throws OptionError if a value is not allowed */
export function ofText(query: Query, network: TextNetwork): TextSettings {
  if (query.choice('loss', LOSS_NAMES, network.loss) !== network.loss) {
    query.fail('loss', `${network.loss}: the next character is a class`);
  }
  const length = query.integer('length', network.length, 1, LONGEST);
  const own = {
    ...(query.has('activation')
      ? { activation: query.choice('activation', ACTIVATIONS, 'relu') }
      : {}),
    dropout: query.number('dropout', network.dropout),
  };
  const prompt = query.text('prompt');
  if (prompt === '') query.fail('prompt', 'a text, or left out');
  const temperature = query.number('temperature', 0.8);
  if (temperature < 0) query.fail('temperature', 'a number from 0');
  return {
    ...commonOf(query, network),
    data: 'text',
    length,
    ...(query.has('stride') ? { stride: query.integer('stride', 1, 1, 2 ** 31 - 1) } : {}),
    model: (tokens) => network.model(length, tokens, own),
    writing: {
      count: query.integer('sample', 200, 0, 100_000),
      temperature,
      ...(prompt === undefined ? {} : { prompt }),
      each: !query.has('at-end'),
    },
  };
}
