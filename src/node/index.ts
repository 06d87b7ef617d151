/**
 * For programs in Node: finds a driver that works before WebGPU is first used.
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

export type { DriverWish, ProbedAdapter } from './names.ts';

/** How {@link useWorkingDriver} chooses. */
export interface DriverOptions {
  /** `auto`: a GPU, else software. Default `auto`. */
  readonly adapter?: DriverWish;
  /** The file of the package `webgpu`. Default: the one that the program's folder has. */
  readonly webgpu?: string;
  /** Milliseconds that each driver has to answer. Default 15000. */
  readonly limitMs?: number;
  /** Forgets what worked before, and tries all again. Default false. */
  readonly forget?: boolean;
  /** Told what is tried, for how long, and what comes next. Default: standard error. */
  readonly announce?: (text: string) => void;
}

/** The driver that this process uses from now on. */
export interface WorkingDriver {
  /** As people read it: `the drivers of this machine`, a manifest's path, `SwiftShader`. */
  readonly name: string;
  /** Who it says it is; absent where nothing had to be asked. */
  readonly adapter?: ProbedAdapter;
}

/**
 * Finds a Vulkan driver that computes, by trying each in a process of its own, and makes this process use
 * it: a driver that is broken or too old is passed over, and without a GPU the SwiftShader of an installed
 * Chrome or Chromium is taken. What worked is remembered for the machine, so that later starts cost nothing.
 * On macOS and Windows there is nothing to choose and nothing is done.
 *
 * Call it before the first `create()` of the package `webgpu`, or before `Engine.create()`.
 *
 * @example
 * ```ts
 * import { useWorkingDriver } from 'gradweave/node';
 * await useWorkingDriver();
 * const engine = await Engine.create();
 * ```
 * @throws AdapterError where no driver works, or the package `webgpu` is not installed.
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
 * Loads Chrome's copy of Vulkan's loader, so that it is there when WebGPU asks for it by name. The path of
 * libraries is read when a process starts and cannot be changed later.
 */
function loadVulkan(folder: string): void {
  const { RTLD_NOW, RTLD_GLOBAL } = constants.dlopen;
  // Of Linux: the library stays when Node closes it, since it is no addon of Node's.
  const RTLD_NODELETE = 0x1000;
  try {
    const flags = RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE;
    process.dlopen({ exports: {} }, join(folder, 'libvulkan.so.1'), flags);
  } catch {
    // Always: it is no addon. If it was not there either, WebGPU says so.
  }
}

const programFolder = (): string => dirname(process.argv[1] ?? process.cwd());
