import type { EpochRecord } from '../../train/history.ts';
import { saveModel } from '../../train/model-file/write.ts';
import type { Snapshot } from '../../train/snapshot.ts';
import { fileFacts } from '../tasks/file-facts.ts';
import type { Job } from '../tasks/job.ts';
import type { Copies } from '../tasks/many-copies.ts';
import type { ManyState, NetworkEnds } from './many-state.ts';
import type { Weights } from './run-weights.ts';

/** A network's epochs. */
interface Trained {
  readonly run: number;
  readonly history: readonly EpochRecord[];
}

/** The run whose test loss is the lowest, with the weights that it has; the first one if none was tested. */
export function bestOf(networks: readonly Trained[], kept: NetworkEnds['kept']): number {
  const lossOf = ({ run, history }: Trained): number => {
    const { test } = history.at((kept.get(run) ?? 0) - 1) ?? {};
    return test && Number.isFinite(test.loss) ? test.loss : Infinity;
  };
  const [best] = [...networks].sort((a, b) => lossOf(a) - lossOf(b));
  return best.run;
}

/** What networks are trained with; see `ManyWish`. */
type Began = Pick<ManyState, 'job' | 'settings'> & { readonly before?: ManyState };

/** What is left of networks whose training has failed. */
export interface ManyLeft {
  /** What they go on from: their last copies, or what they began this training with. */
  readonly state: ManyState;
  readonly best: number;
  /** The last copy of the best one; undefined if there is none of this training. */
  readonly copy: Snapshot | undefined;
}

const historiesOf = ({ networks }: Copies): readonly Trained[] =>
  networks.map(({ history }, run) => ({ run, history }));

/** The networks that can be trained on, as `Ensemble.resume` finds out. */
function goingOf({ networks, stopped }: Copies): ReadonlySet<number> {
  const steps = Math.max(...networks.map(({ step }) => step));
  const going = networks.flatMap(({ step, history }, run) => {
    const converges = Number.isFinite(history.at(-1)?.train.loss ?? 0);
    return converges && step === steps && !stopped.has(run) ? [run] : [];
  });
  return new Set(going);
}

/**
 * What is left of networks whose training has failed, such as by the loss of their device.
 *
 * @param copies the last ones of this training
 * @param means of all their epochs; those after the copies are lost
 * @param restored the epochs whose weights they have, by run, if the training had ended and those were put back
 * @returns undefined if nothing is left
 */
export function leftOf(
  copies: Copies | undefined,
  { job, settings, before }: Began,
  means: readonly EpochRecord[],
  restored?: NetworkEnds['kept'],
): ManyLeft | undefined {
  if (!copies) {
    if (!before) return undefined;
    const best = bestOf(historiesOf(before.copies), before.ends.kept);
    return { state: before, best, copy: undefined };
  }
  const histories = historiesOf(copies);
  // Those that did not go on have the weights that they had.
  const rested = [...(before?.ends.kept ?? [])].filter(([run]) => !before?.ends.going.has(run));
  const kept = restored ?? new Map(rested);
  const ends = { early: copies.stopped, kept, going: goingOf(copies) };
  const history = means.slice(0, Math.max(...histories.map((own) => own.history.length)));
  const best = bestOf(histories, kept);
  return { state: { job, settings, copies, history, ends }, best, copy: copies.networks[best] };
}

/** The weights of the best one, as of a run whose device was lost; undefined if there is no copy of them. */
export async function weightsLeft(
  { state, best, copy }: ManyLeft,
  key: string,
): Promise<Weights | undefined> {
  if (!copy) return undefined;
  const { step } = copy;
  const own = { ...state.job, settings: state.settings[best] } as Job;
  const bytes = await saveModel(copy, fileFacts(own, step));
  return { bytes: new Uint8Array(bytes), step, key, kept: state.ends.kept.get(best) };
}
