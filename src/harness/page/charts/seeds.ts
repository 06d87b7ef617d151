import { spreadOf } from '../../../ensemble/spread.ts';
import type { EpochRecord } from '../../../train/history.ts';
import { converges } from '../notebook/run-epochs.ts';
import type { NetworkRecord, RunRecord } from '../notebook/run-store.ts';
import { seedOf, settingOf } from '../notebook/seeds.ts';

/** Runs that a chart shows as one: those of the list whose settings and data are the same but for the seed. */
export interface Shown {
  /** The run as it is drawn: its networks are those of all members. */
  readonly run: RunRecord;
  /** Keys of the members; one for a run that stands alone. */
  readonly keys: readonly string[];
}

/** Joins runs that differ in their seeds alone. The order is that of the first member of each. */
export function bySeed(runs: readonly RunRecord[]): Shown[] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const setting = settingOf(run);
    groups.set(setting, [...(groups.get(setting) ?? []), run]);
  }
  return [...groups.values()].map((members) => ({
    run: members.length === 1 ? members[0] : joined(members),
    keys: members.map(({ key }) => key),
  }));
}

/** Runs as they are. */
export const alone = (runs: readonly RunRecord[]): Shown[] =>
  runs.map((run) => ({ run, keys: [run.key] }));

function joined(members: readonly RunRecord[]): RunRecord {
  const networks = members.flatMap((run): readonly Omit<NetworkRecord, 'run'>[] =>
    run.networks.length > 0
      ? run.networks
      : [{ seed: seedOf(run), history: run.history, kept: run.kept }],
  );
  const numbered = networks.map((one, i) => ({ ...one, run: i }));
  return { ...members[0], live: [], networks: numbered, ...meansOf(numbered) };
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
