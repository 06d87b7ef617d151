import { join } from 'node:path';
import { BrowserError } from '../../../src/cli/errors.ts';
import { pageFiles, pageTable } from '../../../src/cli/page-files.ts';
import type { Table } from '../../../src/cli/serve-answer.ts';
import { filesIn } from '../../../src/cli/server.ts';
import { engineRoot, SWEEP_ROOT } from '../engine.ts';

const NAMES = ['sweep.html', 'sweep.js', 'sweep.css'];

/**
 * The page of the sweep, and the page that trains, which trials are opened in and browsers work with.
 *
 * @param data Files that the second page may train on: name → path.
 * @throws {BrowserError} if a page is not built
 */
export async function sweepPages(data: ReadonlyMap<string, string>): Promise<Table> {
  const folder = join(SWEEP_ROOT, 'dist', 'ui');
  const own = await filesIn(folder, '/', NAMES).catch(() => new Map<string, string>());
  const page = own.get('/sweep.html');
  if (page === undefined || own.size < NAMES.length) {
    throw new BrowserError(
      `The sweep's page is not built (${folder} is incomplete). Run: npm run build`,
    );
  }
  const harness = await pageFiles(join(engineRoot(), 'dist', 'harness'));
  const files = new Map([...data].map(([name, path]) => [`/data/${name}`, path]));
  return new Map([...pageTable(harness, files), ...own, ['/', page]]);
}
