import { checkKeys, describe, isNumbers } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import { givenFile, NAMED } from '../../gpu/given-file.ts';
import type { Part } from '../../gpu/link.ts';
import type { ShaderFile } from '../../gpu/shader-file.ts';
import { declarationsOf } from '../../gpu/wgsl.ts';
import { Approx } from '../../ops/approx.ts';
import type { ScheduleReference } from './reference.ts';
import { factorOf, type Schedule, schedule, stepsOf } from './rule.ts';

const partOf = (file: ShaderFile): Part<never> => ({
  name: file.name,
  file,
  constants: {},
  bindings: {},
});

/** Most numbers of a table, which is part of a kernel's text. */
const MOST = 1024;

/** Options of {@link tableRate}. */
export interface TableRateOptions {
  /** 1 to 1024 factors, from 0 to 1000 each. The last one stays. */
  readonly factors: ArrayLike<number>;
  /** Steps that each factor is for. Default 1. For a factor each epoch give `trainer.stepsPerEpoch`. */
  readonly stepsEach?: number;
}

/**
 * Your own factors: torch.optim.lr_scheduler.LambdaLR with a table, stepped after each optimizer step.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function tableRate(
  options: TableRateOptions,
): Schedule & { readonly factors: readonly number[]; readonly stepsEach: number } {
  checkKeys('tableRate()', options, ['factors', 'stepsEach']);
  const { factors: given } = options;
  if (!isNumbers(given) || given.length === 0 || given.length > MOST) {
    throw new OptionError(
      `tableRate(): factors ${describe(given)} was given; use an array of 1 to ${MOST} numbers`,
    );
  }
  const factors = Object.freeze(
    Array.from(given, (one, i) => Math.fround(factorOf(`tableRate(): factors[${i}]`, one))),
  );
  const stepsEach = stepsOf('tableRate(): stepsEach', options.stepsEach ?? 1);
  const source = [
    `const TABLE = array<f32, ${factors.length}>(${factors.join(', ')});`,
    'fn factor(step: u32) -> f32 {',
    ' var table = TABLE;',
    ` return table[min(step / ${stepsEach}u, ${factors.length - 1}u)];`,
    '}',
  ].join('\n');
  const file = { name: 'schedule (table)', source, given: true };
  return schedule({ kind: 'table', factors, stepsEach }, tableRate, [partOf(file)]);
}

/** {@link tableRate} in float64. */
export const tableReference: ScheduleReference<ReturnType<typeof tableRate>> = (
  { factors, stepsEach },
  step,
) => new Approx(factors[Math.min(Math.floor(step / stepsEach), factors.length - 1)], 0);

/** Options of {@link wgslRate}. */
export interface WgslRateOptions {
  /**
   * Declares `fn factor(step: u32) -> f32`, and what it calls: the factor of the learning rate for a step, from 0 on. It
   * must depend on nothing but the step. Comments and minified text are allowed.
   */
  readonly wgsl: string;
}

/**
 * Your own function of the step, in WGSL: torch.optim.lr_scheduler.LambdaLR, stepped after each optimizer step. The
 * compiler's messages name the lines of your text.
 *
 * @throws OptionError if the function is missing, or an option is unknown
 * @example
 * wgslRate({ wgsl: 'fn factor(step: u32) -> f32 { return inverseSqrt(f32(max(step, 1u))); }' });
 */
export function wgslRate(options: WgslRateOptions): Schedule & WgslRateOptions {
  checkKeys('wgslRate()', options, ['wgsl']);
  const { wgsl } = options;
  const all = declarationsOf('schedule', wgsl);
  // Directives have no names of their own.
  const names = all.flatMap(({ kind, name }) => (name && NAMED.includes(kind) ? [name] : []));
  if (!all.some(({ kind, name }) => kind === 'fn' && name === 'factor')) {
    throw new OptionError(
      `schedule: the WGSL declares ${names.join(', ').slice(0, 200) || 'nothing'}; it needs fn factor(step: u32) -> f32`,
    );
  }
  const bound = all.find(({ kind, access }) => kind === 'var' && /^(storage|uniform)/.test(access));
  if (bound) {
    throw new OptionError(
      `schedule: ${bound.name} is var<${bound.access}>; a schedule has no buffers, use tableRate()`,
    );
  }
  // So that they do not clash with the kernel's.
  const own = names.map((name) => [name, name === 'factor' ? name : `schedule_${name}`] as const);
  const file = givenFile('schedule', all, new Map(own));
  return schedule({ kind: 'wgsl', wgsl }, wgslRate, [partOf(file)]);
}
