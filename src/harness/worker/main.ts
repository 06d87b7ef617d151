/** The worker's entry: answers the page's calls one by one; see messages.ts. */
import { describeError } from '../describe-error.ts';
import { type Heartbeat, heartbeat } from '../heartbeat.ts';
import { Lab } from './lab.ts';
import type { LabEvent } from './lab-event.ts';
import type { CallMessage, WorkerMessage } from './messages.ts';

/** The used part of a worker's global scope, whose type library conflicts with the page's. */
interface WorkerScope {
  postMessage(message: WorkerMessage, transfer?: readonly Transferable[]): void;
  onmessage: ((event: MessageEvent<CallMessage>) => void) | null;
  /** For a look by hand, and for tests. */
  gradweaveLab?: Lab;
}

const scope = globalThis as unknown as WorkerScope;

const send = (event: LabEvent): void => scope.postMessage({ kind: 'event', event });
const beats = new Set<Heartbeat>();
const lab = new Lab((event) => {
  for (const beat of beats) beat.progress();
  send(event);
});
scope.gradweaveLab = lab;

scope.onmessage = async ({ data: { id, method, given } }) => {
  // Distinguishes a call that takes long from a worker or a GPU that hangs.
  const beat = heartbeat(send);
  beats.add(beat);
  try {
    // The page uses the same table of calls as types.
    const call = lab[method] as (...given: readonly unknown[]) => unknown;
    scope.postMessage({ kind: 'answer', id, value: await call.apply(lab, [...given]) });
  } catch (error) {
    scope.postMessage({ kind: 'refusal', id, error: describeError(error) });
  } finally {
    beat.stop();
    beats.delete(beat);
  }
};
