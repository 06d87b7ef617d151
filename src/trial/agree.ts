import { GradweaveError, OptionError } from '../errors.ts';
import type { TrialPlace, TrialResult } from './result.ts';

/** Two results of one trial on one kind of adapter differ: the machine, the driver or the engine is not to be trusted. */
export class DigestAlarm extends GradweaveError {
  override name = 'DigestAlarm';
  readonly id: string;
  /** The kind of adapter, see {@link adapterKind}. */
  readonly kind: string;
  readonly digests: readonly [string, string];

  constructor(first: TrialResult, second: TrialResult) {
    const kind = adapterKind(second.place);
    super(
      `two runs of the trial ${first.id} on ${kind} ended in different weights: ${first.digest} and ${second.digest}. One of them is wrong, and no mean of both is right. Run it again on each machine, and gradweave verify; report it if it stays`,
    );
    this.id = first.id;
    this.kind = kind;
    this.digests = [first.digest, second.digest];
  }
}

/**
 * What bits depend on besides the specification: the adapter with its driver, the runtime with its version, and the family of
 * kernels, as a text that can be compared and read.
 */
export function adapterKind({ adapter, runtime, family }: TrialPlace): string {
  const { vendor, architecture, device, description, software } = adapter;
  const names = [vendor, architecture, device, description].map((name) => name || '-');
  return [...names, software ? 'software' : 'hardware', runtime, family].join(' / ');
}

/** A part of a result that both must have. */
type Compared = Pick<TrialResult, 'id' | 'digest' | 'place' | 'history'>;

/**
 * Whether two results of one trial agree: true or false on one kind of adapter; null on different kinds, whose bits may differ, and
 * if one of them was ended early.
 *
 * @throws OptionError if they are of different trials
 */
export function agree(a: Compared, b: Compared): boolean | null {
  if (a.id !== b.id) {
    throw new OptionError(
      `results of the trials ${a.id} and ${b.id} were given; compare results of one trial`,
    );
  }
  if (adapterKind(a.place) !== adapterKind(b.place)) return null;
  if (a.history.length !== b.history.length) return null;
  return a.digest === b.digest;
}

/**
 * Refuses results that do not agree.
 *
 * @returns as {@link agree}: true or null
 * @throws DigestAlarm if they are of one kind of adapter and differ
 */
export function checkAgreement(a: TrialResult, b: TrialResult): true | null {
  const agrees = agree(a, b);
  if (agrees === false) throw new DigestAlarm(a, b);
  return agrees;
}
