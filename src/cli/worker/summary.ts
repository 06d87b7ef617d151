import type { TrialEnd, WorkerOutcome } from '../../harness/tasks/worker/news.ts';
import { countsText } from '../../harness/tasks/worker/news-text.ts';
import { formatSeconds } from '../format.ts';

const WHY: Readonly<Record<WorkerOutcome['why'], string>> = {
  over: 'The sweep is over.',
  trials: 'All trials of --trials are done.',
  idle: 'Nothing came for the seconds of --idle.',
  stopped: 'Stopped.',
};

/** How the workers of a command ended. */
export function workerSummary(outcomes: readonly WorkerOutcome[]): string[] {
  const [first] = outcomes;
  const counts = { ...first.counts };
  for (const outcome of outcomes.slice(1)) {
    for (const [how, count] of Object.entries(outcome.counts)) counts[how as TrialEnd] += count;
  }
  const { why } = outcomes.find((one) => one.why === 'stopped') ?? first;
  const seconds = Math.max(...outcomes.map((one) => one.seconds));
  return ['', `${WHY[why]} Trials: ${countsText(counts)}, in ${formatSeconds(seconds)}.`];
}
