/** The worker's entry: answers the page's calls one by one; see messages.ts. */
import { describeError } from '../describe-error.ts';
import { Lab } from './lab.ts';
import type { CallMessage, WorkerMessage } from './messages.ts';

/** Only what is used of a worker's global scope: its types are another library than the page's. */
interface WorkerScope {
  postMessage(message: WorkerMessage, transfer?: readonly Transferable[]): void;
  onmessage: ((event: MessageEvent<CallMessage>) => void) | null;
  /** For whoever looks at the page by hand, and for tests. */
  gradweaveLab?: Lab;
}

const scope = globalThis as unknown as WorkerScope;

const lab = new Lab((event) => scope.postMessage({ kind: 'event', event }));
scope.gradweaveLab = lab;

scope.onmessage = async ({ data: { id, method, given } }) => {
  try {
    // The page's side is typed by the same table of calls.
    const call = lab[method] as (...given: readonly unknown[]) => unknown;
    scope.postMessage({ kind: 'answer', id, value: await call.apply(lab, [...given]) });
  } catch (error) {
    scope.postMessage({ kind: 'refusal', id, error: describeError(error) });
  }
};
