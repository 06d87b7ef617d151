import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findBrowser } from '../../scripts/find-browser.mjs';
import type { ChildTask, FromChild, ToChild } from '../runtime/messages.ts';
import { pack, unpack } from '../runtime/wire.ts';
import type { AdapterChoice } from './adapter.ts';
import { PageError, RuntimeMissingError } from './errors.ts';
import { onInterrupt } from './interrupt.ts';
import { PACKAGE_ROOT } from './paths.ts';
import { revive } from './revive.ts';
import type { TaskOutcome, TaskRequest } from './run-task.ts';

/** Built by build.mjs. */
const CHILD = join(PACKAGE_ROOT, 'dist', 'cli', 'node-task.mjs');

/** Where packages are looked for that the package does not depend on: the user's, ours, the tests', the bench's. */
const FOLDERS = [
  process.cwd(),
  PACKAGE_ROOT,
  join(PACKAGE_ROOT, 'test', 'runtimes'),
  join(PACKAGE_ROOT, 'bench'),
];

function findPackage(file: string, folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    try {
      return createRequire(join(folder, 'package.json')).resolve(file);
    } catch {
      // The next folder may have it.
    }
  }
  return undefined;
}

/**
 * Finds the optional package `webgpu`.
 *
 * @param folders where to look, in order
 * @throws {RuntimeMissingError} where it is not installed.
 */
export function findWebgpu(folders: readonly string[] = FOLDERS): string {
  const found = findPackage('webgpu', folders);
  if (found !== undefined) return found;
  throw new RuntimeMissingError(
    '--runtime node needs the package webgpu, which is not installed here. ' +
      'Run: npm install webgpu (in a checkout: npm ci --prefix bench), or leave --runtime out to use a browser.',
  );
}

const VULKAN_FOLDERS = [
  '/usr/share/vulkan/icd.d',
  '/etc/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
];
const CHROME_FOLDERS = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
const SWIFTSHADER = 'vk_swiftshader_icd.json';

function hasVulkanDriver(): boolean {
  return VULKAN_FOLDERS.some((folder) => existsSync(folder) && readdirSync(folder).length > 0);
}

/** The SwiftShader that comes with Chrome, for machines without a GPU. */
function swiftShader(chrome: string | undefined): string | undefined {
  const found = findBrowser({ chrome });
  const own = found ? [dirname(found.path), dirname(realpathSync(found.path))] : [];
  return [...own, ...CHROME_FOLDERS]
    .map((folder) => join(folder, SWIFTSHADER))
    .find((file) => existsSync(file));
}

/** Names SwiftShader's driver where it is asked for, or where Linux has no other and none is named. */
export function vulkanEnvironment(
  env: NodeJS.ProcessEnv,
  adapter: AdapterChoice,
  chrome: string | undefined,
): NodeJS.ProcessEnv {
  if (process.platform !== 'linux' || adapter === 'hardware') return env;
  if (adapter === 'auto') {
    if (env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES || hasVulkanDriver()) return env;
  }
  const driver = swiftShader(chrome);
  if (driver === undefined) return env;
  // Chrome's folder has Vulkan's loader too, which the system may lack.
  const libraries = [env.LD_LIBRARY_PATH, dirname(driver)].filter(Boolean).join(':');
  return {
    ...env,
    VK_ICD_FILENAMES: driver,
    VK_DRIVER_FILES: driver,
    LD_LIBRARY_PATH: libraries,
  };
}

/** A program that runs tasks without a browser. */
interface ChildRuntime {
  readonly program: string;
  readonly arguments: readonly string[];
  /** The file of the package `webgpu`; absent where the program has WebGPU itself. */
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
 * @throws {RuntimeMissingError} where it is neither.
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
 * @throws the error that the task threw, by its class; {@link PageError} when the process died.
 */
export async function runChildTask(
  runtime: 'node' | 'deno',
  request: TaskRequest,
): Promise<TaskOutcome> {
  const {
    program,
    arguments: given,
    webgpu,
    name,
  } = runtime === 'deno' ? denoRuntime() : nodeRuntime();
  const { adapter, chrome } = request.chrome;
  const interruption = onInterrupt();
  const child = spawn(program, [...given, CHILD], {
    env: vulkanEnvironment(process.env, adapter, chrome),
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
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
  const done = new Promise<unknown>((resolve, reject) => {
    child.on('error', (error) =>
      reject(new PageError(`${program} did not start: ${error.message}`)),
    );
    child.on('exit', (code, signal) => {
      reject(new PageError(`The process ended before the task was done (${signal ?? code}).`));
    });
    child.on('message', (text: string) => {
      const message = unpack(text) as FromChild;
      if (message.kind === 'ask') {
        const { id } = message;
        Promise.resolve(request.host?.(message.request)).then(
          (value) => say({ kind: 'answer', id, value }),
          (error: unknown) => say({ kind: 'refusal', id, message: String(error) }),
        );
        return;
      }
      const { event } = message;
      try {
        request.onEvent(event);
      } catch (error) {
        reject(error);
      }
      if (event.type === 'result') resolve(event.value);
      if (event.type === 'error') reject(revive(event.name, event.message));
    });
  });
  try {
    say({ kind: 'task', task });
    const value = await Promise.race([done, interruption.promise]);
    return { value, browser: name };
  } finally {
    child.kill('SIGKILL');
    interruption.dispose();
  }
}

function webgpuVersion(file: string): string {
  const { version }: { version: string } = createRequire(file)(join(dirname(file), 'package.json'));
  return version;
}
