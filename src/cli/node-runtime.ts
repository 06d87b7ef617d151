import { fork } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findBrowser } from '../../scripts/find-browser.mjs';
import type { FromChild, NodeTask, ToChild } from '../runtime/messages.ts';
import type { AdapterChoice } from './adapter.ts';
import { PageError, RuntimeMissingError } from './errors.ts';
import { onInterrupt } from './interrupt.ts';
import { PACKAGE_ROOT } from './paths.ts';
import { revive } from './revive.ts';
import type { TaskOutcome, TaskRequest } from './run-task.ts';

/** Built by build.mjs. */
const CHILD = join(PACKAGE_ROOT, 'dist', 'cli', 'node-task.mjs');

/**
 * Finds the optional package `webgpu`: the user's own, ours, the bench's.
 *
 * @param folders where to look, in order
 * @throws {RuntimeMissingError} where it is not installed.
 */
export function findWebgpu(
  folders: readonly string[] = [process.cwd(), PACKAGE_ROOT, join(PACKAGE_ROOT, 'bench')],
): string {
  for (const folder of folders) {
    try {
      return createRequire(join(folder, 'package.json')).resolve('webgpu');
    } catch {
      // The next folder may have it.
    }
  }
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

/**
 * Runs one task in a fresh Node process on the package `webgpu`, and ends it, whatever happens.
 *
 * @throws the error that the task threw, by its class; {@link PageError} when the process died.
 */
export async function runNodeTask(request: TaskRequest): Promise<TaskOutcome> {
  const webgpu = findWebgpu();
  const { adapter, chrome } = request.chrome;
  const interruption = onInterrupt();
  const child = fork(CHILD, [], {
    env: vulkanEnvironment(process.env, adapter, chrome),
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => request.onConsole(text.trimEnd()));
  const task: NodeTask = {
    task: request.task,
    options: request.options,
    files: [...request.files],
    webgpu: pathToFileURL(webgpu).href,
    hosted: request.host !== undefined,
  };
  const say = (message: ToChild): void => {
    child.send(message);
  };
  const done = new Promise<unknown>((resolve, reject) => {
    child.on('error', (error) => reject(new PageError(`Node did not start: ${error.message}`)));
    child.on('exit', (code, signal) => {
      reject(new PageError(`The process ended before the task was done (${signal ?? code}).`));
    });
    child.on('message', (message: FromChild) => {
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
    return { value, browser: `Node ${process.versions.node}, webgpu ${webgpuVersion(webgpu)}` };
  } finally {
    child.kill('SIGKILL');
    interruption.dispose();
  }
}

function webgpuVersion(file: string): string {
  const { version }: { version: string } = createRequire(file)(join(dirname(file), 'package.json'));
  return version;
}
