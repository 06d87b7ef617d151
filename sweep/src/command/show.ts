import { readFile } from 'node:fs/promises';
import { InterruptedError, UsageError } from '../../../src/cli/errors.ts';
import { parseHost } from '../../../src/cli/hosts.ts';
import { onInterrupt } from '../../../src/cli/interrupt.ts';
import { Renderer } from '../../../src/cli/render.ts';
import { startServer } from '../../../src/cli/server.ts';
import { DataError } from '../../../src/errors.ts';
import type { SweepState } from '../contract.ts';
import { readState } from '../view/read-state.ts';
import type { SweepContext } from './context.ts';
import { openBrowser } from './open-browser.ts';
import { sweepPages } from './pages.ts';

/** Serves the page of a sweep that is stored in a file, until Ctrl+C. */
export async function showFile(file: string, context: SweepContext): Promise<number> {
  const { terminal, arguments: parsed } = context;
  const { values } = parsed;
  const state = await stateIn(file);
  const body = JSON.stringify(state);
  const pages = await sweepPages(new Map());
  const table = new Map([...pages, ['/sweep.json', { type: 'application/json', body }]]);
  const renderer = new Renderer(terminal, { quiet: values.has('quiet') });
  const interruption = onInterrupt();
  const server = await startServer(table, {
    host: parseHost(values.get('host') ?? '127.0.0.1'),
    port: Number(values.get('port') ?? 0),
  });
  try {
    renderer.print(`${server.origin}/`);
    renderer.note(`The sweep '${state.name}' of ${file}. Stop with Ctrl+C.`);
    if (values.has('ui')) openBrowser(`${server.origin}/`);
    await interruption.promise;
  } catch (error) {
    // Ctrl+C is how this ends.
    if (!(error instanceof InterruptedError)) throw error;
  } finally {
    interruption.dispose();
    await server.close();
  }
  return 0;
}

/** @throws {UsageError | DataError} if the file cannot be read, or is no sweep */
async function stateIn(file: string): Promise<SweepState> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--show: '${file}' cannot be read (${error.code}).`);
  });
  try {
    return readState(JSON.parse(text));
  } catch (error) {
    throw new DataError(`--show: '${file}': ${(error as Error).message}`);
  }
}
