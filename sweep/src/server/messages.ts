/** Messages of workers as typed values, or an error that names the field. Nothing of what a worker says is taken unread. */
import type { AdapterInfo } from '../../../src/gpu/adapter-info.ts';
import type {
  ClaimRequest,
  EpochRequest,
  LeaseRequest,
  ReleaseRequest,
  ResultRequest,
  WorkerInfo,
} from '../../../src/trial/protocol.ts';
import type {
  TrialEpoch,
  TrialMetrics,
  TrialPlace,
  TrialResult,
} from '../../../src/trial/result.ts';
import {
  choiceOf,
  type Fields,
  integerOf,
  numberOf,
  objectOf,
  sha256Of,
  textOf,
} from './fields.ts';
import { wrongMessage } from './refusal.ts';

/** Most trials of one claim. */
export const MOST_TRIALS = 64;
const MOST_EPOCHS = 100_000;
const MOST_LOSS = 3.4028234663852886e38;
const MOST_SECONDS = 1e9;

export function claimOf(value: unknown): Required<ClaimRequest> {
  const {
    worker,
    most = 1,
    waitSeconds = 0,
  } = objectOf('the message', value, ['worker', 'most', 'waitSeconds']);
  return {
    worker: workerOf(worker),
    most: integerOf('most', most, 1, MOST_TRIALS),
    waitSeconds: numberOf('waitSeconds', waitSeconds, 30),
  };
}

function workerOf(value: unknown): WorkerInfo {
  const { name, runtime, adapter } = objectOf('worker', value, ['name', 'runtime', 'adapter']);
  return {
    name: textOf('worker.name', name, 80),
    runtime: textOf('worker.runtime', runtime, 200),
    adapter: adapter === null ? null : adapterOf('worker.adapter', adapter),
  };
}

function adapterOf(what: string, value: unknown): AdapterInfo {
  const fields = ['vendor', 'architecture', 'device', 'description'] as const;
  const given = objectOf(what, value, [...fields, 'software']);
  const [vendor = '', architecture = '', device = '', description = ''] = fields.map((field) =>
    textOf(`${what}.${field}`, given[field], 500, 0),
  );
  if (typeof given.software !== 'boolean') {
    throw wrongMessage(`${what}.software must be true or false`);
  }
  return { vendor, architecture, device, description, software: given.software };
}

/** Whatever has a lease. */
export function leaseOf({ lease }: Fields): string {
  return textOf('lease', lease, 200);
}

export function leaseRequestOf(value: unknown): LeaseRequest {
  return { lease: leaseOf(objectOf('the message', value, ['lease'])) };
}

export function epochRequestOf(value: unknown): EpochRequest {
  const message = objectOf('the message', value, ['lease', 'epoch']);
  return { lease: leaseOf(message), epoch: epochOf('epoch', message.epoch) };
}

function epochOf(what: string, value: unknown): TrialEpoch {
  const { epoch, train, test, seconds } = objectOf(what, value, [
    'epoch',
    'train',
    'test',
    'seconds',
  ]);
  return {
    epoch: integerOf(`${what}.epoch`, epoch, 1, MOST_EPOCHS),
    train: metricsOf(`${what}.train`, train),
    test: metricsOf(`${what}.test`, test),
    seconds: numberOf(`${what}.seconds`, seconds, MOST_SECONDS),
  };
}

function metricsOf(what: string, value: unknown): TrialMetrics {
  const { loss, accuracy } = objectOf(what, value, ['loss', 'accuracy']);
  return {
    loss: loss === null ? null : numberOf(`${what}.loss`, loss, MOST_LOSS),
    accuracy: accuracy === null ? null : numberOf(`${what}.accuracy`, accuracy, 1),
  };
}

export function resultRequestOf(value: unknown): Required<ResultRequest> {
  const message = objectOf('the message', value, ['lease', 'result', 'ended']);
  const { result, ended = 'done' } = message;
  return {
    lease: leaseOf(message),
    result: resultOf(result),
    ended: choiceOf('ended', ended, ['done', 'pruned']),
  };
}

function resultOf(value: unknown): TrialResult {
  const { id, digest, test, history, seconds, place, resumed } = objectOf('result', value, [
    'id',
    'digest',
    'test',
    'history',
    'seconds',
    'place',
    'resumed',
  ]);
  if (!Array.isArray(history) || history.length > MOST_EPOCHS) {
    throw wrongMessage(`result.history must be a list of up to ${MOST_EPOCHS} epochs`);
  }
  return {
    id: sha256Of('result.id', id),
    digest: sha256Of('result.digest', digest),
    test: metricsOf('result.test', test),
    history: history.map((one, k) => epochOf(`result.history[${k}]`, one)),
    seconds: numberOf('result.seconds', seconds, MOST_SECONDS),
    place: placeOf(place),
    resumed: integerOf('result.resumed', resumed, 0, 1_000_000),
  };
}

function placeOf(value: unknown): TrialPlace {
  const { adapter, runtime, family } = objectOf('result.place', value, [
    'adapter',
    'runtime',
    'family',
  ]);
  return {
    adapter: adapterOf('result.place.adapter', adapter),
    runtime: textOf('result.place.runtime', runtime, 200),
    family: textOf('result.place.family', family, 80),
  };
}

export function releaseRequestOf(value: unknown): ReleaseRequest {
  const given = objectOf('the message', value, ['lease', 'why', 'message']);
  const { why, message } = given;
  return {
    lease: leaseOf(given),
    why: choiceOf('why', why, ['stopped', 'failed']),
    ...(message === undefined ? {} : { message: textOf('message', message, 4000, 0) }),
  };
}
