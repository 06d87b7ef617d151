/** Finds the package of sweeps and a Node that can run it. Neither is part of this package. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GradweaveError } from '../errors.ts';
import { PACKAGE_ROOT } from './paths.ts';

/** The package of sweeps, or a Node that is new enough for it, is not installed. */
export class SweepMissingError extends GradweaveError {
  override name = 'SweepMissingError';
}

/** What runs a sweep. */
export interface FoundSweep {
  /** The module to run. */
  readonly main: string;
  /** The Node to run it with, and what it is given before the module. */
  readonly node: string;
  readonly nodeArguments: readonly string[];
}

/** Where to look; for tests. */
export interface SweepSearch {
  /** The folder of this package. */
  readonly root?: string;
  /** The user's folder. */
  readonly folder?: string;
  /** This process's Node. */
  readonly version?: string;
}

/** What the queue of the sweep needs. */
const LEAST = [22, 12] as const;
/** From here on Node runs TypeScript without being told to. */
const TYPES = [22, 18] as const;

/**
 * Finds both: the package in a checkout, else as `gradweave-sweep` from the user's folder, else from here; this
 * process's Node if it is new enough, else that of npm's package `node`.
 *
 * @throws {SweepMissingError} that says what to install
 */
export function findSweep(search: SweepSearch = {}): FoundSweep {
  const { root = PACKAGE_ROOT, folder = process.cwd() } = search;
  const version = search.version ?? process.versions.node;
  const main = findPackage(root, folder);
  if (isAtLeast(version, LEAST)) return withNode(main, process.execPath, version);
  const packaged = findNode([dirname(main), folder, root]);
  if (packaged) return withNode(main, packaged.path, packaged.version);
  throw new SweepMissingError(
    `A sweep needs Node ${LEAST.join('.')} or newer; this is Node ${version}. ` +
      'Install a newer one from https://nodejs.org, or beside your own: npm install -D node@22',
  );
}

function withNode(main: string, node: string, version: string): FoundSweep {
  // For plans in TypeScript; Node warns that it is experimental.
  const types = isAtLeast(version, TYPES) ? [] : ['--experimental-strip-types'];
  return { main, node, nodeArguments: ['--disable-warning=ExperimentalWarning', ...types] };
}

function findPackage(root: string, folder: string): string {
  const checkout = join(root, 'sweep', 'package.json');
  const about = existsSync(checkout) ? checkout : resolveFrom([folder, root], 'gradweave-sweep');
  if (about === undefined) {
    throw new SweepMissingError(
      'Sweeps are a package of their own, which is not installed here. Install it: npm install gradweave-sweep',
    );
  }
  const main = join(dirname(about), 'dist', 'main.mjs');
  if (existsSync(main)) return main;
  throw new SweepMissingError(`${main} is missing. In a checkout, build it: npm run build`);
}

/** npm's package `node`, if it is new enough. */
function findNode(folders: readonly string[]): { path: string; version: string } | undefined {
  const about = resolveFrom(folders, 'node');
  if (about === undefined) return undefined;
  const { version } = JSON.parse(readFileSync(about, 'utf8'));
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const path = join(dirname(about), 'bin', name);
  return isAtLeast(version, LEAST) && existsSync(path) ? { path, version } : undefined;
}

/** The package.json of a package, as modules in the folders find it. */
function resolveFrom(folders: readonly string[], name: string): string | undefined {
  for (const folder of folders) {
    try {
      return createRequire(join(folder, 'any.js')).resolve(`${name}/package.json`);
    } catch {
      // The next folder may have it.
    }
  }
  return undefined;
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [gotMajor, gotMinor] = version.split('.').map(Number);
  return gotMajor > major || (gotMajor === major && gotMinor >= minor);
}
