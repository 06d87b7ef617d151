import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Renderer } from '../../src/cli/render.ts';
import { type Output, processTerminal } from '../../src/cli/terminal.ts';

/** A stream that records. */
function stream(facts: { readonly isTTY?: boolean; readonly columns?: number }) {
  const recorded = {
    text: '',
    ...facts,
    on: () => recorded,
    write: (more: string) => {
      recorded.text += more;
      return true;
    },
  };
  return recorded;
}

const TTY = { isTTY: true, columns: 50 };
const FILE = {};

/** What a warning and a table look like with these streams and this environment. */
function shown(out: object, err: object, env: NodeJS.ProcessEnv = {}) {
  const [stdout, stderr] = [stream(out), stream(err)];
  const terminal = processTerminal({ stdout, stderr, env } as unknown as Output);
  const renderer = new Renderer(terminal, { quiet: false });
  renderer.warn('careful');
  renderer.show({ type: 'row', table: 'a table', cells: { name: 'x' }, ok: true });
  return { terminal, out: stdout.text, err: stderr.text };
}

const ESCAPE = '\u001b';

test('colours are for terminals only, stream by stream', () => {
  const both = shown(TTY, TTY);
  assert.match(both.out, ESCAPE);
  assert.match(both.err, ESCAPE);
  const errorsInFile = shown(TTY, FILE);
  assert.match(errorsInFile.out, ESCAPE);
  assert.is(errorsInFile.err, 'careful\n');
  for (const { out, err } of [
    shown(FILE, TTY),
    shown(FILE, FILE),
    shown(TTY, TTY, { NO_COLOR: '1' }),
    shown(TTY, TTY, { TERM: 'dumb' }),
  ]) {
    assert.not.match(out + err, ESCAPE);
  }
});

test('the width is the terminal’s, else COLUMNS, else 80', () => {
  const widths = [shown(TTY, TTY, { COLUMNS: '70' }), shown(FILE, FILE, { COLUMNS: '70' })];
  assert.equal(
    [...widths, shown(FILE, FILE)].map(({ terminal }) => terminal.columns()),
    [50, 70, 80],
  );
  assert.equal(
    [...widths, shown(FILE, FILE)].map(({ terminal }) => terminal.wraps),
    [true, true, false],
  );
});

test.run();
