/** What a worker asks a sweep's server; see protocol.ts. It needs `fetch` alone. */
import { isObject } from '../../check.ts';
import type {
  ClaimAnswer,
  ClaimRequest,
  HeartbeatAnswer,
  ReleaseRequest,
  ResultAnswer,
  ResultRequest,
} from '../protocol.ts';
import type { TrialEpoch, TrialResult } from '../result.ts';
import { ServerError } from './errors.ts';
import { Exchange, type ExchangeOptions, type Sending } from './exchange.ts';

/** Bytes a second that even a slow line carries. */
const SLOW = 50_000;
/** Seconds that the server may take beyond the time that it was asked to wait. */
const SLACK = 30;

/** A trial of the server, and the secret by which it is ours. */
export interface Lease {
  readonly id: string;
  readonly lease: string;
}

/** The server of a sweep, as a worker sees it. */
export class SweepClient {
  readonly #exchange: Exchange;

  constructor(options: ExchangeOptions) {
    this.#exchange = new Exchange(options);
  }

  /** Takes trials, and waits for one if there is none. All methods throw as {@link Exchange.send}. */
  async claim(
    request: ClaimRequest,
    more: Pick<Sending, 'signal' | 'patience'> = {},
  ): Promise<ClaimAnswer> {
    const seconds = SLACK + (request.waitSeconds ?? 0);
    return claimOf(await this.#json('claim', { json: request, seconds, ...more }));
  }

  /** Says that a trial is being worked on. It is not sent again if it fails. */
  heartbeat(trial: Lease, seconds: number, signal?: AbortSignal): Promise<HeartbeatAnswer> {
    const sending = { seconds, patience: 0, ...(signal ? { signal } : {}) };
    return this.#say(trial, 'heartbeat', {}, sending);
  }

  epoch(trial: Lease, epoch: TrialEpoch, signal?: AbortSignal): Promise<HeartbeatAnswer> {
    return this.#say(trial, 'epoch', { epoch }, signal ? { signal } : {});
  }

  result(
    trial: Lease,
    result: TrialResult,
    ended: NonNullable<ResultRequest['ended']>,
  ): Promise<ResultAnswer> {
    return this.#say(trial, 'result', { result, ended });
  }

  async release(
    { id, lease }: Lease,
    release: Omit<ReleaseRequest, 'lease'>,
    more: Pick<Sending, 'keepalive' | 'patience' | 'signal' | 'seconds'> = {},
  ): Promise<void> {
    const json: ReleaseRequest = { lease, ...release };
    await this.#exchange.send(`trials/${id}/release`, { json, ...more }, async () => {});
  }

  /** The checkpoint of a trial; null if there is none. */
  checkpoint({ id, lease }: Lease, signal?: AbortSignal): Promise<Uint8Array | null> {
    const path = `trials/${id}/checkpoint?lease=${encodeURIComponent(lease)}`;
    return this.#bytes(path, { seconds: LARGE, missing: 'null', ...(signal ? { signal } : {}) });
  }

  /** Stores a checkpoint. The server keeps the one before until it has all of this one. */
  async keep({ id, lease }: Lease, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    const path = `trials/${id}/checkpoint?lease=${encodeURIComponent(lease)}`;
    const seconds = SLACK + bytes.length / SLOW;
    const sending: Sending = { method: 'PUT', bytes, seconds, ...(signal ? { signal } : {}) };
    await this.#exchange.send(path, sending, async () => {});
  }

  /** A file of the data; null if the server has none of this name. */
  data(name: string): Promise<Uint8Array | null> {
    return this.#bytes(`data/${encodeURIComponent(name)}`, { seconds: LARGE, missing: 'null' });
  }

  #say<T>({ id, lease }: Lease, what: string, json: object, more: Sending = {}): Promise<T> {
    return this.#json(`trials/${id}/${what}`, { json: { lease, ...json }, ...more }) as Promise<T>;
  }

  #json(path: string, sending: Sending): Promise<unknown> {
    return this.#exchange.send(path, sending, async (response) => {
      const text = await response.text();
      try {
        const value: unknown = JSON.parse(text);
        if (isObject(value)) return value;
      } catch {
        // Reported below.
      }
      throw new ServerError(NO_SWEEP);
    });
  }

  #bytes(path: string, sending: Sending): Promise<Uint8Array | null> {
    return this.#exchange.send(
      path,
      sending,
      async (response) => new Uint8Array(await response.arrayBuffer()),
    );
  }
}

/** Seconds for a file whose size is not known. */
const LARGE = 1800;

const NO_SWEEP =
  'the answer is not one of a sweep’s server. Is the address that of gradweave sweep?';

const isSeconds = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && value <= 86_400;

const isClaimed = (value: unknown): boolean =>
  isObject(value) &&
  /^[\da-f]{64}$/.test(String(value.id)) &&
  typeof value.lease === 'string' &&
  isObject(value.spec);

/** Checks an answer, so that a page or a proxy which answers everything with 200 is no sweep. */
function claimOf(value: unknown): ClaimAnswer {
  const { trials, heartbeatSeconds, checkpointSeconds, over } = value as Partial<ClaimAnswer>;
  const isRight =
    Array.isArray(trials) &&
    trials.every(isClaimed) &&
    isSeconds(heartbeatSeconds) &&
    typeof checkpointSeconds === 'number' &&
    checkpointSeconds >= 0 &&
    typeof over === 'boolean';
  if (isRight) return value as ClaimAnswer;
  throw new ServerError(NO_SWEEP);
}
