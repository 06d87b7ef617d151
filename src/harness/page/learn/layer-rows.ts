import type { LayerFacts } from '../../../nn/layer-table.ts';
import { make } from '../dom.ts';
import { layerLabel } from '../inside/layer-words.ts';
import { whole } from '../numbers.ts';
import { say } from '../words/words.ts';
import { flopText } from './figures-text.ts';
import { termButton } from './term-popover.ts';
import { figuresOf, stepFlop } from './widths.ts';

/** A row of the table of layers. */
export interface LayerRow {
  readonly label: string;
  readonly shape: string;
  readonly parameters: number;
  readonly flop: number;
}

/** The rows of a perceptron. */
export const rowsOfWidths = (widths: readonly number[]): LayerRow[] =>
  figuresOf(widths).map(({ inputs, units, parameters, flop }, i, { length }) => ({
    label: i === length - 1 ? say('Output') : say('Hidden layer {number}', { number: i + 1 }),
    shape: `${whole(inputs)} → ${whole(units)}`,
    parameters,
    flop,
  }));

/** The rows of any other network, without layers that only pass on. */
export const rowsOfLayers = (layers: readonly LayerFacts[]): LayerRow[] =>
  layers.map(({ name, kind, shape, parameters, flop }) => ({
    // What is inside of a block has rows of its own.
    label: layerLabel(name, kind),
    shape: shape.map(whole).join(' × '),
    parameters,
    flop,
  }));

/** What layers with weights are called in the table of layers, in order: those of a perceptron by their places, with their widths. */
export function labelsOf(
  layers: readonly Pick<LayerFacts, 'name' | 'kind'>[],
): readonly Pick<LayerRow, 'label' | 'shape'>[] {
  const ends = layers.map(({ kind }) => /^linear (\d+)→(\d+)$/.exec(kind));
  if (ends.every((end) => end !== null)) {
    const widths = [ends[0]?.[1], ...ends.map((end) => end[2])].map(Number);
    return rowsOfWidths(widths).map(({ label, shape }) => ({ label, shape }));
  }
  return layers.map(({ name, kind }) => ({ label: layerLabel(name, kind), shape: '' }));
}

export const sumOf = (rows: readonly LayerRow[]): { parameters: number; flop: number } => ({
  parameters: rows.reduce((sum, row) => sum + row.parameters, 0),
  flop: rows.reduce((sum, row) => sum + row.flop, 0),
});

/** A cell with a bar of its share. */
function figure(value: number, text: string, most: number): HTMLTableCellElement {
  const cell = make('td', { class: 'figure' }, text);
  cell.style.setProperty('--share', String(most > 0 ? value / most : 0));
  return cell;
}

/** The table of layers, with sums. */
export function layersTable(rows: readonly LayerRow[], batch: number): HTMLElement[] {
  const sum = sumOf(rows);
  const [parameters, flop] = [sum.parameters, sum.flop];
  const head = make(
    'thead',
    {},
    make(
      'tr',
      {},
      make('th', { scope: 'col' }, say('Layer')),
      make('th', { scope: 'col' }, say('Shape')),
      make('th', { scope: 'col' }, say('Parameters'), termButton('parameters')),
      make('th', { scope: 'col' }, say('FLOP a sample'), termButton('flop')),
    ),
  );
  const body = make(
    'tbody',
    {},
    ...rows.map((row) =>
      make(
        'tr',
        {},
        make('th', { scope: 'row' }, row.label),
        make('td', {}, row.shape),
        figure(row.parameters, row.parameters > 0 ? whole(row.parameters) : '–', parameters),
        figure(row.flop, row.flop > 0 ? flopText(row.flop) : '–', flop),
      ),
    ),
  );
  const foot = make(
    'tfoot',
    {},
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, say('In all')),
      make('td'),
      make('td', {}, whole(parameters)),
      make('td', {}, flopText(flop)),
    ),
  );
  const step = say(
    'Forward, a layer of m inputs and n units takes 2·m·n FLOP for a sample; a training step takes about three times that. A step of {batch} samples: about {flop}.',
    {
      batch: whole(batch),
      flop: flopText(batch * stepFlop(flop)),
    },
  );
  const scroll = make(
    'section',
    { class: 'scroll layers', tabindex: '0', 'aria-label': say('Layers') },
    make('table', {}, head, body, foot),
  );
  return [scroll, make('p', { class: 'help' }, step)];
}
