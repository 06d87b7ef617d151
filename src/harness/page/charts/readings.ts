import type { RunRecord } from '../notebook/run-store.ts';
import { rmseText } from '../number-error.ts';
import { spreadText } from '../numbers.ts';
import { say } from '../words/words.ts';
import { type Stroke, strokeOf } from './colours.ts';
import type { Curve } from './curves.ts';
import { decimal, type Quantity } from './kinds.ts';
import { nameIn, nameOf, namesOf } from './names.ts';
import { isRead, nearest, type Place } from './places.ts';
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

/** What is read at the crosshair. */
export interface Readings {
  /** The epochs of the values, as text: of those whose reading names no other. Empty if no run has one. */
  readonly epochs: Readonly<Record<'tested' | 'training', string>>;
  readonly rows: readonly Reading[];
}

/** What is reported while training comes at no fixed time: so many epochs from each other, one epoch heads it. */
const LIVE_EPOCHS = 0.1;

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

/** What the crosshair reads of a scene, and marks: the points of each run that are nearest to an epoch, if they can be those seen. */
export function pointsAt(
  { shown, curves, view }: Pick<Scene, 'shown' | 'curves' | 'view'>,
  epoch: number,
): Record<'tested' | 'training', Place | undefined>[] {
  return shown.map((_, at) => {
    const point = (kind: Curve['kind']): Place | undefined => {
      const own = curves.find((curve) => curve.at === at && isRead(curve) && curve.kind === kind);
      return own && nearest(own, epoch, view.zoom);
    };
    return { tested: point('tested'), training: point('training') };
  });
}

/** The epoch that heads a column: that of the point nearest to the crosshair. */
function headOf(points: readonly (Place | undefined)[], epoch: number): number | undefined {
  const epochs = points.flatMap((point) => point?.x ?? []);
  if (epochs.length === 0) return undefined;
  return epochs.reduce((best, x) => (Math.abs(x - epoch) < Math.abs(best - epoch) ? x : best));
}

/**
 * The values of all shown runs at the point of each that is nearest to an epoch.
 *
 * @param letters how many a name may have; default any
 */
export function readingsAt(scene: Scene, epoch: number, letters = Infinity): Readings {
  const { shown, quantity } = scene;
  const points = pointsAt(scene, epoch);
  const heads = {
    tested: headOf(
      points.map(({ tested }) => tested),
      epoch,
    ),
    training: headOf(
      points.map(({ training }) => training),
      epoch,
    ),
  };
  const { training: head } = heads;
  const isAbout = points.some(
    ({ training }) =>
      training &&
      head !== undefined &&
      training.x !== head &&
      Math.abs(training.x - head) <= LIVE_EPOCHS,
  );
  const names = namesOf(shown);
  const rows = shown.map((one, at): Reading => {
    const { tested, training } = points[at];
    const isOther =
      training && head !== undefined && Math.abs(training.x - head) > LIVE_EPOCHS ? training.x : '';
    return {
      name: nameIn(names[at], letters, ({ length }) => length),
      stroke: strokeOf(one.run),
      tested: tested
        ? testedText(scene, one.run, tested) + own(tested.x === heads.tested ? '' : tested.x)
        : '',
      error: tested ? errorIn(quantity, one.run, tested.y) : '',
      training: training ? quantity.format(training.y) + own(isOther) : '',
    };
  });
  const text = (of: number | undefined): string => (of === undefined ? '' : decimal(of));
  return {
    epochs: {
      tested: text(heads.tested),
      training: `${isAbout ? '≈\u00a0' : ''}${text(head)}`,
    },
    rows,
  };
}

/** The epoch of a value that is of another one than its heading. */
const own = (epoch: number | ''): string =>
  epoch === '' ? '' : say(' (epoch {epoch})', { epoch: decimal(epoch) });

/** A value on held-out data: of several networks their mean, with its deviation. */
function testedText({ quantity }: Scene, { spreads }: RunRecord, { x, y }: Place): string {
  const spread = spreads.find(({ epoch }) => epoch === x)?.[quantity.name];
  return spread ? spreadText({ ...spread, mean: y }, quantity.format) : quantity.format(y);
}

/** The readings in one sentence, for those who hear the page: the epoch of the line, and of each value if it is another one. */
export function spoken(scene: Scene, epoch: number): string {
  const { quantity, shown } = scene;
  const points = pointsAt(scene, epoch);
  const values = shown.map((one, at) => {
    const name = nameOf(one);
    const { tested, training } = points[at];
    const point = tested ?? training;
    if (!point) return `${name}: –`;
    const value = tested ? testedText(scene, one.run, tested) : quantity.format(point.y);
    const other = own(decimal(point.x) === decimal(epoch) ? '' : point.x);
    const error = tested ? errorIn(quantity, one.run, tested.y) : '';
    return [`${name}: ${value}${other}`, error].filter(Boolean).join(', ');
  });
  const title = quantity.title();
  return [say('{title}, epoch {epoch}', { title, epoch: decimal(epoch) }), ...values].join('; ');
}
