import { delimiter, dirname } from 'node:path';
import {
  gpuNodes,
  icdFiles,
  isSoftwareDriver,
  type MachineView,
  machineKey,
  namesDrivers,
  stampOf,
  swiftShaderFile,
  withoutDrivers,
} from './drivers.ts';
import type { ChoiceMemory } from './memory.ts';
import type { DriverWish, ProbedAdapter } from './names.ts';
import { type ProbeResult, type Prober, probe } from './probe.ts';
import { duration } from './within.ts';

/** One environment in which an adapter is asked for. */
export interface DriverAttempt {
  /** Its name for messages and for the memory of choices. */
  readonly name: string;
  /** The driver's manifest; absent if Vulkan's loader chooses. */
  readonly driver?: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Options of {@link chooseDriver}. */
export interface ChooseOptions {
  readonly prober: Prober;
  readonly wish?: DriverWish | undefined;
  /** Executables of browsers whose SwiftShader may be used. */
  readonly browsers?: readonly string[];
  readonly view?: MachineView;
  /** Default: nothing is remembered. */
  readonly memory?: ChoiceMemory | undefined;
  /** How long each attempt may take. Default 15 s. */
  readonly limitMs?: number;
  /** Called with what is tried, for how long, and what comes next. */
  readonly announce?: (text: string) => void;
  /** For tests. */
  readonly ask?: (env: NodeJS.ProcessEnv) => Promise<ProbeResult>;
}

/** What was chosen. */
export interface ChosenDriver extends DriverAttempt {
  /** Absent if the choice was remembered, or no adapter had to be requested. */
  readonly adapter?: ProbedAdapter;
  /** For a choice that does not work after all: forgets it, so that the next call chooses again. */
  forget(): void;
}

/**
 * The environments to try on Linux, in order: the user's choice, all drivers that the loader finds, each driver
 * alone (a crashing driver prevents the others; GPU drivers only if there is a device), Chrome's SwiftShader.
 */
export function driverAttempts(
  wish: DriverWish,
  browsers: readonly string[],
  view: MachineView = {},
): DriverAttempt[] {
  const { env = process.env } = view;
  const free = withoutDrivers(env);
  const alone = (driver: string): DriverAttempt => ({
    name: driver,
    driver,
    env: { ...free, VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver },
  });
  const files = icdFiles(view);
  const given = namesDrivers(env) ? [{ name: 'the drivers that the environment names', env }] : [];
  const all = files.length > 0 ? [{ name: 'the drivers of this machine', env: free }] : [];
  const single = files.length > 1 ? files : [];
  const software = single.filter(isSoftwareDriver).map(alone);
  const hardware = single.filter((file) => !isSoftwareDriver(file)).map(alone);
  const shader = swiftShaderFile(browsers, view);
  const swift = shader === undefined ? [] : [withLoader(alone(shader), shader)];
  if (wish === 'software') return [...swift, ...given, ...software, ...all];
  if (wish === 'hardware') return [...given, ...all, ...hardware];
  const reachable = gpuNodes(view).length > 0 ? hardware : [];
  return [...given, ...all, ...reachable, ...software, ...swift];
}

/** Also uses Vulkan's loader from Chrome's folder, because the system may lack it. */
function withLoader(attempt: DriverAttempt, file: string): DriverAttempt {
  const folders = [attempt.env.LD_LIBRARY_PATH, dirname(file)].filter(Boolean).join(delimiter);
  return { ...attempt, name: 'SwiftShader', env: { ...attempt.env, LD_LIBRARY_PATH: folders } };
}

/**
 * Finds a Vulkan driver that works in a runtime without a browser. Only Linux has a choice.
 *
 * @returns the environment to run in; undefined if nothing works. `auto` gives a software adapter only if no
 *   attempt gives a GPU
 */
export async function chooseDriver(options: ChooseOptions): Promise<ChosenDriver | undefined> {
  const { prober, wish = 'auto', browsers = [], view = {}, memory, limitMs = 15_000 } = options;
  const { env = process.env, platform = process.platform } = view;
  const nothing = (): void => {};
  if (platform !== 'linux') return { name: 'the system’s driver', env, forget: nothing };
  const ask = options.ask ?? ((where: NodeJS.ProcessEnv) => probe(prober, where, limitMs));
  const attempts = driverAttempts(wish, browsers, view);
  const files = [prober.program, swiftShaderFile(browsers, view) ?? ''].map(stampOf);
  const key = ['driver', wish, prober.webgpu, ...files, machineKey(view)].join('\n');
  const before = memory?.recall(key);
  const known = attempts.find(({ name }) => name === before?.name);
  const forget = (): void => memory?.drop(key);
  if (known) return { ...known, forget };
  let software: ChosenDriver | undefined;
  for (const [i, attempt] of attempts.entries()) {
    const result = await ask(attempt.env);
    if (result.kind === 'adapter') {
      const found = { ...attempt, adapter: result.adapter, forget };
      if (result.adapter.software === (wish === 'software')) {
        memory?.keep(key, attempt.name, result.adapter.software);
        return found;
      }
      if (wish !== 'auto') continue;
      software ??= found;
      // All drivers together gave software, so no single one has a GPU.
      if (attempt.driver === undefined) break;
      continue;
    }
    if (software === undefined) {
      options.announce?.(outcome(attempt.name, result.kind, limitMs, attempts[i + 1]?.name));
    }
  }
  if (wish === 'hardware' || software === undefined) return undefined;
  memory?.keep(key, software.name, true);
  return software;
}

function outcome(
  name: string,
  kind: Exclude<ProbeResult['kind'], 'adapter'>,
  limitMs: number,
  next: string | undefined,
): string {
  const what = {
    none: 'no adapter',
    silent: `no answer within ${duration(limitMs)}`,
    crashed: 'it crashed',
  }[kind];
  return `Trying ${name} … ${what}${next ? `, trying ${next}` : ''}.`;
}
