import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { errorText, exitCode } from '../../src/cli/error-text.ts';
import { InterruptedError, UsageError } from '../../src/cli/errors.ts';
import { main } from '../../src/cli/main.ts';
import { packageVersion } from '../../src/cli/paths.ts';
import { revive } from '../../src/cli/revive.ts';
import { checkSave } from '../../src/cli/save-bench.ts';
import { checkReport } from '../../src/cli/save-verify.ts';
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

/** A text of a few thousand characters. */
const TEXT = fileURLToPath(new URL('../../CODE_OF_CONDUCT.md', import.meta.url));

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
  for (const argv of [
    ['trian'],
    ['--hepl'],
    ['train', '--lr', '0'],
    ['parity'],
    ['bench', '--sizes', '0'],
    ['train', '--json', '/nowhere/result.json'],
    ['train', '--json', '/'],
    ['paper', '--out', '/nowhere'],
    // Before anything is downloaded or started.
    ['train', '--layers', '700,10'],
    ['train', '--optimizer', 'sgd', '--betas', '0.9,0.99'],
    ['train', '--model', 'transformer'],
    ['train', '--model', 'transformer', '--text', '/nowhere.txt'],
    ['train', '--model', 'transformer', '--text', '/'],
    ['train', '--model', 'transformer', '--text', TEXT, '--data', '/'],
    ['train', '--model', 'transformer', '--text', TEXT, '--layers', '784,10'],
    ['train', '--model', 'transformer', '--text', TEXT, '--loss', 'mse'],
    ['train', '--model', 'transformer', '--text', TEXT, '--prompt', '☃'],
    ['train', '--model', 'cnn', '--text', TEXT],
    ['train', '--model', 'cnn', '--length', '32'],
  ]) {
    const { code, out, err } = await run(...argv);
    assert.is(code, 2);
    assert.is(out, '');
    assert.match(err, /^gradweave( [a-z]+)?: [^\n]+\n$/);
  }
});

test('a text that is not one, or too short, is refused before anything is started', async () => {
  const binary = fileURLToPath(new URL('../../docs/page.png', import.meta.url));
  const png = await run('train', '--model', 'transformer', '--text', binary);
  assert.is(png.code, 1);
  assert.match(png.err, /page\.png' is not text in UTF-8/);
  const short = await run('train', '--model', 'transformer', '--text', TEXT, '--length', '1000');
  assert.is(short.code, 1);
  assert.match(short.err, '1001');
});

test('options that do not fit together are named as they are written', async () => {
  const { err } = await run('train', '--layers', '700,10');
  assert.match(err, '--layers=700,10 was given; it must be widths from 784');
  const betas = await run('train', '--optimizer', 'sgd', '--betas', '0.9,0.99');
  assert.match(betas.err, '--betas=0.9,0.99 was given; it must be left out');
});

test('an error is broken to the width of the terminal, a stack is not', async () => {
  let err = '';
  const terminal = {
    out: () => {},
    err: (text: string) => {
      err += text;
    },
    live: true,
    colours: false,
    columns: () => 60,
    wraps: true,
  };
  await main(['trian'], { terminal, env: {} });
  const lines = err.split('\n');
  assert.ok(lines.length > 2);
  for (const line of lines) assert.ok(line.length <= 60, line);
  err = '';
  await main(['trian'], { terminal, env: { GRADWEAVE_DEBUG: '1' } });
  assert.ok(err.split('\n').some((line) => /^ +at .*:\d+:\d+/.test(line)));
});

test('an error begins with the command, and has no class', async () => {
  const { err } = await run('train', '--lr', '0');
  assert.is(err, "gradweave train: --lr is '0'; it must be a number above 0, up to 1000000.\n");
});

test('a result’s folder is not made: it is asked for before the run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-json-'));
  try {
    for (const [option, place] of [
      ['--json', join(folder, 'my results', 'x.json')],
      ['--out', join(folder, 'my results')],
    ]) {
      const { code, err } = await run(option === '--out' ? 'paper' : 'train', option, place);
      assert.is(code, 2);
      assert.match(err, `Make it first: mkdir -p '${join(folder, 'my results')}'`);
    }
    assert.equal(await readdir(folder), []);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('what is kept in a checkout is refused outside of one, before the run', async () => {
  // Called one after the other: what rejects before it is waited for ends the process.
  for (const check of [() => checkSave('/nowhere'), () => checkReport(new Map(), '/nowhere')]) {
    const error = await check().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.instance(error, UsageError);
    assert.match((error as Error).message, /of a checkout; \/nowhere has none. Use --json FILE/);
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
  assert.match(err, "gradweave parity: '/nowhere' is not a folder");
});

test('a browser that was named but is not there is told', async () => {
  const { code, err } = await run('verify', '--chrome', '/nowhere');
  assert.is(code, 1);
  assert.match(err, "gradweave verify: --chrome is '/nowhere'");
});

test('expected errors are shown without a stack, bugs with it', () => {
  const train = { command: 'train' };
  assert.is(errorText(new DataError('bad file'), train), 'gradweave train: bad file');
  const full = Object.assign(new Error('ENOSPC: disk full'), { code: 'ENOSPC', syscall: 'write' });
  assert.is(errorText(full, train), 'gradweave train: ENOSPC: disk full');
  assert.match(
    errorText(new TypeError('oops')),
    /^gradweave: oops\nThis is a bug .*\nTypeError: oops\n +at /,
  );
  assert.match(errorText(new DataError('bad file'), { debug: true }), /bad file\n +at /);
});

test('the exit code depends on the kind of error', () => {
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
