import { gpuNodes, type MachineView, namesDrivers, withoutDrivers } from '../node/drivers.ts';
import type { AdapterChoice } from './adapter.ts';

export const COMMON_FLAGS: readonly string[] = [
  '--enable-unsafe-webgpu',
  // Gives the adapter's device name; without it `info.device` and `info.description` are empty.
  '--enable-webgpu-developer-features',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-sync',
  '--metrics-recording-only',
  '--mute-audio',
  '--no-default-browser-check',
  '--no-first-run',
  // Despite the flags above, Chrome's time service and component updater use the network a second and a
  // minute after the start. These two flags prevent that: no name but this computer's own resolves, and there
  // is no proxy to resolve one.
  '--no-proxy-server',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]',
  // A page that trains in a background window must not be throttled.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** One way of starting Chrome. */
export interface ChromeAttempt {
  /** Shown to people, and the key under which it is remembered. */
  readonly name: string;
  readonly kind: 'hardware' | 'software';
  readonly flags: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Flags for a GPU, or for a Vulkan driver in VK_DRIVER_FILES, which Chrome inherits. On Linux without
 * a window, Vulkan must draw off-screen (developer.chrome.com/blog/supercharge-web-ai-testing).
 */
export function hardwareFlags(platform: NodeJS.Platform, window: 'headless' | 'headful'): string[] {
  if (platform !== 'linux') return [];
  const vulkan = ['--enable-features=Vulkan', '--use-angle=vulkan', '--ignore-gpu-blocklist'];
  return window === 'headless' ? [...vulkan, '--disable-vulkan-surface'] : vulkan;
}

/** Flags for SwiftShader, which comes with Chrome. */
export const SOFTWARE_FLAGS: readonly string[] = ['--use-webgpu-adapter=swiftshader'];

const NAMES: Partial<Record<NodeJS.Platform, string>> = { darwin: 'Metal', win32: 'Direct3D 12' };

/**
 * The ways to start Chrome, in the order in which they are tried until one gives an adapter.
 *
 * On Linux a GPU is tried first only if there is a device file for one, or if the user names a driver. Else
 * Vulkan has only software drivers, and some of those hang Chrome's GPU process (Mesa 22's lavapipe with
 * `--use-angle=vulkan`). SwiftShader then comes first.
 */
export function chromeAttempts(
  choice: AdapterChoice,
  window: 'headless' | 'headful',
  view: MachineView = {},
): ChromeAttempt[] {
  const { env = process.env, platform = process.platform } = view;
  const flags = hardwareFlags(platform, window);
  const hardware: ChromeAttempt[] = [
    { name: NAMES[platform] ?? 'Vulkan', kind: 'hardware', flags, env },
  ];
  if (platform === 'linux') {
    // Some drivers work for WebGPU but not for Chrome's own drawing.
    const withoutAngle = flags.filter((flag) => flag !== '--use-angle=vulkan');
    hardware.push({
      name: 'Vulkan for WebGPU alone',
      kind: 'hardware',
      flags: withoutAngle,
      env,
    });
  }
  const software: ChromeAttempt[] = [
    { name: 'SwiftShader', kind: 'software', flags: SOFTWARE_FLAGS, env },
  ];
  if (platform === 'linux' && namesDrivers(env)) {
    // A broken driver in the environment also breaks SwiftShader.
    software.push({
      name: 'SwiftShader without the drivers in the environment',
      kind: 'software',
      flags: SOFTWARE_FLAGS,
      env: withoutDrivers(env),
    });
  }
  if (choice === 'hardware') return hardware;
  if (choice === 'software') return software;
  const reachable = platform !== 'linux' || namesDrivers(env) || gpuNodes(view).length > 0;
  return reachable ? [...hardware, ...software] : [...software, ...hardware];
}
