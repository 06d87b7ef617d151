import { lossText } from '../../nn/losses.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Snapshot } from '../snapshot.ts';

/** What a run's files of models say of it, for people: plain JSON, the same for the same run. */
export function trainingOf(
  {
    model,
    loss,
    optimizer,
    schedule,
    clip,
    augment,
    accumulate,
    precision,
    batchSize,
    seed,
    dataset,
    frozen,
  }: ResolvedOptions,
  { step, history }: Pick<Snapshot, 'step' | 'history'>,
): object {
  const last = history[history.length - 1];
  // Running statistics are never trained.
  const states = model.parameters.flatMap(({ name, state }) => (state ? [name] : []));
  const chosen = frozen.filter((name) => !states.includes(name));
  const all = {
    loss: lossText(loss),
    optimizer,
    schedule,
    clip,
    augment,
    accumulate: accumulate === 1 ? undefined : accumulate,
    precision: precision === 'mixed' ? precision : undefined,
    frozen: chosen.length > 0 ? chosen : undefined,
    batchSize,
    seed,
    dataset: dataset.name,
    epochs: history.length,
    steps: step,
    last: last && { train: last.train, test: 'test' in last ? last.test : undefined },
  };
  // As JSON has it: without functions, and with null for numbers that are not finite.
  return JSON.parse(JSON.stringify(all));
}
