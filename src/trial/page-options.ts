import type { TrialSpec, TrialValue } from './spec.ts';

const asText = (value: TrialValue): string => (value === true ? '' : String(value));

/**
 * A trial as the page's options, which `settingsOf` reads.
 *
 * @param spec checked, see `checkSpec`
 */
export function pageOptionsOf({ model, seed, epochs, options }: TrialSpec): URLSearchParams {
  const page = new URLSearchParams({ model, seed: String(seed), epochs: String(epochs) });
  for (const [name, value] of Object.entries(options)) {
    // A flag is there or not.
    if (value !== false) page.set(name, asText(value));
  }
  return page;
}
