/** The built page as a table for the server. */
import { readFile } from 'node:fs/promises';
import { FASHION_MNIST_FILES } from '../data/fashion-mnist.ts';
import { BrowserError } from './errors.ts';
import { HARNESS } from './paths.ts';
import type { Content, Table } from './serve-answer.ts';
import { type Files, filesIn } from './server.ts';

const NEEDED = [
  '/harness.html',
  '/harness.css',
  '/harness.js',
  '/worker.js',
  '/first.js',
  '/report.js',
  '/join-worker.js',
];

/**
 * The page's files; `/` is the page itself.
 *
 * @param folder for tests
 * @throws {BrowserError} if it is not built.
 */
export async function pageFiles(folder: string = HARNESS): Promise<Files> {
  const all = await filesIn(folder, '/').catch(() => new Map<string, string>());
  // A build in progress writes files with temporary names.
  const files = new Map([...all].filter(([path]) => !/^\/\.|\.tmp$/.test(path)));
  const page = files.get('/harness.html');
  if (page === undefined || !NEEDED.every((path) => files.has(path))) {
    throw new BrowserError(`The page is not built (${folder} is incomplete). Run: npm run build`);
  }
  return files.set('/', page);
}

/**
 * The page without its own Content-Security-Policy, which is meant for servers that send none. It would
 * forbid what the server's policy allows in addition.
 */
export async function underHeaders(page: Files): Promise<Table> {
  const html = await readFile(page.get('/harness.html') ?? '', 'utf8');
  const body = html.replace(/\s*<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
  const changed = { type: 'text/html; charset=utf-8', body };
  return new Map<string, string | Content>([...page, ['/', changed], ['/harness.html', changed]]);
}

/**
 * The page for people, who do not name a data set in the address. `/data/index.json` lists the files
 * for the page.
 *
 * @param data Files under `/data/`.
 */
export function pageTable(page: Table, data: Files): Table {
  // If a file exists both gzipped and not, one is enough.
  const files = FASHION_MNIST_FILES.flatMap(({ name, gzName }) =>
    [gzName, name].filter((one) => data.has(`/data/${one}`)).slice(0, 1),
  );
  const index = { type: 'application/json', body: `${JSON.stringify({ files })}\n` };
  return new Map<string, string | Content>([...page, ...data, ['/data/index.json', index]]);
}
