import { GradweaveError } from '../../../src/errors.ts';
import { factsNamed } from '../../../src/harness/tasks/network-facts.ts';
import { trialSettings } from '../../../src/harness/tasks/trial-data.ts';
import type { TrialData, TrialSpec } from '../../../src/trial/spec.ts';
import type { Point } from '../contract.ts';
import { type Axis, countOf, type Space } from '../space/axes.ts';
import { gridOf } from '../space/grid.ts';
import { randomPoint } from '../space/random.ts';
import type { CheckedPlan } from './checked.ts';
import { PlanError } from './error.ts';
import { pointsOf } from './points.ts';
import { specOf } from './specs.ts';

/** How many points are checked, at most. */
const MOST = 2000;

const KINDS = { 'fashion-mnist': 'files', 'built-in': 'built-in' } as const;

/** What kind of data a plan's trials have. */
export const dataKindOf = ({ data }: Pick<CheckedPlan, 'data'>): TrialData['kind'] =>
  typeof data === 'string' ? KINDS[data] : 'text';

/**
 * Checks a plan's points as `gradweave train` checks its options.
 *
 * @throws PlanError with the first point that is wrong, and why
 */
export function checkSettings(plan: CheckedPlan): void {
  const source = { engine: '0.0.0', data: { kind: dataKindOf(plan), sha256: '0'.repeat(64) } };
  for (const point of samplesOf(plan)) {
    try {
      const spec = specOf(plan, source, point, plan.seeds[0]);
      buildOf(spec);
      checkObjective(plan, spec);
    } catch (error) {
      if (!(error instanceof GradweaveError) || error instanceof PlanError) throw error;
      const values = Object.entries(point).map(
        ([name, value]) => `${name} ${JSON.stringify(value)}`,
      );
      const where = values.length === 0 ? 'the trial' : `the point with ${values.join(', ')}`;
      throw new PlanError('', `${where}: ${error.message}`, { cause: error });
    }
  }
}

/** Builds the network, which checks what its layers say. */
function buildOf(spec: TrialSpec): void {
  const settings = trialSettings(spec);
  if (settings.data === 'text') settings.model(2);
  else settings.model([28, 28]);
}

function checkObjective({ objective, space }: CheckedPlan, { model }: TrialSpec): void {
  const network = factsNamed(model);
  const hasClasses = network.data === 'text' || network.target === 'label';
  if (hasClasses || objective.metric === 'test.loss') return;
  throw new PlanError(
    'objective.metric',
    `'test.accuracy' was given, but the ${network.title} has no classes${space.some(({ name }) => name === 'model') ? '; leave it out of the space' : ''}. Use 'test.loss'`,
  );
}

/** Points to check: all of a finite search, else combinations of a few values of each option, and drawn points. */
function* samplesOf(plan: CheckedPlan): Generator<Point> {
  if (plan.search.kind === 'grid') {
    yield* first(pointsOf(plan), MOST);
    return;
  }
  yield* first(gridOf(endsOf(plan.space)), MOST);
  const seed = plan.search.seed;
  const drawn = Math.min(plan.trials ?? MOST, MOST);
  for (let i = 0; i < drawn; i++) yield randomPoint(plan.space, seed, i);
}

function* first<T>(items: Iterable<T>, most: number): Generator<T> {
  let left = most;
  for (const item of items) {
    if (left-- === 0) return;
    yield item;
  }
}

/** A space with the ends of ranges alone, unless they have few values. */
const endsOf = (space: Space): Space =>
  space.map((axis): Axis => {
    if (axis.kind === 'choice' || countOf(axis) <= 4) return axis;
    const { name, when, from, to } = axis;
    return { kind: 'choice', name, when, choices: [from, to] };
  });
