import type { TrialValue } from '../../../src/trial/spec.ts';
import type { Point } from '../contract.ts';
import type { CheckedPlan } from '../plan/checked.ts';
import type { CheckedSearch } from '../plan/search.ts';
import { type Axis, type Space, stepped } from '../space/axes.ts';
import type { KnownPoint, PointEnd, Search } from './search.ts';
import { OptunaError, type Sidecar } from './sidecar.ts';

type Label = string | number | boolean;
type Params = Readonly<Record<string, Label>>;

/**
 * A search by Optuna's samplers and pruners. Optuna keeps the study in its own storage; a point that the study has is not asked or
 * told again.
 */
export class OptunaSearch implements Search {
  readonly lazy = true;
  readonly budget: number;
  readonly #space: Space;
  readonly #sidecar: Sidecar;
  readonly #start: object;
  #version = '';

  /** @param storage the path of a journal file, or an address such as sqlite:///study.db */
  constructor(
    plan: CheckedPlan,
    search: CheckedSearch & { readonly kind: 'optuna' },
    sidecar: Sidecar,
    storage: string,
  ) {
    this.budget = plan.trials ?? 0;
    this.#space = plan.space;
    this.#sidecar = sidecar;
    const { seed, sampler, pruner } = search;
    this.#start = {
      ...{ name: plan.name, storage, direction: plan.objective.direction, seed, sampler, pruner },
      space: plan.space.map((axis) => ({
        ...axis,
        ...(axis.kind === 'choice' ? { choices: axis.choices.map(labelOf(axis)) } : {}),
        when: axis.when.map(({ name, values }) => {
          const other = plan.space.find((one) => one.name === name);
          return [name, other ? values.map(labelOf(other)) : values];
        }),
      })),
    };
  }

  /** Optuna's version, once it is open. */
  get version(): string {
    return this.#version;
  }

  async open(stored: readonly KnownPoint[]): Promise<readonly KnownPoint[]> {
    const { version, points } = await this.#sidecar.request<{
      version: string;
      points: readonly { point: number; params: Params }[];
    }>('start', this.#start);
    this.#version = version;
    const known = points.map(
      ({ point, params }): KnownPoint => ({
        number: point,
        point: this.#pointOf(params),
      }),
    );
    for (const { number, point } of stored) {
      if (known.some((one) => one.number === number)) continue;
      // The study was taken away, or is another one.
      await this.#sidecar.request('ask', { point: number, params: this.#paramsOf(point) });
    }
    return known;
  }

  async ask(number: number): Promise<Point> {
    const { params } = await this.#sidecar.request<{ params: Params }>('ask', { point: number });
    return this.#pointOf(params);
  }

  async report(number: number, epoch: number, value: number | null): Promise<boolean> {
    const told = { point: number, epoch, value };
    return (await this.#sidecar.request<{ prune: boolean }>('report', told)).prune;
  }

  async tell(number: number, { state, value }: PointEnd): Promise<void> {
    await this.#sidecar.request('tell', { point: number, state, value });
  }

  close(): Promise<void> {
    return this.#sidecar.close();
  }

  /** @throws OptunaError if a parameter is none of the space */
  #pointOf(params: Params): Point {
    const names = this.#space.filter(({ name }) => Object.hasOwn(params, name));
    if (names.length < Object.keys(params).length) {
      throw new OptunaError(
        `the study has trials of another space, with ${Object.keys(params).join(', ')}; give the plan another name, or another storage`,
      );
    }
    return Object.fromEntries(names.map((axis) => [axis.name, valueIn(axis, params[axis.name])]));
  }

  #paramsOf(point: Point): Params {
    const own = this.#space.filter(({ name }) => Object.hasOwn(point, name));
    return Object.fromEntries(own.map((axis) => [axis.name, labelOf(axis)(point[axis.name])]));
  }
}

/**
 * A value as Optuna has it. Lists are no values there, and 1 and true are one in Python: unless all choices are of one simple type,
 * they are written as JSON.
 */
function labelOf(axis: Axis): (value: TrialValue) => Label {
  if (axis.kind !== 'choice') return (value) => value as number;
  const [first] = axis.choices;
  const isSimple =
    typeof first !== 'object' && axis.choices.every((one) => typeof one === typeof first);
  return (value) => (isSimple ? (value as Label) : JSON.stringify(value));
}

function valueIn(axis: Axis, label: Label): TrialValue {
  if (axis.kind === 'choice') {
    const write = labelOf(axis);
    const value = axis.choices.find((one) => write(one) === label);
    if (value !== undefined) return value;
    throw new OptunaError(
      `the study has ${axis.name} ${JSON.stringify(label)}, which the plan has not; give the plan another name, or another storage`,
    );
  }
  // Optuna's 0.1 + 2 · 0.1 is not quite 0.3.
  const number = Number(label);
  return axis.step === null ? number : stepped(axis, Math.round((number - axis.from) / axis.step));
}
