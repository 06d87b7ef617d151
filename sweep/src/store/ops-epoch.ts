import type { HeartbeatAnswer } from '../../../src/trial/protocol.ts';
import type { TrialEpoch } from '../../../src/trial/result.ts';
import { type AlarmFound, alarmUnlessKnown, insertAlarms } from './alarms.ts';
import type { Context } from './context.ts';
import type { Entry, Held } from './entry.ts';
import { ReportError } from './errors.ts';
import { heldBy } from './lease.ts';
import { insertEpochs, type NewEpoch } from './metrics.ts';
import type { Handler, Outcome } from './writer.ts';

export interface Report {
  readonly id: string;
  readonly lease: string;
  readonly epoch: TrialEpoch;
}

/**
 * Stores an epoch. One that is there already, of an attempt before, is compared: on the same adapter and runtime it must have the
 * same loss and accuracy.
 */
export function reporting(context: Context): Handler<Report, HeartbeatAnswer> {
  return async (transaction, reports) => {
    const epochs: NewEpoch[] = [];
    const alarms: AlarmFound[] = [];
    const outcomes = reports.map((report): Outcome<HeartbeatAnswer> => {
      try {
        return outcomeOf(context, report, epochs, alarms);
      } catch (error) {
        return { error: error as Error };
      }
    });
    await insertEpochs(transaction, context.schema, epochs);
    await insertAlarms(context, transaction, alarms);
    return outcomes;
  };
}

function outcomeOf(
  context: Context,
  { id, lease, epoch }: Report,
  epochs: NewEpoch[],
  alarms: AlarmFound[],
): Outcome<HeartbeatAnswer> {
  const entry = context.memory.get(id) as Entry;
  const held = heldBy(entry, id, lease);
  checkOrder(entry, held, epoch);
  const answer: HeartbeatAnswer = { go: entry.stop ? 'stop' : 'on' };
  const heard = () => {
    held.heard = performance.now();
    held.epoch = epoch.epoch;
    context.memory.heard(held.worker);
  };
  const before = entry.trial.epochs.findIndex((one) => one.epoch === epoch.epoch);
  if (before >= 0) {
    const alarm = difference(entry, before, held, epoch);
    const raise = alarm === null ? null : alarmUnlessKnown(context, alarm);
    if (raise !== null) alarms.push(raise);
    return {
      answer,
      apply: () => {
        heard();
        raise?.apply();
      },
    };
  }
  const seq = context.memory.next();
  epochs.push({ trial: id, attempt: held.attempt, seq, epoch });
  return {
    answer,
    apply: () => {
      heard();
      addEpoch(context, entry, epoch, held.attempt);
      context.memory.tell({ type: 'epoch', id, epoch });
    },
  };
}

/** Puts an epoch where it belongs. */
export function addEpoch(
  { memory }: Context,
  entry: Entry,
  epoch: TrialEpoch,
  attempt: number,
): void {
  const { epochs } = entry.trial;
  const after = epochs.findIndex((one) => one.epoch > epoch.epoch);
  const at = after < 0 ? epochs.length : after;
  memory.set(entry, { epochs: [...epochs.slice(0, at), epoch, ...epochs.slice(at)] });
  const { epochAttempts } = entry;
  entry.epochAttempts = [...epochAttempts.slice(0, at), attempt, ...epochAttempts.slice(at)];
}

/** An attempt counts on by one; the first word may be of any epoch, since it may go on from a checkpoint. */
function checkOrder(entry: Entry, held: Held, { epoch }: TrialEpoch): void {
  const { epochs } = entry.trial.spec;
  if (epoch > epochs) {
    throw new ReportError(`epoch ${epoch} was reported of a trial of ${epochs}`);
  }
  if (held.epoch === null || epoch === held.epoch + 1 || epoch === held.epoch) return;
  throw new ReportError(
    `epoch ${epoch} was reported after epoch ${held.epoch}; report each once, in order`,
  );
}

function difference(entry: Entry, at: number, held: Held, epoch: TrialEpoch): AlarmFound | null {
  const attempt = entry.epochAttempts[at] ?? -1;
  const kind = entry.kinds[held.attempt] ?? '';
  if (kind === '' || kind !== entry.kinds[attempt]) return null;
  const first = wordsOf(entry.trial.epochs[at] as TrialEpoch);
  const second = wordsOf(epoch);
  if (first === second) return null;
  return {
    trial: entry.trial.id,
    kind,
    digests: [first, second],
    attempts: [attempt, held.attempt],
  };
}

/** What must be the same in each run, as a text. */
function wordsOf({ epoch, train, test }: TrialEpoch): string {
  const of = ({ loss, accuracy }: TrialEpoch['train']) => `loss ${loss}, accuracy ${accuracy}`;
  return `epoch ${epoch}: train ${of(train)}; test ${of(test)}`;
}
