import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { AdapterError } from '../errors.ts';
import { type ChosenDriver, chooseDriver } from '../node/choose-driver.ts';
import { ChoiceMemory } from '../node/memory.ts';
import { findPackage } from '../node/packages.ts';
import type { Prober } from '../node/probe.ts';
import { endTree } from '../node/process-tree.ts';
import type { ChildTask, FromChild, ToChild } from '../runtime/messages.ts';
import { pack, unpack } from '../runtime/wire.ts';
import type { AdapterChoice } from './adapter.ts';
import { PageError, RuntimeMissingError } from './errors.ts';
import { type Interruption, onInterrupt } from './interrupt.ts';
import { PACKAGE_ROOT } from './paths.ts';
import { revive } from './revive.ts';
import type { TaskOutcome, TaskRequest } from './run-task.ts';
import { watchVitals } from './vitals.ts';

/** Built by build.mjs. */
const CHILD = join(PACKAGE_ROOT, 'dist', 'cli', 'node-task.mjs');

/** Where to look for optional packages: the user's folder, ours, the tests' and the bench's. */
const FOLDERS = [
  process.cwd(),
  PACKAGE_ROOT,
  join(PACKAGE_ROOT, 'test', 'runtimes'),
  join(PACKAGE_ROOT, 'bench'),
];

/**
 * Finds the optional package `webgpu`.
 *
 * @param folders where to look, in order
 * @throws {RuntimeMissingError} if it is not installed.
 */
export function findWebgpu(folders: readonly string[] = FOLDERS): string {
  const found = findPackage('webgpu', folders);
  if (found !== undefined) return found;
  throw new RuntimeMissingError(
    '--runtime node needs the package webgpu, which is not installed here. ' +
      'Run: npm install webgpu (in a checkout: npm ci --prefix bench), or leave --runtime out to use a browser.',
  );
}

/**
 * The environment in which a runtime without a browser finds a working driver; see {@link chooseDriver}.
 *
 * @param prober how to request the adapter; default Node with the package `webgpu`
 * @throws {AdapterError} if no driver works.
 */
export async function driverEnvironment(
  adapter: AdapterChoice,
  chrome: string | undefined,
  announce: (text: string) => void,
  prober: Prober = proberOf(nodeRuntime()),
): Promise<ChosenDriver> {
  const browser = findBrowser({ chrome })?.path;
  const chosen = await chooseDriver({
    prober,
    wish: adapter,
    browsers: browser === undefined ? [] : [browser],
    announce,
    ...(adapter === 'auto' ? { memory: new ChoiceMemory() } : {}),
  });
  if (chosen !== undefined) return chosen;
  throw new AdapterError(
    `No Vulkan driver of this machine gives WebGPU ${adapter === 'auto' ? 'an' : `a ${adapter}`} adapter outside of a browser. ` +
      'Install the GPU’s driver, or Chrome or Chromium, whose SwiftShader needs none. Or leave --runtime out.',
  );
}

/** How to request a runtime's adapter. */
function proberOf({ program, webgpu }: ChildRuntime): Prober {
  if (webgpu === undefined) return { program, arguments: ['eval', '--unstable-webgpu'] };
  return { program, arguments: ['--input-type=module', '--eval'], webgpu };
}

/** A program that runs tasks without a browser. */
interface ChildRuntime {
  readonly program: string;
  readonly arguments: readonly string[];
  /** The file of the package `webgpu`; absent if the program itself has WebGPU. */
  readonly webgpu?: string;
  /** Name and version. */
  readonly name: string;
}

function nodeRuntime(): ChildRuntime {
  const webgpu = findWebgpu();
  return {
    program: process.execPath,
    arguments: [],
    webgpu: pathToFileURL(webgpu).href,
    name: `Node ${process.versions.node}, webgpu ${webgpuVersion(webgpu)}`,
  };
}

/**
 * Deno, from the npm package or the PATH.
 *
 * @throws {RuntimeMissingError} if it is in neither.
 */
