/**
 * What a worker and the server of a sweep say to each other over HTTP. Every request has the header
 * `Authorization: Bearer TOKEN`; bodies are JSON, but for checkpoints, which are bytes. All paths begin with `/api/`.
 *
 * | request | body | answer |
 * |---|---|---|
 * | `POST claim` | {@link ClaimRequest} | {@link ClaimAnswer}; waits up to `waitSeconds` for a trial |
 * | `POST trials/ID/heartbeat` | {@link LeaseRequest} | {@link HeartbeatAnswer} |
 * | `POST trials/ID/epoch` | {@link EpochRequest} | {@link HeartbeatAnswer} |
 * | `GET trials/ID/checkpoint?lease=…` | – | bytes, or 404 |
 * | `PUT trials/ID/checkpoint?lease=…` | bytes | 204 |
 * | `POST trials/ID/result` | {@link ResultRequest} | {@link ResultAnswer} |
 * | `POST trials/ID/release` | {@link ReleaseRequest} | 204 |
 * | `GET state?since=REVISION` | – | the sweep, for views; with `since` only the trials that changed after |
 * | `GET data/NAME` | – | a file of the data; `data/index.json` lists them |
 *
 * A worker in a page of another origin asks first, by `OPTIONS` without a token. Pages of the server itself, of the reader's own
 * machine (`gradweave worker` opens one), and of origins that the server was given with `--allow-origin` (`*` for all) get 204 with `Access-Control-Allow-Origin`, `-Methods: GET, POST, PUT` and
 * `-Headers: authorization, content-type`; others 403. The token alone gives access; there are no cookies.
 *
 * A lease that is not held any more is answered with 409 and {@link Refusal}, a wrong token with 401, a wrong message with
 * 400, one that is too large with 413.
 */
import type { AdapterInfo } from '../gpu/adapter-info.ts';
import type { TrialEpoch, TrialResult } from './result.ts';
import type { TrialSpec } from './spec.ts';

/** Most bytes of a JSON message. */
export const MOST_MESSAGE_BYTES = 2 ** 20;

/** Who works. */
export interface WorkerInfo {
  /** Shown to people; up to 80 characters. */
  readonly name: string;
  readonly runtime: string;
  readonly adapter: AdapterInfo | null;
}

export interface ClaimRequest {
  readonly worker: WorkerInfo;
  /** Most trials that it takes at once; more than 1 only if they are of equal shapes. Default 1. */
  readonly most?: number;
  /** How long to wait for a trial if there is none, 0 to 30. Default 0. */
  readonly waitSeconds?: number;
}

/** A trial that a worker was given. */
export interface ClaimedTrial {
  readonly id: string;
  readonly spec: TrialSpec;
  /** A secret: who has it may speak for this attempt. */
  readonly lease: string;
  /** From 0: how many times it was given to a worker before. */
  readonly attempt: number;
  /** Whether a checkpoint is stored. */
  readonly checkpoint: boolean;
}

export interface ClaimAnswer {
  readonly trials: readonly ClaimedTrial[];
  /** A worker that says nothing for so long loses its trials. */
  readonly heartbeatSeconds: number;
  /** Store a checkpoint at the end of an epoch, if so many seconds have passed since the last. */
  readonly checkpointSeconds: number;
  /** No trial will follow: the sweep is over. */
  readonly over: boolean;
}

export interface LeaseRequest {
  readonly lease: string;
}

export interface HeartbeatAnswer {
  /** `stop`: the trial is pruned or the sweep was ended; report what there is with `ended: 'pruned'`. */
  readonly go: 'on' | 'stop';
}

export interface EpochRequest extends LeaseRequest {
  readonly epoch: TrialEpoch;
}

export interface ResultRequest extends LeaseRequest {
  readonly result: TrialResult;
  /** Default `done`: all epochs. */
  readonly ended?: 'done' | 'pruned';
}

export interface ResultAnswer {
  /** `again`: another worker had completed it; the digest was compared. */
  readonly taken: 'first' | 'again';
  /** Whether its digest is that of an earlier result of the same kind of adapter; null if there is none. */
  readonly agrees: boolean | null;
}

export interface ReleaseRequest extends LeaseRequest {
  /** `stopped`: the worker ends, another may go on at once. `failed`: the trial cannot be trained; it counts as an attempt. */
  readonly why: 'stopped' | 'failed';
  /** What failed. */
  readonly message?: string;
}

/** Why a request was refused. */
export interface Refusal {
  /** A named error's name. */
  readonly error: string;
  readonly message: string;
}
