import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as checkpoint from '../../src/checkpoint.ts';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import * as data from '../../src/data/index.ts';
import * as gradweave from '../../src/index.ts';
import * as node from '../../src/node/index.ts';
import * as reference from '../../src/reference/index.ts';

/** What a page has under its headings of classes, functions and variables. */
function documented(page: string): string[] {
  const sections = page
    .split(/^## /m)
    .filter((text) => /^(Classes|Functions|Variables)/.test(text));
  return sections.flatMap((text) =>
    [...text.matchAll(/^### ([\w\\]+)/gm)].map(([, name]) => name.replaceAll('\\', '')),
  );
}

for (const [name, module] of Object.entries({ gradweave, data, checkpoint, reference, node })) {
  test(`docs/api/${name}.md has all that can be imported and nothing else; else npm run docs`, async () => {
    const page = await readFile(join(PACKAGE_ROOT, 'docs', 'api', `${name}.md`), 'utf8');
    assert.equal(documented(page).sort(), Object.keys(module).sort());
  });
}

test.run();
