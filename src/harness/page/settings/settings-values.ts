import { takersOf } from '../../tasks/choice-facts.ts';
import { factsNamed } from '../../tasks/network-facts.ts';
import { schedulesWith } from '../../tasks/schedule-facts.ts';
import { usualValues, type Values } from '../../tasks/usual-values.ts';

export type { Values } from '../../tasks/usual-values.ts';
export { usualValues as defaultsOf };

/** Parts of the address that are not settings of a run. */
const OTHERS = new Set(['run', 'report', 'tab', 'canvas', 'data-files', 'worker', 'lang']);

/** Pixels that are not standardised, for a network that has them so. */
const AS_THEY_ARE = '0,1';

/** How the visitor's own images are made. */
const MAKING = ['side', 'colour'];

/** Whether settings have an option: some only go with an optimizer, a schedule, or images of the visitor's own. */
export const applies = (name: string, { model, data, optimizer, schedule }: Values): boolean =>
  (takersOf(name)?.includes(optimizer) ?? true) &&
  (schedulesWith(name)?.includes(schedule) ?? true) &&
  !(MAKING.includes(name) && (data !== 'own' || factsNamed(model).data === 'text'));

/** What only images have. The size of a training part stays in sight if it is given, as it counts for rows, too. */
const PICTURED = ['augment', 'normalize', 'train-limit', 'side', 'colour'];

/** Whether the form shows a setting while there is a table: what is refused for one stays in sight until it is taken back. */
export const fitsTable = (name: string, value: string): boolean =>
  !PICTURED.includes(name) ||
  (['augment', 'train-limit'].includes(name) && !['', 'none'].includes(value));

/** The shortest query for a form's values. */
export function queryOf(values: Values): string {
  const defaults = usualValues(values.model);
  const query = new URLSearchParams({ model: values.model });
  for (const [name, value] of Object.entries(values)) {
    const text = value.trim();
    if (name === 'model' || text === defaults[name]) continue;
    if (name === 'normalize' && text === '') query.set(name, AS_THEY_ARE);
    if (text === '') continue;
    // Several seeds have a name of their own.
    const own = name === 'seed' && /\.\.|,/.test(text) ? 'seeds' : name;
    if (applies(name, values)) query.set(own, text);
  }
  // Defaults of the page that differ from the command line's.
  if (values.data !== 'built-in') query.set('data', values.data === 'own' ? 'own' : 'auto');
  return query.toString();
}

/** A form's values for an address: what it does not give is as the command has it. */
export function valuesOf(search: string): Values {
  const query = new URLSearchParams(search);
  const given = [...query].filter(([name]) => !OTHERS.has(name));
  const defaults = usualValues(query.get('model') ?? '2');
  const known = given
    .map(([name, value]) => [name === 'seeds' ? 'seed' : name, value] as const)
    .filter(([name]) => name !== 'model' && Object.hasOwn(defaults, name));
  const { family, ...others } = Object.fromEntries(known);
  // The old name of a family.
  const named = family === undefined ? {} : { family: family === 'discrete' ? 'tiled' : family };
  const plain = others.normalize === AS_THEY_ARE ? { normalize: '' } : {};
  const usual = others.side === '28' ? { side: '' } : {};
  // As for the command, to name it is to ask for it.
  const ticked = others.nesterov === '' ? { nesterov: 'true' } : {};
  return { ...defaults, ...others, ...named, ...plain, ...usual, ...ticked };
}

/** What runs of the command have, and the page gives nothing for. */
const COMMANDS = ['prompt', 'data-files'];

/** Names in an address that are neither settings of the form nor of the page. */
export function strangersIn(search: string): string[] {
  const query = new URLSearchParams(search);
  const known = usualValues('2');
  const isKnown = (name: string): boolean =>
    OTHERS.has(name) || name === 'seeds' || Object.hasOwn(known, name);
  return [...new Set(query.keys())].filter((name) => COMMANDS.includes(name) || !isKnown(name));
}
