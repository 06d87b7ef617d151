import type { Page } from 'puppeteer';
import type { AdapterInfo } from '../gpu/adapter-info.ts';
import { SOFTWARE_NAMES, TRIAL, type TrialNames } from '../node/trial.ts';

/** The values of `--adapter`. */
export type AdapterChoice = 'auto' | 'hardware' | 'software';

/**
 * Requests the page's WebGPU adapter.
 *
 * @param proof `computes`: the adapter's device must add two numbers; `answers`: it must only exist
 * @returns null if there is no adapter
 */
export async function askAdapter(
  page: Page,
  proof: 'computes' | 'answers',
): Promise<AdapterInfo | null> {
  const asked =
    proof === 'computes'
      ? ((await page.evaluate(`(${TRIAL})(navigator.gpu)`)) as TrialNames | null)
      : await page.evaluate(async () => {
          const adapter = await navigator.gpu?.requestAdapter({
            powerPreference: 'high-performance',
          });
          if (!adapter) return null;
          const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
          return { vendor, architecture, device, description, isFallbackAdapter };
        });
  if (asked === null) return null;
  const { isFallbackAdapter, ...names } = asked;
  return { ...names, software: isFallbackAdapter || isSoftwareName(names) };
}

/** Whether an adapter's names are those of a known software implementation. */
export function isSoftwareName(facts: Omit<AdapterInfo, 'software'>): boolean {
  return SOFTWARE_NAMES.test(Object.values(facts).join(' '));
}

/** Whether the adapter is Chrome's built-in SwiftShader. */
export function isSwiftShader(facts: AdapterInfo): boolean {
  return /swiftshader/i.test(`${facts.architecture} ${facts.device} ${facts.description}`);
}

/** An adapter's name for people: `NVIDIA ada-lovelace`, `SwiftShader`. */
export function adapterName(facts: Omit<AdapterInfo, 'software'>): string {
  const names = [facts.description || facts.device, facts.vendor, facts.architecture];
  if (/swiftshader/i.test(names.join(' '))) return 'SwiftShader';
  // Dawn describes a card of NVIDIA by its driver alone.
  if (facts.device && /^\w+: [\d. ]+$/.test(names[0])) return `${facts.device}, ${names[0]}`;
  if (names[0]) return names[0];
  return names.filter((name) => name !== '').join(' ') || 'unnamed adapter';
}
