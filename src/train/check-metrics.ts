import { checkChoice, checkFunction, checkKeys, describe, isArray, isObject } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { TargetKind } from '../nn/losses.ts';
import {
  CLASSES,
  METRICS,
  type Metric,
  type MetricName,
  NUMBERS,
  type OwnMetric,
} from './metrics.ts';

/** Whether more of it is better; undefined for unknown names. */
export const moreIsBetter = (name: string): boolean | undefined =>
  name === 'loss' || name === 'mae'
    ? false
    : name === 'accuracy' || METRICS.includes(name as MetricName)
      ? true
      : undefined;

const nameOf = (metric: Metric): string => (typeof metric === 'string' ? metric : metric.name);

/** @throws OptionError if a metric is invalid, has the name of another, or does not suit the target. */
export function checkMetrics(metrics: unknown, target: TargetKind): void {
  if (!isArray(metrics)) {
    throw new OptionError(
      `metrics ${describe(metrics)} was given; use an array of names and { name, compute }`,
    );
  }
  const taken = new Set(['loss', 'accuracy']);
  for (const metric of metrics) {
    if (isObject(metric)) checkOwn(metric);
    else checkChoice('the metric', metric, METRICS);
    const name = nameOf(metric as Metric);
    if (taken.has(name) || (isObject(metric) && METRICS.includes(name as MetricName))) {
      throw new OptionError(`the name ${describe(name)} of a metric is taken; give each its own`);
    }
    taken.add(name);
    if (isObject(metric)) continue;
    const labels = target === 'label';
    if (labels ? NUMBERS.includes(name as never) : CLASSES.includes(name as never)) {
      throw new OptionError(
        labels
          ? `the metric ${name} needs numbers; this trainer learns classes: use ${CLASSES.join(', ')} or auc`
          : `the metric ${name} needs classes; this trainer learns numbers: use ${NUMBERS.join(' or ')}`,
      );
    }
  }
}

function checkOwn(metric: object): void {
  checkKeys('a metric', metric, ['name', 'compute']);
  const { name, compute } = metric as Partial<OwnMetric>;
  // Values are kept in an object, by name.
  if (typeof name !== 'string' || name === '' || name === '__proto__') {
    throw new OptionError(
      `the name of a metric is ${describe(name)}; use a string, not "__proto__"`,
    );
  }
  checkFunction(`compute of the metric ${name}`, compute ?? null);
}
