import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fiveSeeds } from '../../src/harness/page/notebook/seeds.ts';
import { problemOf, tidied } from '../../src/harness/page/settings/field-rules.ts';
import { defaultsOf, strangersIn } from '../../src/harness/page/settings/settings-values.ts';
import { runsOf } from '../../src/harness/tasks/many-runs.ts';
import { NETWORK_NAMES } from '../../src/harness/tasks/network-facts.ts';
import { keyOf } from '../../src/random/domains.ts';

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
    ['betas', '0,9; 0,99', '0.9,0.99'],
    ['betas', '0,9, 0,99', '0.9,0.99'],
    ['betas', '0,9,0,99', '0.9,0.99'],
    ['betas', '0.9; 0.99', '0.9,0.99'],
    ['lr', '0,1, 0,01', '0.1,0.01'],
    ['dropout', '0,2; 0,5', '0.2,0.5'],
    ['layers', '784; 32; 10', '784,32,10'],
    ['seed', '1; 2; 7', '1,2,7'],
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

const MOST_SEED = String(Number.MAX_SAFE_INTEGER);

test('a field takes the seeds that a run takes, and no others', () => {
  const seeds = [
    '0',
    '7',
    '4294967296',
    MOST_SEED,
    '1..5',
    '0..4095',
    '3,1, 2',
    '7,7',
    '5..1',
    'a',
  ];
  const odd = ['1.5', '-1', '1..', '1..5000', '9007199254740992', '1,9007199254740992', '1,,2'];
  for (const text of [...seeds, ...odd]) {
    const name = /\.\.|,/.test(text) ? 'seeds' : 'seed';
    const taken = (): boolean => {
      try {
        return runsOf(new URLSearchParams({ [name]: text })).every(
          ({ seed }) => keyOf(seed).length === 2,
        );
      } catch {
        return false;
      }
    };
    assert.is(problemOf('seed', text) === undefined, taken(), text);
  }
  assert.match(
    problemOf('seed', '1.5') ?? '',
    /^“1\.5” is no seed: give a whole number from 0 to 9,007/,
  );
  assert.is(problemOf('seed', ''), undefined, 'the usual one');
  for (const seed of ['1.5', '-1', '1..3']) {
    assert.is(
      problemOf('seed', new URLSearchParams(fiveSeeds(`seed=${seed}`)).get('seeds') ?? ''),
      undefined,
    );
  }
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
