/** What of an address the form does not take: it is named, as nobody sees what is passed over. */
import { factsNamed, widthsOf } from '../../tasks/network-facts.ts';
import { TABS } from '../tabs.ts';
import { say } from '../words/words.ts';
import { quoted } from './field-rules.ts';
import { applies, defaultsOf, strangersIn, type Values, valuesOf } from './settings-values.ts';

/** How pictures can get onto canvases, to test a browser: `canvas=`. */
export const CANVAS_WAYS = ['present', 'copy'] as const;

/** What the parts of an address can be that are not settings of a run. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  tab: TABS,
  run: ['train', 'verify', 'bench'],
  report: ['json'],
  lang: ['en', 'es'],
  canvas: CANVAS_WAYS,
};

/** What only networks of one kind have. */
const ONLY: Readonly<Record<'images' | 'text', readonly string[]>> = {
  images: ['activation', 'augment', 'normalize', 'train-limit', 'side', 'colour'],
  text: ['length', 'stride', 'sample', 'temperature'],
};

/** What there is to choose from; a network of texts has no field for it. */
const DATA = ['auto', 'built-in', 'own'];

/** What only own images have; its fields are always there for networks of images, so that it can be chosen before. */
const MAKING = ['side', 'colour'];

/** Whether a setting goes with the others, so that its field is there and counts. */
function goesWith(name: string, values: Values): boolean {
  const network = factsNamed(values.model);
  if (ONLY[network.data === 'text' ? 'images' : 'text'].includes(name)) return false;
  if (name === 'data') return network.data !== 'text' || DATA.includes(values.data);
  if (name === 'layers') return widthsOf(network) !== undefined;
  // The target of these is given, and their loss with it.
  const isGiven = network.data === 'text' || network.target === 'input';
  if (name === 'loss' && isGiven) return values.loss === network.loss;
  return MAKING.includes(name) || applies(name, values);
}

/** An address as the form takes it. */
export interface Address {
  readonly values: Values;
  /** Names that the page does not know. */
  readonly strangers: readonly string[];
  /** Parts that are no settings, and cannot be what they are. */
  readonly odd: readonly string[];
  /** Settings that do not go with the others, or are given twice. */
  readonly idle: readonly string[];
}

/** Reads an address. What is wrong with fields that are in sight, these say themselves. */
export function addressOf(search: string): Address {
  const query = new URLSearchParams(search);
  const asked = valuesOf(search);
  const names = [...new Set(query.keys())];
  const strangers = strangersIn(search);
  const odd = names.filter((name) => PARTS[name]?.includes(query.get(name) ?? '') === false);
  const settings = names.filter((name) => !strangers.includes(name) && !(name in PARTS));
  const of = (name: string): string => (name === 'seeds' ? 'seed' : name);
  const left = settings.filter(
    (name) => Object.hasOwn(asked, of(name)) && !goesWith(of(name), asked),
  );
  const twice = settings.filter(
    (name) => query.getAll(name).length > 1 || (name === 'seed' && query.has('seeds')),
  );
  const usual = defaultsOf(asked.model);
  return {
    values: { ...asked, ...Object.fromEntries(left.map((name) => [name, usual[name] ?? ''])) },
    ...{ strangers, odd, idle: [...new Set([...left, ...twice])] },
  };
}

/** What is said of an address whose parts are not all taken; empty if they are. */
export function addressText(search: string): string {
  const { strangers, odd, idle } = addressOf(search);
  const query = new URLSearchParams(search);
  const listed = (names: readonly string[]): string =>
    names.map((name) => `${name}=${query.getAll(name).map(quoted).join(', ')}`).join(', ');
  return [
    strangers.length > 0
      ? say('The address has settings that this page does not know: {names}.', {
          names: strangers.join(', '),
        })
      : '',
    odd.length > 0
      ? say('The address has values that cannot be, and that are left out: {list}.', {
          list: listed(odd),
        })
      : '',
    idle.length > 0
      ? say(
          'The address has settings that do not go with the others, and that are left out: {list}.',
          {
            list: listed(idle),
          },
        )
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}
