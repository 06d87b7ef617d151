import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError, ShapeError } from '../../src/errors.ts';
import { dropout, flatten, linear, relu, Sequential } from '../../src/nn/index.ts';
import { referenceOutputs } from '../../src/reference/index.ts';
import { near } from './evaluate.ts';

const model = new Sequential([1, 2], [flatten(), linear(2, 3), relu(), dropout(0.5), linear(3, 1)]);
const parameters = new Map([
  ['1.weight', { data: [1, 2, 3, 4, -5, -6] }],
  ['1.bias', { data: [0.5, -0.25, 1] }],
  ['4.weight', { data: [1, 10, 100] }],
  ['4.bias', { data: [0.125] }],
]);
const images = { images: Uint8Array.of(255, 0, 51, 102), count: 2, height: 1, width: 2 };

test('outputs follow the formula, with a small bound that is not zero', () => {
  const { data, error } = referenceOutputs(model, { parameters, images });
  // Hidden [1.5, 2.75, −4] and [1.5, 1.95, −2.4], of which relu cuts off the last.
  near([...data], [29.125, 21.125]);
  assert.ok(
    [...error].every((bound) => bound > 0 && bound < 1e-4),
    error.join(),
  );
});

test('pixels are standardised as by a trainer', () => {
  const { data } = referenceOutputs(model, { parameters, images, normalize: [0.2, 0.4] });
  // Inputs [2, −0.5] and [0, 0.5].
  near([...data], [39.125, 19.125]);
});

test('images and weights that do not fit the model are refused', () => {
  const square = { ...images, height: 2 };
  assert.throws(
    () => referenceOutputs(model, { parameters, images: square }),
    (error: Error) => error instanceof OptionError && /2×2 in 4 bytes/.test(error.message),
  );
  const fewer = new Map([...parameters].slice(1));
  assert.throws(
    () => referenceOutputs(model, { parameters: fewer, images }),
    (error: Error) => error instanceof ShapeError && /nothing for 1\.weight/.test(error.message),
  );
});

test.run();
