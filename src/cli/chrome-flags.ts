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
  // The flags above leave Google's clock and the updater of components, which ask a second and a minute
  // after the start. With these two nothing can be asked: no name has an address but this computer's own,
  // and no proxy is there to find it out.
  '--no-proxy-server',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]',
  // A page that trains in a window behind others must not be slowed down.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** One way of starting Chrome. */
export interface ChromeAttempt {
  /** As people read it, and by which it is remembered. */
  readonly name: string;
  readonly kind: 'hardware' | 'software';
  readonly flags: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Flags for a GPU (or a Vulkan driver that VK_DRIVER_FILES names, which Chrome inherits). Without
 * a window, Linux needs Vulkan to draw off-screen (developer.chrome.com/blog/supercharge-web-ai-testing).
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
 * In which ways Chrome is started until one gives an adapter, in order.
 *
 * On Linux a GPU is tried first only if there is a device through which it can be reached, or if the user
 * names a driver. Else Vulkan has nothing but software to give, and some of that hangs Chrome's GPU process
 * (Mesa 22's lavapipe under `--use-angle=vulkan`); SwiftShader comes first then.
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
    // Some drivers serve WebGPU, but not Chrome's own drawing.
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
    // A driver that is named and broken takes SwiftShader with it.
    software.push({
      name: 'SwiftShader without the drivers that the environment names',
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
