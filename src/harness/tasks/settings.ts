import { OptionError } from '../../errors.ts';
import { type ImageSettings, ofImages } from './image-settings.ts';
import { NETWORK_NAMES } from './network-facts.ts';
import { networkNamed } from './networks.ts';
import { Query } from './query.ts';
import { ofText, type TextSettings } from './text-settings.ts';

/** Everything that determines a training run, besides the data. */
export type Settings = ImageSettings | TextSettings;

/** Options that only one kind of network has. */
const OWN = {
  images: ['layers', 'augment', 'normalize', 'train-limit', 'side', 'colour'],
  text: ['length', 'stride', 'sample', 'temperature', 'prompt'],
} as const;

/**
 * A run's settings from the address: `model` is a network of {@link NETWORKS}, the other parameters change it.
 *
 * @param prefix what options' names begin with in messages: `--` on the command line. Default none
 * @throws OptionError if a value is not allowed.
 */
export function settingsOf(options: URLSearchParams, prefix = ''): Settings {
  const query = new Query(options, prefix);
  const network = networkNamed(query.choice('model', NETWORK_NAMES, '2'));
  const [strays, learns] =
    network.data === 'images' ? [OWN.text, 'images'] : [OWN.images, 'a text'];
  const stray = strays.find((name) => query.has(name));
  if (stray) query.fail(stray, `left out: ${network.title} learns from ${learns}`);
  return network.data === 'images' ? ofImages(query, network) : ofText(query, network);
}

/**
 * Settings for images.
 *
 * @throws OptionError if a value is not allowed, or the network learns from a text
 */
export function imageSettingsOf(options: URLSearchParams): ImageSettings {
  const settings = settingsOf(options);
  if (settings.data === 'images') return settings;
  throw new OptionError(`${settings.title} learns from a text; use a model of images`);
}
