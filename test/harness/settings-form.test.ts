import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  applies,
  defaultsOf,
  presetOf,
  queryOf,
  valuesOf,
} from '../../src/harness/page/settings/settings-values.ts';
import { NETWORK_NAMES } from '../../src/harness/tasks/network-facts.ts';
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
    const spelt = Object.entries(all).filter(
      ([name, value]) => value !== '' && applies(name, all.optimizer),
    );
    const short = settingsOf(new URLSearchParams({ model }));
    const long = settingsOf(new URLSearchParams(Object.fromEntries(spelt)));
    // Layers that are spelt out name the run by themselves.
    assert.equal(inWords({ ...long, title: short.title }), inWords(short), model);
  }
});

test('a preset survives the way through the address', () => {
  for (const model of MODELS) {
    assert.equal(valuesOf(queryOf(presetOf(model))), presetOf(model), model);
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
  const values = { ...presetOf('2'), ...changes };
  assert.equal(valuesOf(queryOf(values)), values);
});

test('the address says no more than it has to', () => {
  assert.is(queryOf({ ...defaultsOf('3') }), 'model=3&data=auto');
});

test('options that an optimizer has not are left out', () => {
  const query = new URLSearchParams(queryOf({ ...presetOf('1'), betas: '0.5,0.5', eps: '1' }));
  assert.is(query.get('betas'), null);
  assert.is(query.get('eps'), null);
});

test('an address without settings stands for Model 2 by the recipe of Table I', () => {
  for (const search of ['', '?', '?tab=inside', '?run=train']) {
    assert.equal(valuesOf(search), presetOf('2'), search);
  }
});

test('the old name of a family in an address is its new one', () => {
  assert.is(valuesOf('?model=2&family=discrete').family, 'tiled');
});

test('what is no setting is not taken from the address', () => {
  const values = valuesOf('?model=1&toString=1&__proto__=2&constructor=3&onload=4');
  assert.equal(values, defaultsOf('1'));
});

test.run();
