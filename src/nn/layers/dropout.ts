import { dropout as dropoutOp } from '../../ops/dropout.ts';
import { dropoutRate } from '../../random/dropout.ts';
import type { Form } from './form.ts';
import { type Layer, layerOf } from './layer.ts';

/**
 * Inverted dropout. In training each element becomes 0 with probability p, and is divided by 1 − p otherwise.
 * Outside of training nothing changes.
 *
 * @throws OptionError unless 0 ≤ p < 1.
 */
export function dropout(p: number): Layer {
  dropoutRate(p);
  return layerOf([`dropout ${p}`, p], (x, _, training) => (training ? dropoutOp(x, p) : x));
}

/** In files of models. */
export const dropoutForms = {
  dropout: { make: dropout, takes: ['p'] },
} satisfies Record<string, Form>;
