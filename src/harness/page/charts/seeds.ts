import { spreadOf } from '../../../ensemble/spread.ts';
import type { EpochRecord } from '../../../train/history.ts';
import { converges } from '../notebook/run-epochs.ts';
import type { NetworkRecord, RunRecord } from '../notebook/run-store.ts';
import { seedOf, settingOf } from '../notebook/seeds.ts';

/** Runs that a chart shows as one: those of the list whose settings and data are the same but for the seed. */
export interface Shown {
  /** The run as it is drawn: its networks are those of all members, of each seed one. */
  readonly run: RunRecord;
  /** Keys of the members; one for a run that stands alone. */
  readonly keys: readonly string[];
  /** Seeds of members that do not count: another one was trained with the same seed. */
  readonly leftOut: readonly LeftOut[];
}

/** Seeds of a run that do not count. */
export interface LeftOut {
  readonly run: RunRecord;
  readonly seeds: readonly number[];
}

/** A network of a member. */
interface Trained extends Omit<NetworkRecord, 'run'> {
  readonly of: RunRecord;
}

/** Joins runs that differ in their seeds alone. The order is that of the first member of each. */
export function bySeed(runs: readonly RunRecord[]): Shown[] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const setting = settingOf(run);
    groups.set(setting, [...(groups.get(setting) ?? []), run]);
  }
  return [...groups.values()].map((members) =>
    members.length === 1 ? alone(members)[0] : joined(members),
  );
}

/** Runs as they are. */
export const alone = (runs: readonly RunRecord[]): Shown[] =>
  runs.map((run) => ({ run, keys: [run.key], leftOut: [] }));

const networksOf = (run: RunRecord): Trained[] =>
  run.networks.length > 0
    ? run.networks.map(({ seed, history, kept }) => ({ seed, history, kept, of: run }))
    : [{ seed: seedOf(run), history: run.history, kept: run.kept, of: run }];

/** Whether one network counts rather than another of its seed: it is done and the other one is not, or else it is newer. */
function counts({ of: one }: Trained, { of: other }: Trained): boolean {
  const isDone = one.state === 'done';
  return isDone === (other.state === 'done') ? one.begun >= other.begun : isDone;
}

function joined(members: readonly RunRecord[]): Shown {
  const every = members.flatMap(networksOf);
  // What is yet to be trained, or failed at once, has nothing to count.
  const begun = every.filter(({ history }) => history.length > 0);
  const all = begun.length > 0 ? begun : every;
  const bySeeds = new Map<number, Trained>();
  for (const one of all) {
    const other = bySeeds.get(one.seed);
    if (!other || counts(one, other)) bySeeds.set(one.seed, one);
  }
  const counted = new Set(bySeeds.values());
  const leftOut = members.flatMap((run): LeftOut[] => {
    const seeds = all.flatMap((one) => (one.of === run && !counted.has(one) ? one.seed : []));
    return seeds.length > 0 ? [{ run, seeds }] : [];
  });
  const networks = all.filter((one) => counted.has(one));
  const [{ of: first }] = networks;
  // One run has all that count.
  const isWhole = networks.every(({ of }) => of === first);
  const run = isWhole && !leftOut.some((one) => one.run === first) ? first : meanRun(networks);
  return { run, keys: members.map(({ key }) => key), leftOut };
}

function meanRun(trained: readonly Trained[]): RunRecord {
  const networks = trained.map(({ of: _, ...one }, i) => ({ ...one, run: i }));
  return { ...trained[0].of, live: [], networks, ...meansOf(networks) };
}

/** Means and spreads of networks after each epoch that all have which did not diverge. */
function meansOf(networks: readonly NetworkRecord[]): Pick<RunRecord, 'history' | 'spreads'> {
  const good = networks.filter((one) => converges(one) && one.history.length > 0);
  const epochs = good.length > 0 ? Math.min(...good.map(({ history }) => history.length)) : 0;
  const history: EpochRecord[] = [];
  const spreads: RunRecord['spreads'] = [];
  for (let i = 0; i < epochs; i++) {
    const records = good.map((one) => one.history[i]);
    const [{ epoch, seconds }] = records;
    const spread = (part: 'train' | 'test') => {
      const metrics = records.flatMap((record) => record[part] ?? []);
      const accuracies = metrics.flatMap(({ accuracy }) => accuracy ?? []);
      if (metrics.length < records.length) return undefined;
      return {
        loss: spreadOf(metrics.map(({ loss }) => loss)),
        accuracy: accuracies.length > 0 ? spreadOf(accuracies) : null,
      };
    };
    const means = (all: NonNullable<ReturnType<typeof spread>>) => ({
      loss: all.loss.mean,
      accuracy: all.accuracy?.mean ?? null,
    });
    const [train, test] = [spread('train'), spread('test')];
    if (!train) continue;
    history.push({ epoch, seconds, train: means(train), ...(test ? { test: means(test) } : {}) });
    if (test) spreads.push({ epoch, ...test });
  }
  return { history, spreads };
}
