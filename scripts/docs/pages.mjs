/** Which files are pages of the site, in which group and order. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Pages of markdown by group. A group's order is the order of the navigation. */
export const PAGES = {
  Guide: [
    'docs/guide/first-network.md',
    'docs/guide/data.md',
    'docs/guide/training.md',
    'docs/guide/models.md',
    'docs/guide/images.md',
    'docs/guide/sequences.md',
    'docs/guide/many.md',
    'docs/guide/sweeps.md',
    'docs/guide/sweep-views.md',
    'docs/guide/sweep-queue.md',
    'docs/guide/sweep-workers.md',
    'docs/guide/own-ops.md',
    'docs/guide/transfer.md',
    'docs/guide/onnx.md',
    'docs/guide/renderer.md',
    'docs/guide/workers.md',
    'docs/guide/node.md',
    'docs/guide/saving.md',
    'docs/guide/tracking.md',
    'docs/guide/lifetimes.md',
    'docs/guide/packaging.md',
  ],
  Reference: [
    'docs/command.md',
    'docs/trial.md',
    'docs/page.md',
    'docs/adapters.md',
    'docs/ci.md',
    'docs/troubleshooting.md',
    'docs/how-it-works.md',
    'docs/model-file.md',
    'docs/performance.md',
    'docs/gpus.md',
    'docs/networks.md',
    'docs/numerics.md',
  ],
  Reports: [
    'docs/paper/README.md',
    'docs/sweeps/paper-short.md',
    'docs/bench/README.md',
    'docs/verify/README.md',
  ],
  Project: ['CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md'],
};

/** Sources that pages link to: each is a page of code. */
const SOURCES = /^examples\/[\w/-]+\.(ts|tsx|mjs)$/;

/**
 * All pages by group.
 *
 * @param {string} root the repository's folder
 * @returns {Record<string, string[]>} paths relative to the root
 * @throws {Error} if a file of docs/ is in no group, or a page of a group does not exist
 */
export function pagesOf(root) {
  const listed = Object.values(PAGES).flat();
  const found = readdirSync(join(root, 'docs'), { recursive: true })
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md'));
  const unlisted = found.filter((path) => !listed.includes(path));
  const missing = listed.filter((path) => !existsSync(join(root, path)));
  const faults = [
    ...unlisted.map((path) => `${path} is in no group: add it to PAGES.`),
    ...missing.map((path) => `${path} does not exist: take it out of PAGES.`),
  ];
  if (faults.length > 0) throw new Error(`scripts/docs/pages.mjs: ${faults.join(' ')}`);
  const sources = readdirSync(join(root, 'examples'), { recursive: true })
    .map((name) => `examples/${name.replaceAll('\\', '/')}`)
    .filter((path) => SOURCES.test(path))
    .sort();
  return { ...PAGES, 'Example programs': sources };
}