export function denoRuntime(folders: readonly string[] = FOLDERS): ChildRuntime {
  const found = findPackage('deno/package.json', folders);
  const own = found && join(dirname(found), process.platform === 'win32' ? 'deno.exe' : 'deno');
  const program = own && existsSync(own) ? own : 'deno';
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  if (status !== 0) {
    throw new RuntimeMissingError(
      '--runtime deno needs Deno, which is not on the PATH. Install it from https://deno.com, or run: npm install deno',
    );
  }
  const version = stdout.split(/[\n(]/)[0].trim();
  return { program, arguments: ['run', '-A', '--unstable-webgpu'], name: version };
}

/**
 * Runs one task in a fresh process without a browser, and ends it, whatever happens.
 *
 * @throws the task's error, of its own class; {@link PageError} if the process died.
 */
export async function runChildTask(
  runtime: 'node' | 'deno',
  request: TaskRequest,
): Promise<TaskOutcome> {
  const program = runtime === 'deno' ? denoRuntime() : nodeRuntime();
  const { adapter, chrome, note = request.chrome.announce } = request.chrome;
  const asking: Asking = {};
  const interruption = onInterrupt(request.onStop && (async () => asking.stop?.() ?? false));
  const choose = (): Promise<ChosenDriver> =>
    Promise.race([
      driverEnvironment(adapter, chrome, note, proberOf(program)),
      interruption.promise,
    ]);
  try {
    const driver = await choose();
    try {
      return await runOnce(program, driver, request, interruption, asking);
    } catch (error) {
      // A remembered driver may no longer work; one that was just tried does.
      if (!(error instanceof AdapterError) || driver.adapter !== undefined) throw error;
      driver.forget();
      return await runOnce(program, await choose(), request, interruption, asking);
    }
  } finally {
    interruption.dispose();
  }
}

/** How to ask the child's run to stop, while there is one. */
interface Asking {
  stop?: () => Promise<boolean>;
}

async function runOnce(
  { program, arguments: given, webgpu, name }: ChildRuntime,
  { env }: ChosenDriver,
  request: TaskRequest,
  interruption: Interruption,
  asking: Asking,
): Promise<TaskOutcome> {
  const child = spawn(program, [...given, CHILD], {
    env,
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    // In its own process group: Ctrl+C reaches the command, which ends the child and its processes.
    detached: process.platform !== 'win32',
  });
  const end = (): void => endTree(child.pid);
  process.once('exit', end);
  const vitals = watchVitals('The process', request.chrome.announce, request.vitals);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => request.onConsole(text.trimEnd()));
  const task: ChildTask = {
    task: request.task,
    options: request.options,
    files: [...request.files],
    ...(webgpu ? { webgpu } : {}),
    hosted: request.host !== undefined,
  };
  const say = (message: ToChild): void => {
    child.send(pack(message));
  };
  let stopping: (asked: boolean) => void = () => {};
  asking.stop = () => {
    const asked = new Promise<boolean>((resolve) => {
      stopping = (able) => {
        if (able) request.onStop?.();
        resolve(able);
      };
    });
    say({ kind: 'stop' });
    return asked;
  };
  const done = new Promise<unknown>((resolve, reject) => {
    child.on('error', (error) =>
      reject(new PageError(`${program} did not start: ${error.message}`)),
    );
    child.on('exit', (code, signal) => {
      reject(new PageError(`The process ended before the task was done (${signal ?? code}).`));
    });
    child.on('message', (text: string) => {
      const message = unpack(text) as FromChild;
      if (message.kind === 'stopping') return stopping(message.able);
      if (message.kind === 'ask') {
        const { id } = message;
        vitals.host(Promise.resolve(request.host?.(message.request))).then(
          (value) => say({ kind: 'answer', id, value }),
          (error: unknown) => say({ kind: 'refusal', id, message: String(error) }),
        );
        return;
      }
      const { event } = message;
      try {
        vitals.event(event);
        if (event.type !== 'alive') request.onEvent(event);
      } catch (error) {
        reject(error);
      }
      if (event.type === 'result') resolve(event.value);
      if (event.type === 'error') reject(revive(event.name, event.message));
    });
  });
  try {
    say({ kind: 'task', task });
    const value = await Promise.race([done, vitals.promise, interruption.promise]);
    return { value, browser: name };
  } finally {
    delete asking.stop;
    vitals.dispose();
    end();
    process.off('exit', end);
  }
}

function webgpuVersion(file: string): string {
  const { version }: { version: string } = createRequire(file)(join(dirname(file), 'package.json'));
  return version;
}
