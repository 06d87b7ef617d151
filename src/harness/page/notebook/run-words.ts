import { dataName } from '../facts.ts';
import { whole } from '../numbers.ts';
import { applies, defaultsOf } from '../settings/settings-values.ts';
import { say } from '../words/words.ts';
import { labelOf, type RunRecord } from './run-store.ts';
import { nameOfSetting, valueOfSetting } from './setting-words.ts';

/** A run's settings, without its name: what differs from its preset. */
export function settingsText({ query }: Pick<RunRecord, 'query'>): string {
  const skipped = new Set(['model', 'data']);
  const parts = [...new URLSearchParams(query)].filter(([name]) => !skipped.has(name));
  return parts.map(([name, value]) => settingText(name, value)).join(', ') || say('as the preset');
}

/** A setting with its value: `batch size 50`. */
const settingText = (name: string, value: string): string =>
  `${nameOfSetting(name)} ${valueOfSetting(name, value)}`;

/** The settings that a run was started with, those of its preset included: as in the address. */
export function allSettings({ query }: Pick<RunRecord, 'query'>): [string, string][] {
  const given = new URLSearchParams(query);
  const all = { ...defaultsOf(given.get('model') ?? '2'), ...Object.fromEntries(given) };
  return Object.entries(all).filter(([, value]) => value !== '');
}

const CAPITAL = /^[a-zà-ÿ](?=[a-zà-ÿ])/;

/** All settings in words, a line each: `Batch size`, `50`. */
export const settingLines = (run: Pick<RunRecord, 'query'>): [string, string][] =>
  allSettings(run).map(([name, value]) => [
    nameOfSetting(name).replace(CAPITAL, (first) => first.toUpperCase()),
    valueOfSetting(name, value),
  ]);

/** How a run was computed, and what its title says: named only if its address does. */
const ASIDE = new Set(['family', 'plan', 'precision', 'sample', 'temperature', 'prompt']);

/** Values of what was not used. */
const UNUSED = new Set(['none', 'last', 'constant']);

/**
 * All settings that a run's results depend on, but its model and data.
 *
 * @param seeds of the networks that it is the mean of; empty for a single one
 */
export function fullSettingsText(
  run: Pick<RunRecord, 'query'>,
  seeds: readonly number[] = [],
): string {
  const given = new URLSearchParams(run.query);
  const all = allSettings(run);
  const values = Object.fromEntries(all);
  const named = all
    .filter(([name]) => !['model', 'data', 'seed', 'seeds'].includes(name))
    .filter(([name, value]) => given.has(name) || !(ASIDE.has(name) || UNUSED.has(value)))
    .filter(([name]) => applies(name, values))
    .map(([name, value]) => settingText(name, value));
  const seed =
    seeds.length > 0
      ? `${nameOfSetting('seeds')} ${seeds.join(' ')}`
      : settingText('seed', values.seed);
  return [...named, seed].join(', ');
}

/** As much of a hash as tells data apart. */
const SHOWN_HASH = 16;

/** What data a run learned from, and their hash if there is one. */
export function dataText({ dataset }: Pick<RunRecord, 'dataset'>): string {
  if (!dataset) return '–';
  const { name, train, test, sha256, channels = 1 } = dataset;
  const values = { name: dataName(name), train: whole(train), test: whole(test) };
  const text =
    channels > 1
      ? say('{name}, in colour, {train} to train, {test} to test', values)
      : say('{name}, {train} to train, {test} to test', values);
  return sha256 ? `${text}, SHA-256 ${sha256.slice(0, SHOWN_HASH)}…` : text;
}

/** What is said if a run is to be repeated with more seeds while another one goes on. */
export const repeatText = (run: RunRecord): string =>
  say('The settings are those of {run} with other seeds. Start them when this run has ended.', {
    run: labelOf(run),
  });
