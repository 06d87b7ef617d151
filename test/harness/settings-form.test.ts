import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  applies,
  defaultsOf,
  fitsTable,
  queryOf,
  valuesOf,
} from '../../src/harness/page/settings/settings-values.ts';
import type { ImageSettings } from '../../src/harness/tasks/image-settings.ts';
import { NETWORK_NAMES } from '../../src/harness/tasks/network-facts.ts';
import { paperDifferences, TABLE_RECIPE } from '../../src/harness/tasks/paper-differences.ts';
import { type Settings, settingsOf } from '../../src/harness/tasks/settings.ts';

const MODELS = NETWORK_NAMES;

/** Settings with the network in words. */
const inWords = (settings: Settings) => ({
  ...settings,
  model: settings.data === 'text' ? settings.model(60).kind : settings.model([28, 28]).kind,
});

test('what the form takes for granted is what the task takes for granted', () => {
  for (const model of MODELS) {
    const { data: _data, ...all } = defaultsOf(model);
    const spelt = Object.entries(all).filter(([name, value]) => value !== '' && applies(name, all));
    const short = settingsOf(new URLSearchParams({ model }));
    const long = settingsOf(new URLSearchParams(Object.fromEntries(spelt)));
    // Layers that are spelt out name the run by themselves.
    assert.equal(inWords({ ...long, title: short.title }), inWords(short), model);
  }
});

test('what only images have is left out for a table, but not what it would be refused for', () => {
  const html = readFileSync('harness.html', 'utf8');
  const values: Readonly<Record<string, string>> = { ...defaultsOf('2'), data: 'own' };
  const left = Object.keys(values).filter((name) => !fitsTable(name, values[name]));
  assert.equal(left.sort(), ['augment', 'colour', 'normalize', 'side', 'train-limit']);
  for (const name of left) {
    assert.match(html, new RegExp(`data-pictured>[^<]*\\s*<(input|select) name="${name}"`));
  }
  assert.ok(fitsTable('augment', 'shift') && fitsTable('train-limit', '50'));
});

test('a preset survives the way through the address', () => {
  for (const model of MODELS) {
    assert.equal(valuesOf(queryOf(defaultsOf(model))), defaultsOf(model), model);
  }
});

test('every setting survives the way through the address', () => {
  const changes = {
    layers: '784,32,10',
    activation: 'tanh',
    dropout: '0.5',
    loss: 'mse',
    optimizer: 'sgd',
    lr: '0.05',
    'batch-size': '7',
    epochs: '2',
    seed: '99',
    'train-limit': '1000',
    normalize: '',
    momentum: '0.9',
    nesterov: 'true',
    'weight-decay': '0.01',
    family: 'portable',
    plan: 'plain',
    data: 'built-in',
  };
  const values = { ...defaultsOf('2'), ...changes };
  assert.equal(valuesOf(queryOf(values)), values);
});

test('the address says no more than it has to', () => {
  assert.is(queryOf({ ...defaultsOf('3') }), 'model=3&data=auto');
});

test('options that an optimizer has not are left out', () => {
  const query = new URLSearchParams(queryOf({ ...defaultsOf('1'), betas: '0.5,0.5', eps: '1' }));
  assert.is(query.get('betas'), null);
  assert.is(query.get('eps'), null);
});

test('Model 2 is the same as a preset, in an address and for the command, and so are all networks', () => {
  for (const search of ['', '?', '?tab=inside', '?run=train', '?model=2']) {
    assert.equal(valuesOf(search), defaultsOf('2'), search);
  }
  for (const model of MODELS) {
    const { data: _, ...page } = Object.fromEntries(
      new URLSearchParams(queryOf(defaultsOf(model))),
    );
    const command = settingsOf(new URLSearchParams({ model }));
    assert.equal(inWords(settingsOf(new URLSearchParams(page))), inWords(command), model);
  }
  const { loss, normalize } = settingsOf(new URLSearchParams()) as ImageSettings;
  assert.equal([loss, normalize], ['mse', null]);
});

test('a link of the time when presets had Table I’s recipe still has it', () => {
  const link = 'model=2&loss=cross_entropy&normalize=0.286%2C0.353&data=auto';
  const values = valuesOf(link);
  assert.is(queryOf(values), link);
  assert.equal(values, { ...defaultsOf('2'), ...TABLE_RECIPE });
});

test('what differs from the paper is listed, and nothing else', () => {
  const said = (query: string): string[] =>
    paperDifferences(Object.fromEntries(new URLSearchParams(query))).map(
      ({ setting, now, paper }) => `${setting} ${now} instead of ${paper}`,
    );
  assert.equal(said('model=2&seed=7&family=tiled&plan=plain&lr=1e-3&data=auto'), []);
  assert.equal(said('model=2&loss=cross_entropy&normalize=0.286,0.353'), [
    'loss cross-entropy instead of mean squared error',
    'pixels standardised instead of from 0 to 1',
  ]);
  assert.equal(said('model=1&layers=784,32,10&data=built-in&train-limit=400&keep=best'), [
    'layers 784–32–10 instead of 784–128–64–10',
    'weights kept the best epoch’s instead of the last epoch’s',
    'training images 400 instead of all',
    'data built-in garments instead of Fashion-MNIST',
  ]);
  assert.equal(said('model=cnn&lr=7'), [], 'it is not of the paper');
});

test('pixels that are not standardised survive the way through the address', () => {
  const values = { ...defaultsOf('cnn'), normalize: '' };
  assert.equal(valuesOf(queryOf(values)), values);
});

test('what a list of the form has in the address does not follow the language', () => {
  const markup = readFileSync('harness.html', 'utf8');
  assert.equal([...markup.matchAll(/<option>[^<]*/g)].flat(), []);
});

test('options that a schedule has not are left out', () => {
  const query = new URLSearchParams(
    queryOf({ ...defaultsOf('2'), schedule: 'step', gamma: '0.5', rise: '0.2' }),
  );
  assert.is(query.get('gamma'), '0.5');
  assert.is(query.get('rise'), null);
  assert.throws(() => settingsOf(new URLSearchParams('schedule=cosine&gamma=0.5')), /left out/);
});

test('the old name of a family in an address is its new one', () => {
  assert.is(valuesOf('?model=2&family=discrete').family, 'tiled');
});

test('what is no setting is not taken from the address', () => {
  const values = valuesOf('?model=1&toString=1&__proto__=2&constructor=3&onload=4');
  assert.equal(values, defaultsOf('1'));
});

test.run();
