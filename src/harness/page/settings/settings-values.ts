import { FASHION_MNIST_DEVIATION, FASHION_MNIST_MEAN } from '../../../data/fashion-mnist.ts';
import { PAPER_MODELS } from '../../../paper/table.ts';
import { takersOf } from '../../tasks/choice-facts.ts';
import { factsNamed, widthsOf } from '../../tasks/network-facts.ts';

/** A form's values by their names in the address. */
export type Values = Readonly<Record<string, string>>;

/** Parts of the address that are not settings of a run. */
const OTHERS = new Set(['run', 'report', 'tab', 'canvas', 'data-files', 'worker', 'lang']);

/** The defaults of the address: as `settingsOf` in ../tasks/settings.ts. */
export function defaultsOf(model: string): Values {
  const network = factsNamed(model);
  return {
    model,
    layers: widthsOf(network)?.join(',') ?? '',
    activation: network.data === 'images' ? 'relu' : '',
    dropout: String(network.dropout),
    loss: network.loss,
    optimizer: network.optimizer,
    lr: String(network.learningRate),
    'batch-size': String(network.batchSize),
    epochs: String(network.epochs),
    seed: '1',
    'train-limit': '',
    normalize: network.data === 'images' ? (network.normalize?.join(',') ?? '') : '',
    schedule: network.schedule,
    augment: network.data === 'images' ? network.augment : '',
    length: network.data === 'text' ? String(network.length) : '',
    stride: '',
    sample: '',
    temperature: '',
    prompt: '',
    momentum: '0',
    nesterov: '',
    betas: '',
    eps: '',
    'weight-decay': '',
    family: 'auto',
    plan: 'fused',
    precision: 'full',
    data: 'auto',
  };
}

/**
 * A preset of the page. Classifiers use the recipe that the paper's Table I suggests (cross-entropy,
 * standardised pixels), not the text's mean squared error.
 */
export function presetOf(model: string): Values {
  const values = defaultsOf(model);
  if (!PAPER_MODELS.some((one) => String(one.model) === model)) return values;
  const normalize = `${FASHION_MNIST_MEAN},${FASHION_MNIST_DEVIATION}`;
  return { ...values, loss: 'cross_entropy', normalize };
}

/** Whether an optimizer has an option. */
export const applies = (name: string, optimizer: string): boolean =>
  takersOf(name)?.includes(optimizer) ?? true;

/** The shortest query for a form's values. */
export function queryOf(values: Values): string {
  const defaults = defaultsOf(values.model);
  const query = new URLSearchParams({ model: values.model });
  for (const [name, value] of Object.entries(values)) {
    const text = value.trim();
    if (name === 'model' || text === defaults[name] || text === '') continue;
    // Several seeds have a name of their own.
    const own = name === 'seed' && /\.\.|,/.test(text) ? 'seeds' : name;
    if (applies(name, values.optimizer)) query.set(own, text);
  }
  // Defaults of the page that differ from the command line's.
  if (values.data !== 'built-in') query.set('data', 'auto');
  return query.toString();
}

/** A form's values for an address; those of Model 2 if it has no settings. */
export function valuesOf(search: string): Values {
  const query = new URLSearchParams(search);
  const given = [...query].filter(([name]) => !OTHERS.has(name));
  if (given.length === 0) return presetOf('2');
  const defaults = defaultsOf(query.get('model') ?? '2');
  const known = given
    .map(([name, value]) => [name === 'seeds' ? 'seed' : name, value] as const)
    .filter(([name]) => name !== 'model' && Object.hasOwn(defaults, name));
  const { family, ...others } = Object.fromEntries(known);
  // The old name of a family.
  const named = family === undefined ? {} : { family: family === 'discrete' ? 'tiled' : family };
  return { ...defaults, ...others, ...named };
}

/** Names in an address that are neither settings nor of the page. */
export function strangersIn(search: string): string[] {
  const query = new URLSearchParams(search);
  const known = defaultsOf('2');
  return [...new Set(query.keys())].filter(
    (name) => !OTHERS.has(name) && name !== 'seeds' && !Object.hasOwn(known, name),
  );
}
