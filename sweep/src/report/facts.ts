import { factsNamed } from '../../../src/harness/tasks/network-facts.ts';
import { count, fixed, plain, table } from '../../../src/paper/format.ts';
import type { StoredTrial } from '../contract.ts';
import type { CheckedPlan } from '../plan/checked.ts';
import { valueText } from '../view/values.ts';
import type { ReportInput } from './input.ts';

/** A table of what all trials have in common, and of where and how long they ran. */
export function factsOf({ plan, trials, data, engine }: ReportInput): string {
  const results = trials.flatMap(({ result }) => (result ? [result] : []));
  const places = results.map(({ place: { adapter, runtime, family } }) => {
    const { vendor, architecture, device, description, software } = adapter;
    const name = [vendor, architecture, device, description].filter((text) => text !== '');
    const kind = software ? ' (**software: runs on the CPU**)' : '';
    return `${plain(name.join(', ') || 'unknown')}${kind}; ${plain(runtime)}; ${plain(family)} kernels`;
  });
  const training = results.reduce((sum, { seconds }) => sum + seconds, 0);
  const lost = trials.reduce((sum, trial) => sum + trial.lost, 0);
  const resumed = results.reduce((sum, result) => sum + result.resumed, 0);
  const began = trials.flatMap((trial) => trial.began ?? []);
  const ended = trials.flatMap((trial) => trial.ended ?? []);
  const rows: (readonly [string, string])[] = [
    ['Version', `gradweave ${plain(engine)}`],
    ['Network', modelOf(plan)],
    ['Data', `${plain(data.name)}, SHA-256 \`${data.sha256}\``],
    ['Options of all trials', optionsOf(plan)],
    ['Search', searchOf(plan)],
    ['Objective', `${plan.objective.metric}, ${plan.objective.direction}d`],
    ['Seeds', plan.seeds.join(', ')],
    ['Trials', statesOf(trials)],
    ['Lost with their worker and taken up again', String(lost)],
    ['Resumed from a checkpoint', String(resumed)],
    ['Adapter', [...new Set(places)].join('<br>') || 'none'],
    ['Training, all trials', time(training)],
  ];
  if (began.length > 0 && ended.length > 0) {
    // As arguments of Math.min, the times of a large sweep would exhaust the stack.
    const first = began.reduce((a, b) => Math.min(a, b));
    const last = ended.reduce((a, b) => Math.max(a, b));
    rows.splice(0, 0, ['Date', new Date(first * 1000).toISOString()]);
    rows.push(['From the first begin to the last end', time(last - first)]);
  }
  return table(['', ''], rows, 2);
}

/** Seconds for people: `73.2 s`, `41 min`, `2.3 h`. */
export function time(seconds: number): string {
  if (seconds < 120) return `${fixed(seconds, 1)} s`;
  return seconds < 7200 ? `${fixed(seconds / 60, 0)} min` : `${fixed(seconds / 3600, 1)} h`;
}

const modelOf = ({ model, space }: CheckedPlan): string =>
  space.some(({ name }) => name === 'model') ? 'varied' : plain(factsNamed(model).title);

function optionsOf({ options, epochs }: CheckedPlan): string {
  const all = { ...options, ...(epochs === null ? {} : { epochs }) };
  const texts = Object.entries(all).map(([name, value]) => `${name} ${valueText(value)}`);
  return plain(texts.join(', ')) || 'the network’s';
}

function searchOf({ search, trials }: CheckedPlan): string {
  switch (search.kind) {
    case 'grid':
      return 'grid';
    case 'random':
      return `random, ${count(trials ?? 0, 'point')}, seed ${search.seed}`;
    case 'asha': {
      const { minResource, reductionFactor, minEarlyStoppingRate } = search.rungs;
      return `successive halving (ASHA), ${count(trials ?? 0, 'point')}, seed ${search.seed}, rungs from epoch ${minResource * reductionFactor ** minEarlyStoppingRate}, factor ${reductionFactor}`;
    }
    case 'optuna': {
      const pruner = search.pruner ? `, pruner ${search.pruner.name}` : '';
      return plain(
        `Optuna, sampler ${search.sampler.name}${pruner}, ${count(trials ?? 0, 'point')}, seed ${search.seed}`,
      );
    }
  }
}

function statesOf(trials: readonly StoredTrial[]): string {
  const states = ['done', 'pruned', 'failed', 'running', 'waiting'] as const;
  const counts = states.map((state) => ({
    state,
    number: trials.filter((trial) => trial.state === state).length,
  }));
  return (
    counts
      .filter(({ number }) => number > 0)
      .map(({ state, number }) => `${number} ${state}`)
      .join(', ') || 'none'
  );
}
