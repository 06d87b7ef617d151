import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { PACKAGE_ROOT as ROOT } from '../../src/cli/paths.ts';

export const run = promisify(execFile);

/** The package as `npm pack` makes it. */
export interface Packed {
  /** The file to install. */
  readonly tarball: string;
  /** The paths of its files. */
  readonly files: readonly string[];
}

/** An app's folder, with the package in its node_modules as npm would unpack it. */
export interface Stage {
  readonly app: string;
  readonly installed: string;
  readonly files: readonly string[];
}

let packed: Promise<Packed> | undefined;

/** Builds and packs, once a process; what was packed is gone when the process is. */
export function pack(): Promise<Packed> {
  packed ??= packNow();
  return packed;
}

async function packNow(): Promise<Packed> {
  const { build, buildLibrary } = await import(pathToFileURL(join(ROOT, 'build.mjs')).href);
  await build({ quiet: true });
  await buildLibrary();
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-pack-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const given = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', given, { cwd: ROOT });
  const [{ filename, files }] = JSON.parse(stdout);
  return {
    tarball: join(folder, filename),
    files: files.map(({ path }: { path: string }) => path),
  };
}

/** @param type of the app's own files */
export async function stage(type: 'module' | 'commonjs'): Promise<Stage> {
  const { tarball, files } = await pack();
  const app = await temporaryFolder('gradweave-app-');
  const installed = join(app, 'node_modules/gradweave');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  await writeFile(join(app, 'package.json'), JSON.stringify({ type }));
  return { app, installed, files };
}

const made: string[] = [];

/** A folder that {@link removeFolders} removes. */
export async function temporaryFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  made.push(folder);
  return folder;
}

/** Removes the folders of {@link temporaryFolder}. */
export async function removeFolders(): Promise<void> {
  const all = made.splice(0).map((folder) => rm(folder, { recursive: true, force: true }));
  await Promise.all(all);
}
