import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { PACKAGE_ROOT as ROOT } from '../../src/cli/paths.ts';
import { chooseDriver } from '../../src/node/choose-driver.ts';
import { findPackage } from '../../src/node/packages.ts';
import { pack, run, temporaryFolder } from './stage.ts';

const PROJECTS = join(ROOT, 'test/package/projects');

/**
 * A copy of an app of `projects/`, far from this repository's packages: with the packages of its lock file,
 * and gradweave from what `npm pack` makes.
 *
 * @throws {Error} that says so, if a package is neither in npm's cache nor to be had from the registry
 */
export async function project(name: string): Promise<string> {
  const { tarball } = await pack();
  const app = await temporaryFolder(`gradweave-${name}-`);
  await cp(join(PROJECTS, 'shared'), app, { recursive: true });
  await cp(join(PROJECTS, name), app, { recursive: true });
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    await run('npm', ['ci', ...quiet], { cwd: app });
    await run('npm', ['install', '--no-save', ...quiet, tarball], { cwd: app });
  } catch (error) {
    throw new Error(
      `The packages of test/package/projects/${name} could not be installed. This test needs npm's registry, or npm's cache with all of package-lock.json.\n${(error as { stderr?: string }).stderr ?? error}`,
    );
  }
  return app;
}

/** The environment in which an app's package `webgpu`, if it has one, finds a driver that works. */
async function driverOf(app: string): Promise<NodeJS.ProcessEnv> {
  const webgpu = findPackage('webgpu', [app]);
  if (webgpu === undefined) return process.env;
  const prober = {
    program: process.execPath,
    arguments: ['--input-type=module', '--eval'],
    webgpu: pathToFileURL(webgpu).href,
  };
  const browser = findBrowser()?.path;
  const chosen = await chooseDriver({ prober, browsers: browser ? [browser] : [] });
  return chosen?.env ?? process.env;
}

/** Runs a program of an app, and gives all that it printed. WebGPU in Node is SwiftShader if there is no GPU. */
export async function runIn(
  app: string,
  program: string,
  given: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout, stderr } = await runFor(app, program, given, variables);
  return stdout + stderr;
}

/** The JSON that a program of an app prints. What drivers print to standard error is left out. */
export async function jsonOf(
  app: string,
  program: string,
  given: readonly string[],
): Promise<Record<string, unknown>> {
  return JSON.parse((await runFor(app, program, given, {})).stdout);
}

async function runFor(
  app: string,
  program: string,
  given: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const env = { ...(await driverOf(app)), ...variables };
  // Set by this repository's own tests, and not meant for what apps run.
  env.NODE_OPTIONS = variables.NODE_OPTIONS ?? '';
  try {
    return await run(program, given, { cwd: app, env, maxBuffer: 1 << 26 });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & Record<string, string>;
    throw new Error(`${message.split('\n', 1)[0]}\n${stdout}\n${stderr}`);
  }
}
