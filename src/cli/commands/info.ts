import type { Safetensors } from '../../data/safetensors.ts';
import { type Photos, photosIn } from '../../harness/own/photos.ts';
import type { TableFacts, UsedColumn } from '../../harness/own/table-text.ts';
import { OPTIONS_NAME } from '../../harness/tasks/keeping.ts';
import { layerTable } from '../../nn/layer-table.ts';
import { lossText } from '../../nn/losses.ts';
import type { SavedModel } from '../../train/model-file/saved-model.ts';
import { KEY } from '../../train/model-file/version.ts';
import { type Command, rendererOf } from '../command.ts';
import { EXIT_DONE } from '../exit-codes.ts';
import { formatCount } from '../format.ts';
import { readModelFile } from '../model-file.ts';
import { epochsIn, readTensors } from '../resumed.ts';
import { GrowingTable } from '../table.ts';
import { tableOf } from '../table-facts.ts';
import { formatInUnit } from '../unit.ts';
import { wrap } from '../wrap.ts';

/** `gradweave info`. */
export const info: Command = {
  name: 'info',
  summary: 'Show what a file has: a model’s layers, a checkpoint’s run, or tensors',
  positionals: [{ name: 'FILE', help: 'a model file, a checkpoint, or safetensors of any kind' }],
  options: [],
  async run(context) {
    const [path] = context.arguments.positionals;
    const renderer = rendererOf(context);
    const file = await readTensors(path, 'FILE');
    const { columns } = renderer;
    if (KEY in file.metadata) {
      renderer.print(...modelLines(await readModelFile(path, 'FILE'), columns));
    } else renderer.print(...runLines(file, columns), ...tensorLines(file, columns));
    return EXIT_DONE;
  },
};

const sizes = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** Lines `name  value`. */
const facts = (
  all: readonly (readonly [string, string | undefined])[],
  columns: number,
): string[] =>
  all.flatMap(([name, value]) =>
    value === undefined ? [] : wrap(`${name.padEnd(INDENT)}${value}`, columns, ' '.repeat(INDENT)),
  );

const INDENT = 12;

/** Most classes that are listed. */
const LISTED = 20;

/** Names with commas between; in quotes if one has what could not be told apart. */
function namesText(names: readonly string[]): string {
  const odd = names.some((name) => !/^[^\s,"][^,"\n\r]*$/.test(name));
  const shown = names.slice(0, LISTED).map((name) => (odd ? JSON.stringify(name) : name));
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Plain JSON for people: `batchSize 100, optimizer (kind sgd, learningRate 0.001)`. */
function plainly(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const parts = Object.entries(value).map(([name, inner]) => {
    const text = plainly(inner);
    const shown = typeof inner === 'object' && inner !== null ? `(${text})` : text;
    return Array.isArray(value) ? shown : `${name} ${shown}`;
  });
  return parts.join(', ');
}

/** `size (mean 45.2, deviation 20.1)`, `town (Paris, Rome)`. */
const columnText = (column: UsedColumn): string =>
  'values' in column
    ? `${column.name} (${namesText(column.values)})`
    : `${column.name} (${spreadText(column)})`;

const spreadText = ({ mean, deviation }: { readonly mean: number; readonly deviation: number }) =>
  `mean ${formatInUnit(mean)}, deviation ${formatInUnit(deviation)}`;

const targetText = ({ target }: TableFacts): string =>
  'classes' in target
    ? `the class ${target.name}`
    : `the number ${target.name} (${spreadText(target)}); the output is standardised, predict gives its unit`;

const photosText = ({ inverted }: Photos): string =>
  `predict takes those of any size: the square in the middle${inverted ? ', with light and dark exchanged' : ''}`;

function modelLines(model: SavedModel, columns: number): string[] {
  const { image, normalize, classes, vocabulary, loss, training, writer } = model;
  const photos = photosIn(model.metadata);
  const table = tableOf(model);
  const rows = layerTable(model.model);
  const sum = (of: 'parameters' | 'flop'): number =>
    rows.reduce((total, row) => total + row[of], 0);
  const taken = image
    ? `images of ${image.height}×${image.width}×${image.channels}${image.crop ? `, of which the middle ${image.crop.join('×')}` : ''}`
    : table
      ? `rows of ${table.columns.map(columnText).join(', ')}`
      : vocabulary
        ? `text of ${model.model.inputShape[0]} characters, out of ${vocabulary.length}`
        : `numbers ${sizes(model.model.inputShape)}`;
  const layers = new GrowingTable(columns, 'plain');
  const lines = rows.flatMap((row) => {
    const { header, lines: own } = layers.add({
      layer: row.name === '' ? 'all' : row.name,
      kind: row.kind.replace(/\(.*\)$/s, '(…)'),
      output: sizes(row.shape),
      parameters: formatCount(row.parameters),
      FLOP: formatCount(row.flop),
    });
    return header === undefined ? own : [header, ...own];
  });
  return [
    ...facts(
      [
        ['Model file', `written by gradweave ${writer}`],
        ['Takes', taken],
        [
          'Prepared',
          table
            ? 'numbers standardised; a text is an input for each of its values, 0 or 1'
            : normalize
              ? `standardised: ${JSON.stringify(normalize)}`
              : undefined,
        ],
        ['Learned', table && targetText(table)],
        ['Photos', photos && photosText(photos)],
        ['Loss', loss === undefined ? undefined : lossText(loss)],
        ['Classes', classes && namesText(classes)],
        ['Training', training && plainly(training)],
      ],
      columns,
    ),
    '',
    ...lines,
    '',
    `${formatCount(sum('parameters'))} parameters; ${formatCount(sum('flop'))} FLOP of products for a sample, forward`,
  ];
}

function runLines({ metadata }: Safetensors, columns: number): string[] {
  const { [OPTIONS_NAME]: options, step, history, format } = metadata;
  if (!format?.startsWith('gradweave checkpoint')) return [];
  return [
    ...facts(
      [
        ['Checkpoint', `of step ${step}`],
        ['Epochs', String(epochsIn(history))],
        ['Options', options],
      ],
      columns,
    ),
    '',
  ];
}

function tensorLines({ tensors }: Safetensors, columns: number): string[] {
  const table = new GrowingTable(columns, 'plain');
  let count = 0;
  const lines = [...tensors].flatMap(([name, { dtype, shape, data }]) => {
    count += data.length;
    const { header, lines: own } = table.add({ tensor: name, type: dtype, shape: sizes(shape) });
    return header === undefined ? own : [header, ...own];
  });
  return [...lines, '', `${formatCount(tensors.size)} tensors of ${formatCount(count)} numbers`];
}
