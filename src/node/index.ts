/**
 * For programs in Node: finds a working driver before WebGPU is first used.
 *
 * @module
 */
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AdapterError } from '../errors.ts';
import { chooseDriver } from './choose-driver.ts';
import { DRIVER_VARIABLES } from './drivers.ts';
import { ChoiceMemory } from './memory.ts';
import type { DriverWish, ProbedAdapter } from './names.ts';
import { findPackage } from './packages.ts';

export { logFolder } from './log-folder.ts';
export type { DriverWish, ProbedAdapter } from './names.ts';

/** Options of {@link useWorkingDriver}. */
export interface DriverOptions {
  /** `auto`: a GPU, else software. Default `auto`. */
  readonly adapter?: DriverWish;
  /** The file of the package `webgpu`. Default: the one in the program's folder. */
  readonly webgpu?: string;
  /** Milliseconds within which each driver must answer. Default 15000. */
  readonly limitMs?: number;
  /** Forget what worked before, and try all drivers again. Default false. */
  readonly forget?: boolean;
  /** Called with what is tried, for how long, and what comes next. Default: prints to standard error. */
  readonly announce?: (text: string) => void;
}

/** The driver that this process uses from now on. */
export interface WorkingDriver {
  /** Its name: `the drivers of this machine`, a manifest's path, or `SwiftShader`. */
  readonly name: string;
  /** The adapter's names; absent if no adapter had to be requested. */
  readonly adapter?: ProbedAdapter;
}

/**
 * Finds a working Vulkan driver by trying each one in a separate process, and makes this process use it. Drivers
 * that are broken or too old are skipped. Without a GPU it uses the SwiftShader of an installed Chrome or
 * Chromium. The choice is remembered for the machine, so that later starts cost nothing. On macOS and Windows it
 * does nothing.
 *
 * Call it before the first `create()` of the package `webgpu`, or before `Engine.create()`.
 *
 * @example
 * ```ts
 * import { useWorkingDriver } from 'gradweave/node';
 * await useWorkingDriver();
 * const engine = await Engine.create();
 * ```
 * @throws AdapterError if no driver works, or the package `webgpu` is not installed
 */
export async function useWorkingDriver(options: DriverOptions = {}): Promise<WorkingDriver> {
  const announce = options.announce ?? ((text: string) => console.error(text));
  const file = options.webgpu ?? findPackage('webgpu', [process.cwd(), programFolder()]);
  if (file === undefined) {
    throw new AdapterError(
      'the package webgpu is not installed here. Run: npm install webgpu, or name its file in { webgpu }',
    );
  }
  const memory = new ChoiceMemory();
  if (options.forget) memory.forget();
  const chosen = await chooseDriver({
    prober: {
      program: process.execPath,
      arguments: ['--input-type=module', '--eval'],
      webgpu: pathToFileURL(file).href,
    },
    wish: options.adapter,
    memory,
    announce,
    ...(options.limitMs === undefined ? {} : { limitMs: options.limitMs }),
  });
  if (chosen === undefined) {
    throw new AdapterError(
      `no Vulkan driver of this machine works with WebGPU${options.adapter === 'hardware' ? ' on a GPU' : ''}. Install a driver of your GPU, or Chrome or Chromium, whose SwiftShader needs none`,
    );
  }
  for (const name of DRIVER_VARIABLES) {
    const value = chosen.env[name];
    // Node sets the variables of the process itself, which Vulkan's loader reads.
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  if (chosen.name === 'SwiftShader' && chosen.driver) loadVulkan(dirname(chosen.driver));
  const { name, adapter } = chosen;
  return adapter === undefined ? { name } : { name, adapter };
}

/**
 * Loads Chrome's copy of Vulkan's loader, so that WebGPU finds it by name. The library path of a process cannot
 * be changed after its start.
 */
function loadVulkan(folder: string): void {
  const { RTLD_NOW, RTLD_GLOBAL } = constants.dlopen;
  // A flag of Linux: the library stays loaded when Node closes it, because it is not an addon.
  const RTLD_NODELETE = 0x1000;
  try {
    const flags = RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE;
    process.dlopen({ exports: {} }, join(folder, 'libvulkan.so.1'), flags);
  } catch {
    // Always throws, because it is not an addon. If it is missing, WebGPU reports it.
  }
}

const programFolder = (): string => dirname(process.argv[1] ?? process.cwd());
