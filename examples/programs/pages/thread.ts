/** The worker's script, bundled separately: it receives tasks and answers. */
import { type Task, work } from '../worker.ts';

self.onmessage = ({ data }: MessageEvent<Task>) => {
  work(data, (answer) => self.postMessage(answer)).catch((error) =>
    self.postMessage({ problem: String(error) }),
  );
};
