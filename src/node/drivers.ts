import { accessSync, constants, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** The machine to examine; tests give their own. */
export interface MachineView {
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  /** Root of the file system. Default `/`. */
  readonly root?: string;
}

/** Variables that tell Vulkan's loader which drivers to use. */
export const DRIVER_VARIABLES = [
  'VK_DRIVER_FILES',
  'VK_ICD_FILENAMES',
  'VK_ADD_DRIVER_FILES',
  'VK_LOADER_DRIVERS_SELECT',
  'VK_LOADER_DRIVERS_DISABLE',
] as const;

/** Whether the user has named Vulkan drivers in the environment. */
export const namesDrivers = (env: NodeJS.ProcessEnv): boolean =>
  DRIVER_VARIABLES.some((name) => Boolean(env[name]));

/** The environment without the user's choice of drivers. */
export function withoutDrivers(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const copy = { ...env };
  for (const name of DRIVER_VARIABLES) delete copy[name];
  return copy;
}

/**
 * The driver manifests that Vulkan's loader finds on Linux, in its order
 * (github.com/KhronosGroup/Vulkan-Loader, docs/LoaderDriverInterface.md).
 */
export function icdFiles({ env = process.env, root = '/' }: MachineView = {}): string[] {
  const home = env.HOME || homedir();
  const list = (value: string | undefined, usual: string): string[] =>
    (value || usual).split(delimiter).filter(Boolean);
  const folders = [
    env.XDG_CONFIG_HOME || join(home, '.config'),
    ...list(env.XDG_CONFIG_DIRS, '/etc/xdg'),
    '/etc',
    env.XDG_DATA_HOME || join(home, '.local/share'),
    ...list(env.XDG_DATA_DIRS, '/usr/local/share:/usr/share'),
  ];
  const found = [...new Set(folders)].flatMap((folder) => {
    const place = join(root, folder, 'vulkan/icd.d');
    return names(place)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(place, name));
  });
  return found;
}

/** Software drivers by their manifests' names: lavapipe, SwiftShader. */
export const isSoftwareDriver = (file: string): boolean => /lvp_|lavapipe|swiftshader/i.test(file);

/** Device nodes through which Linux reaches a GPU, by vendor and by kind of machine. */
const GPU_NODES = [
  /^dri\/renderD\d+$/,
  /^nvidia(\d+|ctl)$/,
  // Windows' GPU in the Subsystem for Linux.
  /^dxg$/,
  // Boards: Mali, Adreno, Jetson, PowerVR.
  /^(mali\d+|kgsl-3d0|nvgpu|nvhost-gpu|nvhost-ctrl-gpu|pvr_sync)$/,
];

/** The device nodes of GPUs on Linux; without any, no driver can reach a GPU. */
export function gpuNodes({ root = '/' }: MachineView = {}): string[] {
  const dev = join(root, 'dev');
  const all = [...names(dev), ...names(join(dev, 'dri')).map((name) => `dri/${name}`)];
  return all.filter((name) => GPU_NODES.some((pattern) => pattern.test(name))).sort();
}

/**
 * Everything that decides which adapter works, as one text: system, devices and whether they can be opened,
 * drivers with their sizes and times, the user's choice of drivers. If there are devices also the boot of the
 * machine, because a GPU that failed may work after the next boot.
 */
export function machineKey(view: MachineView = {}): string {
  const { env = process.env, platform = process.platform, root = '/' } = view;
  const chosen = DRIVER_VARIABLES.map((name) => `${name}=${env[name] ?? ''}`);
  if (platform !== 'linux') return [platform, ...chosen].join('\n');
  const nodes = gpuNodes(view).map((name) => {
    const path = join(root, 'dev', name);
    return `${path} ${mayOpen(path) ? 'open' : 'shut'}`;
  });
  const drivers = icdFiles(view).flatMap((file) => [file, libraryOf(file)].map(stampOf));
  const named = [env.VK_DRIVER_FILES, env.VK_ICD_FILENAMES, env.VK_ADD_DRIVER_FILES];
  const files = named.flatMap((value) => (value ?? '').split(delimiter).filter(Boolean));
  const boot = nodes.length > 0 ? [bootId()] : [];
  return [platform, ...boot, ...nodes, ...drivers, ...files.map(stampOf), ...chosen].join('\n');
}

/** A file by its path, size and time. */
export function stampOf(path: string): string {
  try {
    const { size, mtimeMs } = statSync(path);
    return `${path} ${size} ${mtimeMs}`;
  } catch {
    return `${path} absent`;
  }
}

/** The library of a manifest; a bare name is searched in the usual folders of drivers. */
function libraryOf(file: string): string {
  try {
    const path = String(JSON.parse(readFileSync(file, 'utf8')).ICD.library_path);
    if (path.startsWith('/')) return path;
    if (path.includes('/')) return join(dirname(file), path);
    const places = ['/usr/lib', '/usr/lib64', `/usr/lib/${TRIPLES[process.arch] ?? ''}`];
    const found = places.map((place) => join(place, path)).find((one) => canRead(one));
    return found ?? path;
  } catch {
    return `${file} unreadable`;
  }
}

const TRIPLES: Readonly<Record<string, string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
};

const SWIFTSHADER = 'vk_swiftshader_icd.json';
const BROWSER_FOLDERS = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
  '/opt/chromium.org/chromium',
  '/opt/microsoft/msedge',
  '/snap/chromium/current/usr/lib/chromium-browser',
];

/**
 * SwiftShader's manifest in a Chrome or Chromium of this machine: a driver for machines without a GPU.
 *
 * @param browsers executables whose folders are searched first
 */
export function swiftShaderFile(
  browsers: readonly string[] = [],
  { env = process.env, root = '/' }: MachineView = {},
): string | undefined {
  const cache = env.PUPPETEER_CACHE_DIR || join(env.HOME || homedir(), '.cache', 'puppeteer');
  const builds = join(cache, 'chrome');
  const downloaded = names(builds)
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .flatMap((build) => names(join(builds, build)).map((name) => join(builds, build, name)));
  const own = [...browsers, env.CHROME_PATH ?? ''].filter(Boolean).flatMap((path) => {
    try {
      return [dirname(path), dirname(realpathSync(path))];
    } catch {
      return [];
    }
  });
  const system = BROWSER_FOLDERS.map((folder) => join(root, folder));
  return [...own, ...downloaded, ...system]
    .map((folder) => join(folder, SWIFTSHADER))
    .find((file) => canRead(file));
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const canRead = (path: string): boolean => may(path, constants.R_OK);
const mayOpen = (path: string): boolean => may(path, constants.R_OK | constants.W_OK);

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** Changes with each boot of the machine. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
