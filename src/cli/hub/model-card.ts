import { isObject } from '../../check.ts';
import type { TableFacts } from '../../harness/own/table-text.ts';
import { layerTable } from '../../nn/layer-table.ts';
import type { SavedModel } from '../../train/model-file/saved-model.ts';
import { tableOf } from '../table-facts.ts';
import { formatError, unitName } from '../unit.ts';

/** What a card says of a data set's name that the Hub knows. */
const DATASETS: Readonly<Record<string, string>> = {
  'Fashion-MNIST': 'zalando-datasets/fashion_mnist',
};

/** A metric of the test split. */
interface Metric {
  readonly type: string;
  readonly name: string;
  readonly value: number;
}

/** What is known of the training, as far as it is what `saveModel` writes. */
interface Known {
  readonly dataset: string | undefined;
  readonly epochs: number | undefined;
  readonly metrics: readonly Metric[];
}

function knownOf(training: unknown): Known {
  const { dataset, epochs, last } = isObject(training) ? training : {};
  const test = isObject(last) && isObject(last.test) ? last.test : {};
  const metrics = (['accuracy', 'loss'] as const).flatMap((type): Metric[] => {
    const value = test[type];
    return typeof value === 'number' ? [{ type, name: `Test ${type}`, value }] : [];
  });
  return {
    dataset: typeof dataset === 'string' ? dataset : undefined,
    epochs: typeof epochs === 'number' ? epochs : undefined,
    metrics,
  };
}

/** What the model does, by the Hub's names. */
export function taskOf({ image, vocabulary, target = 'label' }: SavedModel): string | undefined {
  if (vocabulary) return 'text-generation';
  if (target === 'label') return image ? 'image-classification' : 'tabular-classification';
  return target === 'input' ? 'feature-extraction' : 'tabular-regression';
}

/** A text of YAML. JSON's strings are YAML's, and a stranger's text cannot end one. */
const text = (value: string): string => JSON.stringify(value);

/** The head of the card: https://huggingface.co/docs/hub/model-cards, and its `model-index`. */
function headOf(model: SavedModel, name: string): string[] {
  const { dataset, metrics } = knownOf(model.training);
  const task = taskOf(model);
  const known = dataset === undefined ? undefined : DATASETS[dataset];
  const type = known ?? dataset?.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const index =
    dataset === undefined || type === undefined || metrics.length === 0
      ? []
      : [
          'model-index:',
          `- name: ${text(name)}`,
          '  results:',
          '  - task:',
          `      type: ${task}`,
          '    dataset:',
          `      name: ${text(dataset)}`,
          `      type: ${text(type)}`,
          '      split: test',
          '    metrics:',
          ...metrics.flatMap((metric) => [
            `    - type: ${metric.type}`,
            `      name: ${metric.name}`,
            `      value: ${metric.value}`,
          ]),
        ];
  return [
    '---',
    'library_name: gradweave',
    ...(task === undefined ? [] : [`pipeline_tag: ${task}`]),
    'tags:',
    '- webgpu',
    '- safetensors',
    ...(known === undefined ? [] : ['datasets:', `- ${known}`]),
    ...index,
    '---',
  ];
}

/** Lines of a metric. That of a number that was learned from a table has its unit. */
function metricLines({ type, name, value }: Metric, table: TableFacts | undefined): string[] {
  const target = table?.target;
  if (type !== 'loss' || !target || !('mean' in target)) return [`- ${name}: ${value}`];
  const [column, unit] = [cell(target.name), cell(unitName(target))];
  return [
    `- ${name}: ${value} (in squared deviations of ${column})`,
    `- Test error: ${formatError(value, target)} (root mean square, in ${unit})`,
  ];
}

/** The inputs by their columns. */
const columnsOf = ({ columns }: TableFacts): string =>
  columns
    .map((column) =>
      'values' in column ? `${column.name} (0 or 1 for ${column.values.join(', ')})` : column.name,
    )
    .join(', ');

/** A cell of a table in Markdown. */
const cell = (value: string): string => value.replace(/[|\n\r]/g, ' ');

/**
 * The README of a model's folder on the Hub.
 *
 * @param name the model's
 */
export function modelCard(model: SavedModel, name: string): string {
  const { classes, image, normalize } = model;
  const table = tableOf(model);
  const { dataset, epochs, metrics } = knownOf(model.training);
  const rows = layerTable(model.model);
  const count = rows.reduce((sum, { parameters }) => sum + parameters, 0);
  const trained = [
    dataset === undefined ? '' : ` on ${cell(dataset)}`,
    epochs === undefined ? '' : ` for ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`,
  ].join('');
  return [
    ...headOf(model, name),
    '',
    `# ${cell(name)}`,
    '',
    `A network of ${count} parameters, trained${trained} with gradweave on WebGPU.`,
    ...(metrics.length === 0
      ? []
      : ['', ...metrics.flatMap((metric) => metricLines(metric, table))]),
    '',
    '## Use',
    '',
    '```js',
    "import { Engine } from 'gradweave';",
    "import { loadModel } from 'gradweave/checkpoint';",
    '',
    'const engine = await Engine.create();',
    "const bytes = await (await fetch('model.safetensors')).arrayBuffer();",
    'const model = await loadModel(engine, new Uint8Array(bytes));',
    ...useOf(model),
    '```',
    '',
    'The tensors have the names and the shapes of a `state_dict` of PyTorch: `safetensors.torch.load_file`.',
    '',
    '## Inputs and outputs',
    '',
    image
      ? `Images of ${image.height}×${image.width} pixels and ${image.channels} ${image.channels === 1 ? 'channel' : 'channels'}: bytes, which are divided by 255${normalize ? `, then standardised (${cell(JSON.stringify(normalize))})` : ''}.`
      : `Samples of shape [${model.model.inputShape.join(', ')}]${table ? `: ${cell(columnsOf(table))}` : ''}.`,
    ...(table && 'mean' in table.target
      ? [
          '',
          `Output: ${cell(table.target.name)}, standardised: output × ${table.target.deviation} + ${table.target.mean} is in its unit.`,
        ]
      : []),
    ...(classes ? ['', `Classes: ${cell(classes.join(', '))}.`] : []),
    '',
    '## Layers',
    '',
    '| layer | kind | output | parameters |',
    '|---|---|---|---|',
    ...rows.map(
      ({ name: layer, kind, shape, parameters }) =>
        `| ${layer} | ${cell(kind)} | ${shape.join('×')} | ${parameters} |`,
    ),
    '',
  ].join('\n');
}

const useOf = ({ vocabulary, classes, image }: SavedModel): string[] => {
  if (vocabulary) {
    return ["let text = '';", "for await (const part of model.generate('…')) text += part;"];
  }
  if (!classes) return ['const outputs = await model.predict(samples);'];
  return [
    `const [first] = await model.predict(${image ? 'images' : 'samples'}, { as: 'class' });`,
    'console.log(model.classes[first]);',
  ];
};
