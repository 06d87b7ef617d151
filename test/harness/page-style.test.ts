import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const FOLDER = 'src/harness/page/style';

/** The selectors of a style sheet, without what `:has` asks for: that is asked only where it may be. */
const selectorsIn = (text: string): string[] =>
  [...text.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/([^{};]+)\{/g)]
    .map(([, selector]) => selector.trim())
    .filter((selector) => !selector.startsWith('@'))
    .map((selector) => selector.replace(/:has\((?:[^()]|\([^()]*\))*\)/g, ''));

/** A sibling of any kind: then a new row of a table makes the browser style all rows anew, and with them 2,000 elements. */
const anySibling = (selector: string): boolean => /[+~]\s*[*:]/.test(selector);

test('no rule asks for a sibling of any kind', () => {
  assert.ok(anySibling('.card > * + *') && anySibling('a:not(:not([hidden]) ~ *)'));
  assert.not.ok(anySibling('#runs button + .mark'));
  const found = readdirSync(FOLDER).flatMap((name) =>
    selectorsIn(readFileSync(`${FOLDER}/${name}`, 'utf8'))
      .filter(anySibling)
      .map((selector) => `${name}: ${selector}`),
  );
  assert.equal(found, []);
});

/** The short form also lets a text wrap that is to stay in one line. */
const wrapsAll = (text: string): boolean => /[;{\s]text-wrap:/.test(text);

test('no rule lets texts wrap that are to stay in one line', () => {
  assert.ok(wrapsAll('p {\n  text-wrap: pretty;\n}'));
  assert.not.ok(wrapsAll('p {\n  text-wrap-style: pretty;\n}'));
  const found = readdirSync(FOLDER).filter((name) =>
    wrapsAll(readFileSync(`${FOLDER}/${name}`, 'utf8')),
  );
  assert.equal(found, []);
});

test.run();
