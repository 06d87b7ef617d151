import { loss, percent } from '../numbers.ts';
import { language, say } from '../words/words.ts';
import type { Of } from './curves.ts';

/** What the charts of the page show. */
export type ChartName = 'loss' | 'accuracy';

/** The quantity of a chart. */
export interface Quantity {
  readonly name: ChartName;
  readonly title: () => string;
  readonly of: Of;
  /** A value in words. */
  readonly format: (value: number) => string;
  /** A value beside its curve. */
  readonly label: (value: number) => string;
  /** A value at the axis. */
  readonly tick: (value: number) => string;
}

const local = (digits: string): string => (language() === 'es' ? digits.replace('.', ',') : digits);

/** Three digits at most, as the page's language writes them. */
export const decimal = (value: number): string => local(String(Number(value.toPrecision(3))));

export const QUANTITIES: Readonly<Record<ChartName, Quantity>> = {
  loss: {
    name: 'loss',
    title: () => say('Loss'),
    of: ({ loss: value }) => value,
    format: loss,
    label: (value) => local(value.toPrecision(3)),
    tick: decimal,
  },
  accuracy: {
    name: 'accuracy',
    title: () => say('Accuracy'),
    of: ({ accuracy }) => accuracy,
    format: percent,
    label: percent,
    tick: (value) => `${decimal(100 * value)}${language() === 'es' ? '\u00a0%' : '%'}`,
  },
};
