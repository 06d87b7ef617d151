/** The thread of a page that trains trials of a sweep: browsers slow down the timers of a hidden page, but not those of a worker. */
import { describeError } from '../describe-error.ts';
import { runWorker } from '../tasks/worker/run.ts';
import type { FromThread, JoinRun, ToThread } from './messages.ts';

/** The used part of a worker's global scope, whose type library conflicts with the page's. */
interface Scope {
  postMessage(message: FromThread): void;
  onmessage: ((event: MessageEvent<ToThread>) => void) | null;
}

const scope = globalThis as unknown as Scope;
/** Asked to stop before there was a run that could. */
let isStopped = false;

async function start({ server, ...run }: JoinRun): Promise<void> {
  try {
    const working = runWorker(
      {
        ...run,
        server: new URL(server),
        onHeld: (leases) => scope.postMessage({ kind: 'held', leases }),
      },
      (event) => scope.postMessage({ kind: 'event', event }),
    );
    if (isStopped) globalThis.gradweaveStop?.();
    scope.postMessage({ kind: 'ended', outcome: await working });
  } catch (error) {
    scope.postMessage({ kind: 'failed', error: describeError(error) });
  }
}

scope.onmessage = ({ data }) => {
  if (data.kind === 'start') void start(data.run);
  else {
    isStopped = true;
    globalThis.gradweaveStop?.();
  }
};
