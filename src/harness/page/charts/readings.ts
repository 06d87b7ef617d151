import { rmseText } from '../number-error.ts';
import { spreadText } from '../numbers.ts';
import { say } from '../words/words.ts';
import { type Stroke, strokeOf } from './colours.ts';
import { type Curve, nearest } from './curves.ts';
import { decimal, type Quantity } from './kinds.ts';
import { nameOf } from './labels.ts';
import type { Scene } from './plot-options.ts';
import type { Shown } from './seeds.ts';

/** A run's values at the crosshair. */
export interface Reading {
  readonly name: string;
  readonly stroke: Stroke;
  /** On held-out data, and while training; empty if it has none. */
  readonly tested: string;
  /** Of a number that is learned, the error of {@link tested} in the column's unit; else empty. */
  readonly error: string;
  readonly training: string;
}

/** A point of a run that ended is not near to what comes long after. */
const NEAR_EPOCHS = 0.5;

/**
 * The loss of a number that is learned as its error, in the column's unit; empty of others, and of several networks: their mean
 * error is not that of their mean loss.
 */
function errorIn({ name }: Quantity, { dataset, networks }: Shown['run'], value: number): string {
  if (name !== 'loss' || !dataset?.number || networks.length > 1) return '';
  return say('RMSE {error}', { error: rmseText(value, dataset.number) });
}

/** A value after an epoch, with its error if there is one. */
export function inFull(quantity: Quantity, run: Shown['run'], value: number): string {
  const error = errorIn(quantity, run, value);
  const text = quantity.format(value);
  return error === '' ? text : `${text} (${error})`;
}

type At = NonNullable<ReturnType<typeof nearest>>;

/** Mean and deviation of a band between two edges. */
const middle = (above: At, below: At) => ({
  mean: (above.y + below.y) / 2,
  deviation: (above.y - below.y) / 2,
});

/** The values of all shown runs at the point of each that is nearest to an epoch. */
export function readingsAt({ shown, curves, quantity }: Scene, epoch: number): Reading[] {
  /** The epoch of a point that is not near. */
  const far = ({ x }: At): string =>
    Math.abs(x - epoch) > NEAR_EPOCHS + 1e-6 ? say(' (epoch {epoch})', { epoch: decimal(x) }) : '';
  const said = (curve: Curve | undefined): string => {
    const point = curve && nearest(curve, epoch);
    return point ? quantity.format(point.y) + far(point) : '';
  };
  const spreadOf = (above: At, below: At): string =>
    spreadText(
      { ...{ count: 2, least: below.y, most: above.y }, ...middle(above, below) },
      quantity.format,
    ) + far(above);
  return shown.map((one, at) => {
    const own = (kind: Curve['kind']) =>
      curves.find((curve) => curve.at === at && curve.kind === kind && !curve.faint);
    const tested = own('tested');
    const [above, below] = [own('above'), own('below')].map(
      (curve) => curve && nearest(curve, epoch),
    );
    const last = tested && nearest(tested, epoch);
    return {
      name: nameOf(one),
      stroke: strokeOf(one.run),
      tested: above && below ? spreadOf(above, below) : said(tested),
      // Of several networks, there is no one loss to take it of.
      error: above && below ? '' : last ? errorIn(quantity, one.run, last.y) : '',
      training: said(own('training')),
    };
  });
}

/** The readings in one sentence, for those who hear the page. */
export const spoken = (scene: Scene, epoch: number): string =>
  [
    say('{title}, epoch {epoch}', { title: scene.quantity.title(), epoch: decimal(epoch) }),
    ...readingsAt(scene, epoch).map(({ name, tested, error, training }) =>
      tested === ''
        ? `${name}: ${training || '–'}`
        : [`${name}: ${tested}`, error].filter(Boolean).join(', '),
    ),
  ].join('; ');
