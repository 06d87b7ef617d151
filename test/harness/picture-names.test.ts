import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const MARKUP = readFileSync('harness.html', 'utf8');

const attribute = (tag: string, name: string): string =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '';

/** The text of an element of the markup, without what is in it. */
const textOf = (id: string): string =>
  new RegExp(`id="${id}"[^>]*>([^<]*)`).exec(MARKUP)?.[1] ?? '';

/** What a picture is called before anything is drawn. */
function nameOf(tag: string): string {
  const labels = attribute(tag, 'aria-labelledby');
  return labels === '' ? attribute(tag, 'aria-label') : labels.split(' ').map(textOf).join(' ');
}

test('each picture has a name before it is drawn', () => {
  const pictures = MARKUP.match(/<\w+[^>]*\srole="img"[^>]*>/g) ?? [];
  assert.ok(pictures.length > 8);
  const nameless = pictures.filter((tag) => !/\p{L}/u.test(nameOf(tag)));
  assert.equal(nameless, []);
});

test('each dialog has a name before anything is in it', () => {
  const dialogs = MARKUP.match(/<dialog[^>]*>/g) ?? [];
  assert.ok(dialogs.length >= 2);
  assert.equal(
    dialogs.filter((tag) => !/\p{L}/u.test(nameOf(tag))),
    [],
  );
});

test.run();
