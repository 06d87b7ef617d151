import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';

/** What is read of a page. */
interface Page {
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
}

interface Cheerio {
  load(html: string): (selector: string) => {
    map<T>(read: (i: number, element: { attribs: Record<string, string> }) => T): { get(): T[] };
  };
}

const require = createRequire(join(PACKAGE_ROOT, 'scripts/docs/package.json'));

/** Reads all pages below a folder, by their path from it. */
async function readPages(folder: string): Promise<Map<string, Page>> {
  const { load } = require('cheerio') as Cheerio;
  const names = (await readdir(folder, { recursive: true })).filter((one) => one.endsWith('.html'));
  const pages = new Map<string, Page>();
  for (const name of names) {
    const find = load(await readFile(join(folder, name), 'utf8'));
    const values = (attribute: string): string[] =>
      find(`[${attribute}]`)
        .map((_, element) => element.attribs[attribute])
        .get();
    pages.set(name.replaceAll('\\', '/'), {
      links: [...values('href'), ...values('src')],
      anchors: new Set([...values('id'), ...values('name')]),
    });
  }
  return pages;
}

/**
 * What is wrong with the links of a folder of pages: targets and anchors that are not there, and addresses that
 * begin at a host's root. Links to other hosts are not followed.
 */
export async function deadLinks(folder: string): Promise<string[]> {
  const pages = await readPages(folder);
  const faults = new Set<string>();
  for (const [page, { links }] of pages) {
    for (const link of links) {
      if (/^(https?|mailto|data):/.test(link)) continue;
      const [path, anchor = ''] = link.split('#');
      const place = path.split('?')[0];
      const target = place === '' ? page : relative(folder, join(folder, dirname(page), place));
      const name = decodeURIComponent(target).replaceAll('\\', '/');
      const file = join(folder, name);
      if (/^([/\\]|site:|file:)/.test(link)) faults.add(`${page}: ${link} is not relative`);
      else if (!existsSync(file) || !statSync(file).isFile()) faults.add(`${page}: ${link}`);
      else if (anchor !== '' && pages.get(name)?.anchors.has(decodeURIComponent(anchor)) === false)
        faults.add(`${page}: ${link} has no such anchor`);
    }
  }
  return [...faults];
}
