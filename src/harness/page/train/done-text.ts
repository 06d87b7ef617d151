import type { LearnedNumber } from '../../protocol.ts';
import type { LabOutcome } from '../../worker/lab-outcome.ts';
import { resultOf } from '../notebook/run-epochs.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import { titleText } from '../notebook/setting-words.ts';
import { rmseText, testErrorText } from '../number-error.ts';
import { counted, duration, loss, percent, spreadText } from '../numbers.ts';
import { say } from '../words/words.ts';

/**
 * What is said of runs that are done.
 *
 * @param had epochs before it was given more
 */
export function doneText(runs: readonly RunRecord[], outcome: LabOutcome, had = 0): string {
  const { history, seconds, best, kept } = outcome;
  const done = { epochs: counted(history.length, 'epoch'), time: duration(seconds) };
  if (best !== undefined) return severalText(runs, outcome, best, done);
  const result = resultText(outcome, runs[0].dataset?.number);
  const how = outcome.early
    ? say('Stopped early, after {epochs} in {time}: the test loss has not fallen any more', done)
    : say('Done: {epochs} in {time}', done);
  const text = endText(how, result, kept);
  if (outcome.anew !== true || had === 0) return text;
  const added = counted(history.length - had, 'epoch');
  return `${text} ${say('It had stopped early before, so early stopping counted the added epochs anew: {added}.', { added })}`;
}

const endText = (how: string, result: string, kept: number | undefined): string =>
  kept === undefined
    ? `${how}, ${result}.`
    : say('{how}. Kept are the weights of epoch {kept}: {result}.', { how, kept, result });

/** Of a run that was stopped. */
export function stoppedText(outcome: LabOutcome, epochs: number): string {
  const { history, kept } = outcome;
  const how = say('Stopped after {count} of {epochs}.', {
    count: history.length,
    epochs: counted(epochs, 'epoch'),
  });
  return kept === undefined
    ? how
    : `${how} ${say('Kept are the weights of epoch {kept}.', { kept })}`;
}

function resultText({ test }: LabOutcome, number: LearnedNumber | undefined): string {
  if (number) {
    return say('test loss {loss}, a root mean squared error of {error}', {
      loss: loss(test.loss),
      error: rmseText(test.loss, number),
    });
  }
  return test.accuracy === null
    ? say('test loss {loss}', { loss: loss(test.loss) })
    : say('test loss {loss}, test accuracy {accuracy}', {
        loss: loss(test.loss),
        accuracy: percent(test.accuracy),
      });
}

/** @param best the run of the best network */
function severalText(
  runs: readonly RunRecord[],
  { ends = { early: new Set(), kept: new Map(), going: new Set() } }: LabOutcome,
  best: number,
  done: Readonly<Record<'epochs' | 'time', string>>,
): string {
  const losses = (run: RunRecord): number => resultOf(run)?.loss.mean ?? Infinity;
  const [first] = [...runs].sort((a, b) => losses(a) - losses(b));
  const last = resultOf(first);
  const several = runs.length > 1;
  const home = runs.find((run) => run.best !== undefined);
  const seed = home?.networks.find(({ run }) => run === best)?.seed ?? 0;
  const parts = [
    say('Done: {count} networks, {epochs} in {time}', { count: runs[0].together, ...done }),
    ...(last && several ? [say('Lowest mean test loss: {run}', { run: ownOf(first) })] : []),
  ];
  const found = parts.join('. ') + (last ? `, ${means(first, last)}` : '');
  const which = `${home && several ? `${ownOf(home)}, ` : ''}${say('seed {seed}', { seed })}`;
  const { early, kept } = ends;
  const texts = [
    `${found}.`,
    ...(early.size > 0
      ? [
          say('Networks that ended early, as the test loss had stopped falling: {count}.', {
            count: early.size,
          }),
        ]
      : []),
    ...(kept.size > 0 ? [say('Each has the weights of its best epoch.')] : []),
    say('Look inside shows the best one: {network}.', { network: which }),
  ];
  return texts.join(' ');
}

type Means = NonNullable<ReturnType<typeof resultOf>>;

/** What a run has of its own, of those that were started with it. */
const ownOf = ({ title }: RunRecord): string => titleText(title.slice(title.indexOf(', ') + 2));

/** The mean result of a run's networks. */
function means(run: RunRecord, { loss: losses, accuracy: accuracies }: Means): string {
  const { number } = run.dataset ?? {};
  if (number) return say('root mean squared error {error}', { error: testErrorText(run, number) });
  return accuracies
    ? say('test accuracy {accuracy}', { accuracy: spreadText(accuracies, percent) })
    : say('test loss {loss}', { loss: spreadText(losses, loss) });
}
