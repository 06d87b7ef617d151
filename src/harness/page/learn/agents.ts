/** The browser and the system of a reader, as far as the steps to a GPU differ. */

export type Browser = 'chrome' | 'edge' | 'firefox' | 'safari';
export type System = 'windows' | 'mac' | 'linux' | 'android' | 'ios' | 'chromeos';

export interface Agent {
  readonly browser: Browser;
  readonly system: System;
}

const SYSTEMS: readonly (readonly [RegExp, System])[] = [
  [/android/i, 'android'],
  [/iphone|ipad|ipod/i, 'ios'],
  [/cros/i, 'chromeos'],
  [/windows/i, 'windows'],
  [/mac os|macintosh/i, 'mac'],
];

/**
 * @param text the browser's user agent
 * @param touches points that the screen can be touched at: an iPad calls itself a Mac
 */
export function agentOf(text: string, touches = 0): Agent {
  const named = SYSTEMS.find(([pattern]) => pattern.test(text))?.[1] ?? 'linux';
  const system = named === 'mac' && touches > 1 ? 'ios' : named;
  // On iOS every browser is Safari inside.
  if (system === 'ios') return { browser: 'safari', system };
  if (/firefox|fxios/i.test(text)) return { browser: 'firefox', system };
  if (/edg(a|e)?\//i.test(text)) return { browser: 'edge', system };
  if (/chrom(e|ium)\//i.test(text)) return { browser: 'chrome', system };
  return { browser: /safari/i.test(text) ? 'safari' : 'chrome', system };
}
