import { canonicalJson } from './canonical-json.ts';
import { checkSpec } from './check.ts';
import { sha256 } from './sha256.ts';
import type { TrialSpec } from './spec.ts';

/**
 * The id of a trial: the SHA-256, in hexadecimal, of its specification in canonical JSON (RFC 8785). The order of keys does not
 * count, nor how numbers are written, nor options that say what holds anyway (`plan: 'fused'`, `precision: 'full'`, `family: 'auto'`,
 * `nesterov: false`). An option that repeats the network's own default gives another id.
 *
 * @throws OptionError if it is no specification, see {@link checkSpec}
 */
export async function trialId(spec: TrialSpec): Promise<string> {
  return sha256(canonicalJson(checkSpec(spec)));
}
