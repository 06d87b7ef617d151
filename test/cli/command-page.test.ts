import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { EXIT_CODES } from '../../src/cli/exit-codes.ts';
import { parseOptions } from '../../src/cli/options.ts';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';

const PAGE = readFileSync(join(PACKAGE_ROOT, 'docs', 'command.md'), 'utf8');

/** The text under a heading, up to the next of the same level. */
function section(heading: string): string {
  const level = heading.split(' ')[0];
  const [, text] = PAGE.split(`\n${heading}\n`);
  assert.ok(text, heading);
  return text.split(new RegExp(`\n#{2,${level.length}} `))[0];
}

/** Cells of the rows of a section's table. */
const rowsOf = (heading: string): string[][] =>
  section(heading)
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (code|option) /.test(line))
    .map((line) => line.slice(2, -2).split(' | '));

test('the page has every exit code with its meaning', () => {
  const rows = EXIT_CODES.map(({ code, meaning }) => [String(code), meaning]);
  assert.equal(rowsOf('## Exit codes'), rows);
});

test('the page has a section for each command, with examples that it accepts', () => {
  const headings = [...PAGE.matchAll(/^### (.*)$/gm)].map(([, name]) => name);
  assert.equal(
    headings,
    COMMANDS.map(({ name }) => name),
  );
  for (const command of COMMANDS) {
    const examples = [...section(`### ${command.name}`).matchAll(/^npx gradweave (.*)$/gm)];
    assert.ok(examples.length > 0, command.name);
    for (const [, line] of examples) {
      const [name, ...rest] = line.split(' ');
      assert.is(name, command.name);
      assert.not.throws(() => parseOptions(command, rest), line);
    }
  }
});

test('the page has every option of every command, and no other', () => {
  const shared = rowsOf('## Shared options');
  for (const command of COMMANDS) {
    const own = section(`### ${command.name}`);
    for (const { name } of command.options) {
      const row = shared.find(([option]) => option.startsWith(`\`--${name}`));
      const listed = row && (row[1].includes(command.name) || row[1].startsWith('all'));
      const but = row?.[1] === `all but ${command.name}`;
      assert.ok((listed && !but) || own.includes(`\`--${name}`), `${command.name} --${name}`);
    }
  }
  const known = new Set(COMMANDS.flatMap(({ options }) => options.map(({ name }) => name)));
  for (const [, name] of PAGE.matchAll(/--([a-z][a-z-]*)/g)) {
    assert.ok(name === 'help' || known.has(name), `--${name}`);
  }
});

test('the page has every environment variable of gradweave that the code reads, and no other', () => {
  const names = (text: string): string[] =>
    [...text.matchAll(/(?:env\.|`)(GRADWEAVE_[A-Z_]+)/g)].map(([, name]) => name);
  const read = readdirSync(join(PACKAGE_ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => names(readFileSync(join(PACKAGE_ROOT, 'src', name), 'utf8')));
  const sorted = (list: readonly string[]): string[] => [...new Set(list)].sort();
  assert.equal(sorted(names(section('## Environment variables'))), sorted(read));
});

test('a command that the table of shared options names has the option', () => {
  for (const [option, where] of rowsOf('## Shared options')) {
    const [, name] = /--([a-z-]+)/.exec(option) ?? [];
    if (name === 'help') continue;
    for (const command of COMMANDS) {
      const [, excepted = ''] = /^all but (.*)/.exec(where) ?? [];
      const except = excepted.split(', ').includes(command.name);
      const named = /^all/.test(where) ? !except : where.split(', ').includes(command.name);
      const has = command.options.some((one) => one.name === name);
      assert.is(has, named, `${command.name} --${name}`);
    }
  }
});

test.run();
