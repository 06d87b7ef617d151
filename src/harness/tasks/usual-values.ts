import { factsNamed, widthsOf } from './network-facts.ts';

/** Settings by their names in the address, as text. */
export type Values = Readonly<Record<string, string>>;

/** What a run has if its address gives nothing but the model: as `settingsOf` in settings.ts. */
export function usualValues(model: string): Values {
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
    patience: '',
    keep: 'last',
    seed: '1',
    'train-limit': '',
    normalize: network.data === 'images' ? (network.normalize?.join(',') ?? '') : '',
    schedule: network.schedule,
    warmup: '',
    gamma: '',
    period: '',
    'end-factor': '',
    rise: '',
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
    side: '',
    colour: '',
  };
}
