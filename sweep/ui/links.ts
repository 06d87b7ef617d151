import { pageOptionsOf } from '../../src/trial/page-options.ts';
import type { TrialSpec } from '../../src/trial/spec.ts';

/** The page that trains, with the trial in its form: nothing starts by itself. */
export function harnessLink(spec: TrialSpec): string {
  const query = pageOptionsOf(spec);
  query.set('data', spec.data.kind === 'built-in' ? 'built-in' : 'auto');
  return `./harness.html?${query}`;
}

/** The page that trains, as a worker of this server. The token is no part of what browsers send. */
export function workerLink(token: string): string {
  const server = new URL('./', location.href).href;
  return `./harness.html?${new URLSearchParams({ worker: server })}#token=${encodeURIComponent(token)}`;
}
