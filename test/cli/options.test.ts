import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { commandLineOf } from '../../src/cli/command-line.ts';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { TRAIN_OPTIONS } from '../../src/cli/commands/train-options.ts';
import { UsageError } from '../../src/cli/errors.ts';
import { commandHelp } from '../../src/cli/help.ts';
import { pageOptions, parseOptions } from '../../src/cli/options.ts';
import type { CommandSpec, ParsedArguments } from '../../src/cli/spec.ts';
import { suggestion } from '../../src/cli/suggest.ts';

const TRAIN: CommandSpec = {
  name: 'train',
  summary: 'Trains',
  positionals: [],
  options: TRAIN_OPTIONS,
};
const FOLDER: CommandSpec = {
  name: 'parity',
  summary: 'Compares',
  positionals: [{ name: 'DIR', help: 'the folder' }],
  options: [],
};

const parse = (...argv: string[]): ParsedArguments => parseOptions(TRAIN, argv);

/** The message with which a command line is refused. */
function refusal(spec: CommandSpec, ...argv: string[]): string {
  try {
    parseOptions(spec, argv);
  } catch (error) {
    assert.instance(error, UsageError);
    return (error as UsageError).message;
  }
  return `accepted: ${argv.join(' ')}`;
}

test('values are put into one spelling', () => {
  const { values } = parse('--lr', '1e-3', '--layers', '784, 64,10', '--betas=.9,0.999');
  assert.is(values.get('lr'), '0.001');
  assert.is(values.get('layers'), '784,64,10');
  assert.is(values.get('betas'), '0.9,0.999');
});

test('options that are not given are absent unless they have a default', () => {
  const { values } = parse();
  assert.is(values.get('model'), '2');
  assert.is(values.get('adapter'), 'auto');
  assert.not(values.has('lr'));
  assert.not(values.has('quiet'));
});

test('the page is told nothing of the command’s own options', () => {
  const options = pageOptions(TRAIN, parse('--data', 'x', '--json', 'y', '--quiet', '--lr', '1'));
  assert.equal(options, { lr: '1', model: '2', plan: 'fused' });
});

test('a number out of range is refused with the range', () => {
  assert.is(
    refusal(TRAIN, '--lr', '0'),
    "--lr is '0'; it must be a number above 0, up to 1000000.",
  );
  assert.is(
    refusal(TRAIN, '--lr', '-1'),
    "--lr is '-1'; it must be a number above 0, up to 1000000.",
  );
  assert.is(
    refusal(TRAIN, '--dropout', '1'),
    "--dropout is '1'; it must be a number from 0 to below 1.",
  );
  assert.match(refusal(TRAIN, '--seed', '4294967296'), 'from 0 to 4294967295');
  assert.not.throws(() => parse('--seed', '4294967295', '--dropout', '0'));
});

test('learning rates and dropouts may be several, other numbers may not', () => {
  const { values } = parse('--lr', '1e-4, 3e-4', '--dropout=0.1,.2', '--seeds', '1..10');
  assert.is(values.get('lr'), '0.0001,0.0003');
  assert.is(values.get('dropout'), '0.1,0.2');
  assert.is(values.get('seeds'), '1..10');
  assert.match(refusal(TRAIN, '--momentum', '1,5'), 'it must be a number');
});

test('what only JavaScript would call a number is refused', () => {
  for (const text of ['0x10', '', ' ', 'Infinity', 'NaN', '1_000', '1;5', '1,', '1e999', '٣']) {
    assert.match(refusal(TRAIN, `--lr=${text}`), 'it must be a number above 0');
  }
  for (const text of ['1.5', '1e2', '99999999999999999999']) {
    assert.match(refusal(TRAIN, '--epochs', text), 'it must be a whole number');
  }
});

test('lists and pairs need the right number of members', () => {
  assert.match(refusal(TRAIN, '--layers', '784'), '2 or more whole numbers');
  assert.match(refusal(TRAIN, '--layers', '784,,10'), '2 or more whole numbers');
  assert.match(refusal(TRAIN, '--betas', '0.9'), 'two numbers with a comma');
  assert.match(refusal(TRAIN, '--betas', '0.9,0.99,0.999'), 'two numbers with a comma');
  assert.match(refusal(TRAIN, '--normalize', '0,0'), 'std above 0');
});

test('an unknown option is refused with the one that was probably meant', () => {
  assert.match(refusal(TRAIN, '--epoch', '3'), "Did you mean '--epochs'?");
  assert.match(refusal(TRAIN, '--batchsize', '3'), "Did you mean '--batch-size'?");
  assert.not.match(refusal(TRAIN, '--unrelated', '3'), 'Did you mean');
  assert.match(refusal(TRAIN, '-x'), "'-x' is not an option of train.");
});

test('an option without its value does not swallow the next option', () => {
  assert.match(
    refusal(TRAIN, '--lr', '--epochs', '3'),
    '--lr needs a value: a number above 0, up to 1000000.',
  );
  assert.match(refusal(TRAIN, '--json'), '--json needs a value: a path.');
});

test('an option given twice and a flag with a value are refused', () => {
  assert.is(
    refusal(TRAIN, '--lr', '1', '--lr', '2'),
    '--lr is given more than once. Give it once, with commas between its values.',
  );
  assert.match(refusal(TRAIN, '--quiet=no'), '--quiet takes no value');
});

test('missing and superfluous arguments are refused', () => {
  assert.match(refusal(FOLDER), 'DIR is missing: the folder.');
  assert.match(refusal(FOLDER, 'a', 'b'), "'b' is one argument too many");
  assert.match(refusal(TRAIN, 'a'), 'takes no arguments without dashes');
  assert.equal(parseOptions(FOLDER, ['a']).positionals, ['a']);
  assert.ok(parseOptions(FOLDER, ['-h']).help);
});

test('names of Object’s own members are no options', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    assert.match(refusal(TRAIN, `--${name}`, '1'), 'is not an option of train');
  }
});

test('help lists every option of every command', () => {
  for (const command of COMMANDS) {
    const lines = commandHelp(command, 100).split('\n');
    for (const { name } of command.options) {
      assert.ok(
        lines.some((line) => line.startsWith(`  --${name}`)),
        `${command.name} ${name}`,
      );
    }
  }
});

test('a suggestion needs likeness', () => {
  assert.is(suggestion('trian', ['train', 'paper']), " Did you mean 'train'?");
  assert.is(suggestion('ver', ['train', 'verify']), " Did you mean 'verify'?");
  assert.is(suggestion('x', ['train', 'verify']), '');
});

test('a command line in a report has no paths of the machine', () => {
  const line = (...argv: string[]) => commandLineOf(['train', ...argv], TRAIN_OPTIONS);
  assert.is(
    line('--data', '/home/ada/data', '--seed', '2', '--json=/tmp/a b.json', '--lr=0.1'),
    'gradweave train --data PATH --seed 2 --json=FILE --lr=0.1',
  );
  assert.is(
    line('--text', "it's.txt", '--prompt', 'A rose'),
    "gradweave train --text FILE --prompt 'A rose'",
  );
});

test.run();
