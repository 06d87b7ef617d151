import { describe, isArray, isNumbers, isObject } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { LogRecord } from './records.ts';

type Check = (value: unknown) => boolean;

const number: Check = (value) => typeof value === 'number' && Number.isFinite(value);
/** Seconds since 1970, as far as a date reaches (ECMA-262, 21.4.1.1). */
const time: Check = (value) => number(value) && Math.abs(Number(value)) <= 8.64e12;
/** Of an image or an epoch. */
const whole: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const text: Check = (value) => typeof value === 'string';
const numbers: Check = (value) =>
  isArray(value) && value.every((one) => one === null || typeof one === 'number');
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const facts: Check = (value) =>
  isObject(value) &&
  Object.values(value).every(orNull((one) => ['string', 'number', 'boolean'].includes(typeof one)));
const accuracy = orNull((one) => typeof one === 'number');
const metrics: Check = (value) =>
  isObject(value) &&
  typeof value.loss === 'number' &&
  accuracy(value.accuracy) &&
  (value.metrics === undefined ||
    (isObject(value.metrics) &&
      Object.values(value.metrics).every((one) => typeof one === 'number')));
const epoch: Check = (value) =>
  isObject(value) &&
  whole(value.epoch) &&
  metrics(value.train) &&
  (value.test === undefined || metrics(value.test)) &&
  number(value.seconds);
const tensors: Check = (value) =>
  isObject(value) &&
  Object.values(value).every(
    (one) =>
      isObject(one) &&
      ['min', 'max', 'count', 'sum', 'sumOfSquares'].every((name) => number(one[name])) &&
      isNumbers(one.counts),
  );
const base64: Check = (value) =>
  typeof value === 'string' && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);

/** What the fields of each kind of record have to be. */
const FIELDS: Readonly<Record<LogRecord['type'], Readonly<Record<string, Check>>>> = {
  start: { time, options: facts },
  steps: {
    epoch: whole,
    first: whole,
    loss: numbers,
    accuracy: orNull(numbers),
    learningRate: orNull(numbers),
    from: time,
    to: time,
  },
  epoch: { record: epoch, step: whole, time },
  histograms: { epoch: whole, time, tensors },
  image: {
    epoch: whole,
    time,
    tag: text,
    width: whole,
    height: whole,
    channels: whole,
    png: base64,
  },
  end: {
    time,
    state: (value) => ['finished', 'failed', 'killed'].some((one) => one === value),
    facts,
  },
};

/** @throws OptionError unless it is a complete record. */
export function checkRecord(given: unknown): asserts given is LogRecord {
  const types = Object.keys(FIELDS);
  if (!isObject(given) || !types.some((type) => type === given.type)) {
    throw new OptionError(`add() takes a record whose type is one of ${types.join(', ')}`);
  }
  const fields = FIELDS[given.type as LogRecord['type']];
  for (const [name, check] of Object.entries(fields)) {
    if (check(given[name])) continue;
    throw new OptionError(
      `add(): a record of type ${String(given.type)} has ${name} ${describe(given[name])}; use a record of a run, as RunLog has it`,
    );
  }
}

/** @throws OptionError unless it is an object that JSON can have. */
export function checkJson(
  what: string,
  given: unknown,
): asserts given is Readonly<Record<string, unknown>> {
  try {
    if (isObject(given) && JSON.stringify(given) !== undefined) return;
  } catch {
    // A cycle, or a number that is too large for JSON.
  }
  throw new OptionError(`${what} ${describe(given)} was given; use an object that JSON can have`);
}
