import type { TrialSpec } from '../../../trial/spec.ts';
import { factsNamed } from '../network-facts.ts';

/** What a trial is, for people: its network, and what it sets. Its specification is checked. */
export function describeTrial({ model, options, seed }: TrialSpec): {
  readonly title: string;
  readonly values: string;
} {
  const values = Object.entries(options).map(([name, value]) => `${name} ${String(value)}`);
  return { title: factsNamed(model).title, values: [...values, `seed ${seed}`].join(', ') };
}
