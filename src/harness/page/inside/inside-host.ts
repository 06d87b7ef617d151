import type { LossKind, TargetKind } from '../../../nn/losses.ts';
import { LOSS_NAMES } from '../../tasks/choice-facts.ts';
import { factsNamed } from '../../tasks/network-facts.ts';
import type { Way } from '../../worker/painter.ts';
import type { Alert } from '../alert.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import type { Remote } from '../remote.ts';

/** What a network learns: the next character of a text, or the target of its images. */
type NetworkKind = TargetKind | 'text';

/** A network that can be looked into, as far as the page knows it. */
export interface NetworkFact {
  readonly loss: LossKind;
  readonly kind: NetworkKind;
}

/** What the query of a run says of its network. */
export function networkIn(query: string): NetworkFact {
  const values = new URLSearchParams(query);
  const facts = factsNamed(values.get('model') ?? '2');
  const loss = LOSS_NAMES.find((name) => name === values.get('loss')) ?? facts.loss;
  return { loss, kind: facts.data === 'text' ? 'text' : facts.target };
}

/** What the panel needs of the page. */
export interface InsideHost {
  readonly remote: Remote;
  readonly alert: Alert;
  /** How pictures get onto canvases; default depends on the GPU. */
  readonly way: Way | undefined;
  /** The runs of the notebook, the last one last. */
  runs(): readonly RunRecord[];
  /** The run that is trained now or was last; undefined if it has several networks. */
  trained(): RunRecord | undefined;
}
