import type { LossKind, TargetKind } from '../../../nn/losses.ts';
import type { Way } from '../../worker/painter.ts';
import type { Alert } from '../alert.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import type { Remote } from '../remote.ts';

/** What a network learns: the next character of a text, or the target of its images. */
export type NetworkKind = TargetKind | 'text';

/** A network that can be looked into, as far as the page knows it. */
export interface NetworkFact {
  readonly loss: LossKind;
  readonly kind: NetworkKind;
}

/** What the panel needs of the page. */
export interface InsideHost {
  readonly remote: Remote;
  readonly alert: Alert;
  /** How pictures get onto canvases; default depends on the GPU. */
  readonly way: Way | undefined;
  /** The runs of the notebook, the last one last. */
  runs(): readonly RunRecord[];
}
