import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { InterruptedError } from '../../src/cli/errors.ts';
import { errorText, exitCode, main } from '../../src/cli/main.ts';
import { packageVersion } from '../../src/cli/paths.ts';
import { revive } from '../../src/cli/revive.ts';
import { DataError, OptionError } from '../../src/errors.ts';

/** Exit code and both outputs of a command line. */
async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const terminal = {
    out: (text: string) => {
      written.out += text;
    },
    err: (text: string) => {
      written.err += text;
    },
    live: false,
    colours: false,
    columns: () => 80,
  };
  const code = await main(argv, { terminal, env: {} });
  return { code, ...written };
}

test('help and version go to standard output', async () => {
  for (const argv of [['--help'], ['-h'], ['train', '--help'], ['parity', '-h']]) {
    const { code, out, err } = await run(...argv);
    assert.is(code, 0);
    assert.match(out, 'Usage: gradweave');
    assert.is(err, '');
  }
  assert.is((await run('--version')).out, `${packageVersion()}\n`);
});

test('a mistake on the command line is one line on standard error and exit code 2', async () => {
  for (const argv of [['trian'], ['--hepl'], ['train', '--lr', '0'], ['parity']]) {
    const { code, out, err } = await run(...argv);
    assert.is(code, 2);
    assert.is(out, '');
    assert.match(err, /^[^\n]+\n$/);
  }
});

test('no command at all is answered with the help and exit code 2', async () => {
  const { code, err } = await run();
  assert.is(code, 2);
  assert.match(err, 'Usage: gradweave');
});

test('a folder without traces is told before a browser is started', async () => {
  const { code, err } = await run('parity', '/nowhere', '--chrome', '/nowhere');
  assert.is(code, 1);
  assert.match(err, "DataError: '/nowhere' is not a folder");
});

test('a browser that was named but is not there is told', async () => {
  const { code, err } = await run('verify', '--chrome', '/nowhere');
  assert.is(code, 1);
  assert.match(err, "BrowserError: --chrome is '/nowhere'");
});

test('foreseen errors are told without a stack, others with it', () => {
  assert.is(errorText(new DataError('bad file')), 'DataError: bad file');
  assert.match(errorText(new TypeError('oops')), /TypeError: oops\n +at /);
});

test('the exit code tells the kind of error', () => {
  assert.is(exitCode(new OptionError('x')), 2);
  assert.is(exitCode(new DataError('x')), 1);
  assert.is(exitCode(new TypeError('x')), 1);
  assert.is(exitCode(new InterruptedError('x')), 130);
});

test('an error from the page counts as what it was there', () => {
  assert.is(exitCode(revive('OptionError', 'x')), 2);
  assert.instance(revive('DataError', 'x'), DataError);
  assert.is(exitCode(revive('TypeError', 'TypeError: x\n    at y')), 1);
});

test.run();
