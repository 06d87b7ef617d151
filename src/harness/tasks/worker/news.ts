import type { TrialMetrics } from '../../../trial/result.ts';

/** How a trial ended on this worker. */
export type TrialEnd = 'done' | 'pruned' | 'failed' | 'lost' | 'stopped';

/** What happens on a worker of a sweep. */
export type WorkerNews =
  /** The server does not answer, or answers again. */
  | { readonly kind: 'server'; readonly state: 'away'; readonly why: string }
  | { readonly kind: 'server'; readonly state: 'back' }
  /** There is no trial to train now. */
  | { readonly kind: 'waiting' }
  | {
      readonly kind: 'began';
      readonly id: string;
      /** The network, such as `Model 2`. */
      readonly title: string;
      /** Options that the trial sets, its seed included: `lr 0.001, seed 3`. */
      readonly values: string;
      readonly epochs: number;
      /** Whether another worker, or this one, had begun it. */
      readonly resumed: boolean;
      /** Epochs that were done before. */
      readonly epoch: number;
    }
  | {
      readonly kind: 'ended';
      readonly id: string;
      readonly how: TrialEnd;
      /** Of a trial with a result. */
      readonly test?: TrialMetrics;
      /** Of training on this worker or others, without evaluation. */
      readonly seconds?: number;
      readonly digest?: string;
      /** False: an earlier result on the same kind of adapter has another digest. */
      readonly agrees?: boolean | null;
      /** Why it has no result. */
      readonly why?: string;
      readonly counts: WorkerCounts;
    };

/** How many trials ended how. */
export type WorkerCounts = Readonly<Record<TrialEnd, number>>;

/** What the task `worker` returns. */
export interface WorkerOutcome {
  readonly counts: WorkerCounts;
  /** `over`: the sweep has no more trials. `trials`, `idle`: the limit of that name. */
  readonly why: 'over' | 'trials' | 'idle' | 'stopped';
  readonly seconds: number;
}
