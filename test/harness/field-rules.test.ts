import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { problemOf, tidied } from '../../src/harness/page/settings/field-rules.ts';
import { defaultsOf, strangersIn } from '../../src/harness/page/settings/settings-values.ts';
import { NETWORK_NAMES } from '../../src/harness/tasks/network-facts.ts';

test('every preset is right, field by field', () => {
  for (const model of NETWORK_NAMES) {
    for (const [name, value] of Object.entries(defaultsOf(model))) {
      // Only texts have a length.
      if (name !== 'length' || value !== '') {
        assert.is(problemOf(name, value), undefined, `${model}: ${name}`);
      }
    }
  }
});

test('decimal commas are understood, and lists stay lists', () => {
  for (const [name, text, expected] of [
    ['lr', '0,001', '0.001'],
    ['lr', '0.001,0.01', '0.001,0.01'],
    ['lr', '0,001; 0,01', '0.001,0.01'],
    ['dropout', '0,2', '0.2'],
    ['momentum', '0,9', '0.9'],
    ['train-limit', '60,000', '60000'],
    ['train-limit', '60.000', '60000'],
    ['layers', '784,128,10', '784,128,10'],
    ['betas', '0.9,0.999', '0.9,0.999'],
  ] as const) {
    assert.is(tidied(name, text), expected, text);
    assert.is(problemOf(name, text), undefined, text);
  }
});

test('what cannot be is refused in the words of the page', () => {
  for (const [name, text, said] of [
    ['epochs', 'abc', '“abc” is not a whole number from 1 to 10,000.'],
    ['epochs', '', 'Give a whole number from 1 to 10,000.'],
    ['epochs', '1e9', '“1e9” is not a whole number from 1 to 10,000.'],
    ['epochs', '2.5', '“2.5” is not a whole number from 1 to 10,000.'],
    ['epochs', '0x10', '“0x10” is not a whole number from 1 to 10,000.'],
    ['lr', '-1', '“-1” does not fit: give a number, or several, above 0, up to 1,000.'],
    ['lr', '0.1,', '“” does not fit: give a number, or several, above 0, up to 1,000.'],
    ['dropout', '1', '“1” does not fit: give a number, or several, from 0, below 1.'],
    [
      'betas',
      '0.9',
      '“0.9” does not fit: give two numbers from 0, below 1, or nothing for the optimizer’s.',
    ],
  ] as const) {
    assert.is(problemOf(name, text), said);
  }
  assert.match(problemOf('layers', 'many') ?? '', /“many” is not a list of widths/);
  assert.ok((problemOf('epochs', 'x'.repeat(5000))?.length ?? 0) < 100, 'what was given is cut');
});

test('settings of an address that nobody knows are named', () => {
  assert.equal(strangersIn('model=2&epoch=3&seeds=1..3&tab=verify&data=auto&foo'), [
    'epoch',
    'foo',
  ]);
});

test('epochs that a run is given later are a whole number up to 10,000, or refused', () => {
  for (const text of ['1', '10000']) assert.is(problemOf('more-count', text), undefined);
  for (const text of ['', '0', '1.5', '20000']) {
    assert.match(problemOf('more-count', text) ?? '', /whole number from 1 to 10,000/);
  }
});

test.run();
