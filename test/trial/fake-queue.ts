/** A sweep for tests: the protocol, with its trials in memory. It needs no Node. */
import type {
  ClaimAnswer,
  ClaimRequest,
  EpochRequest,
  ReleaseRequest,
  ResultRequest,
} from '../../src/trial/protocol.ts';
import type { TrialEpoch, TrialResult } from '../../src/trial/result.ts';
import type { TrialSpec } from '../../src/trial/spec.ts';

export const TOKEN = 'a-token-for-tests';

/** A trial as the server has it. */
export interface FakeTrial {
  readonly id: string;
  readonly spec: TrialSpec;
  state: 'waiting' | 'running' | 'done' | 'pruned' | 'failed';
  lease: string | undefined;
  /** When the server last heard of it, in milliseconds. */
  heard: number;
  attempts: number;
  worker: string;
  checkpoint: Uint8Array | undefined;
  epochs: TrialEpoch[];
  result: TrialResult | undefined;
  failure: string | undefined;
}

export interface FakeOptions {
  readonly heartbeatSeconds?: number;
  readonly checkpointSeconds?: number;
  /** Whether it says that the sweep is over when no trial waits or runs. Default true. */
  readonly ends?: boolean;
  /** Files of the data. */
  readonly data?: ReadonlyMap<string, Uint8Array>;
  /** Most bytes of a checkpoint. */
  readonly most?: number;
  /** Whether the trial is to stop after this epoch. */
  readonly prunes?: (trial: FakeTrial, epoch: TrialEpoch) => boolean;
}

class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A trial for {@link FakeQueue.add}. */
export interface Queued {
  readonly id: string;
  readonly spec: TrialSpec;
}

/** Trials in memory, and the answers to requests about them. */
export class FakeQueue {
  readonly trials: FakeTrial[] = [];
  /** `METHOD path`, in order, without ids. */
  readonly requests: string[] = [];
  readonly #options: FakeOptions;
  readonly #limit: number;

  constructor(options: FakeOptions = {}) {
    this.#options = options;
    this.#limit = options.heartbeatSeconds ?? 3;
  }

  add(...more: readonly Queued[]): void {
    for (const { id, spec } of more) {
      this.trials.push({
        ...{ id, spec, state: 'waiting', lease: undefined, heard: 0, attempts: 0, worker: '' },
        ...{ checkpoint: undefined, epochs: [], result: undefined, failure: undefined },
      });
    }
  }

  /** Answers as the server does. */
  readonly fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input));
    const { method = 'GET', headers, body } = init;
    const path = url.pathname.replace('/api/', '');
    this.requests.push(`${method} ${path.replace(/\w{64}\//, '')}`);
    try {
      if (new Headers(headers).get('authorization') !== `Bearer ${TOKEN}`) {
        throw new Refused(401, 'the token is wrong');
      }
      const bytes = new Uint8Array(await new Response(body).arrayBuffer());
      const value = await this.#answer(method, path, url.searchParams.get('lease'), bytes);
      if (value === undefined) return new Response(null, { status: 204 });
      if (!(value instanceof Uint8Array)) return Response.json(value);
      return new Response(value as Uint8Array<ArrayBuffer>);
    } catch (error) {
      const status = error instanceof Refused ? error.status : 400;
      const text = { error: 'Refused', message: String((error as Error).message) };
      return Response.json(text, { status });
    }
  };

  #takeBack(): void {
    for (const trial of this.trials) {
      const silent = performance.now() - trial.heard > this.#limit * 1000;
      if (trial.state === 'running' && silent) {
        trial.state = 'waiting';
        trial.lease = undefined;
      }
    }
  }

  async #claim({ worker, most = 1, waitSeconds = 0 }: ClaimRequest): Promise<ClaimAnswer> {
    const { ends = true, checkpointSeconds = 0 } = this.#options;
    const until = performance.now() + 1000 * waitSeconds;
    for (;;) {
      this.#takeBack();
      const found = this.trials.filter(({ state }) => state === 'waiting').slice(0, most);
      const over =
        ends && this.trials.every(({ state }) => !['waiting', 'running'].includes(state));
      if (found.length === 0 && !over && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      return {
        trials: found.map((trial) => {
          const lease = crypto.randomUUID();
          Object.assign(trial, { state: 'running', lease, heard: performance.now() });
          trial.worker = worker.name;
          const attempt = trial.attempts++;
          const { id, spec, checkpoint } = trial;
          return { id, spec, lease, attempt, checkpoint: checkpoint !== undefined };
        }),
        ...{ heartbeatSeconds: this.#limit, checkpointSeconds, over },
      };
    }
  }

  #held(id: string, lease: string | null | undefined): FakeTrial {
    this.#takeBack();
    const trial = this.trials.find((one) => one.id === id);
    if (!trial) throw new Refused(404, 'there is no such trial');
    if (trial.lease !== lease || trial.state !== 'running') {
      throw new Refused(409, 'the trial was given to another worker');
    }
    trial.heard = performance.now();
    return trial;
  }

  async #answer(
    method: string,
    path: string,
    lease: string | null,
    bytes: Uint8Array,
  ): Promise<unknown> {
    const json = <T>(): T => JSON.parse(new TextDecoder().decode(bytes));
    if (path === 'claim') return this.#claim(json());
    if (path.startsWith('data/')) {
      const file = this.#options.data?.get(path.slice('data/'.length));
      if (!file) throw new Refused(404, 'no such file');
      return file;
    }
    const [, id, what] = /^trials\/(\w+)\/(\w+)$/.exec(path) ?? [];
    if (what === 'checkpoint') {
      const trial = this.#held(id, lease);
      if (method === 'PUT') {
        const { most = Infinity } = this.#options;
        if (bytes.length > most) throw new Refused(413, `at most ${most} bytes are taken`);
        trial.checkpoint = bytes;
        return undefined;
      }
      if (!trial.checkpoint) throw new Refused(404, 'no checkpoint');
      return trial.checkpoint;
    }
    const message = json<EpochRequest & ResultRequest & ReleaseRequest>();
    const trial = this.#held(id, message.lease);
    if (what === 'heartbeat') return { go: 'on' };
    if (what === 'epoch') {
      trial.epochs.push(message.epoch);
      return { go: this.#options.prunes?.(trial, message.epoch) ? 'stop' : 'on' };
    }
    trial.lease = undefined;
    if (what === 'result') {
      trial.state = message.ended ?? 'done';
      trial.result = message.result;
      return { taken: 'first', agrees: null };
    }
    trial.state = message.why === 'failed' ? 'failed' : 'waiting';
    trial.failure = message.message;
    return undefined;
  }
}
