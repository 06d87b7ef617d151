/** The requests of workers and views; see src/trial/protocol.ts. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { SweepState } from '../contract.ts';
import { LeaseError } from '../store/errors.ts';
import { readJson } from './body.ts';
import { type Claiming, claim } from './claims.ts';
import {
  claimOf,
  epochRequestOf,
  leaseOf,
  leaseRequestOf,
  releaseRequestOf,
  resultRequestOf,
} from './messages.ts';
import { RefusedError, wrongMessage } from './refusal.ts';

export interface Api extends Claiming {
  /** @param since null for all trials */
  readonly state: (since: number | null) => SweepState;
  /** Answers a file of the data. */
  readonly data: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

type Answer = (api: Api, exchange: Exchange, id: string) => Promise<void>;

const TRIAL = /^trials\/([0-9a-f]{64})\/(heartbeat|epoch|result|release|checkpoint)$/;

const TRIALS: Readonly<Record<string, Answer>> = {
  'POST heartbeat': async ({ store }, { request, response }, id) => {
    const { lease } = leaseRequestOf(await readJson(request));
    await sendJson(response, store.heartbeat(id, lease));
  },
  'POST epoch': async ({ store }, { request, response }, id) => {
    const { lease, epoch } = epochRequestOf(await readJson(request));
    await sendJson(response, await store.report(id, lease, epoch));
  },
  'POST result': async ({ store }, { request, response }, id) => {
    const { lease, result, ended } = resultRequestOf(await readJson(request));
    await sendJson(response, await store.complete(id, lease, result, ended));
  },
  'POST release': async ({ store }, { request, response }, id) => {
    const { lease, why, message } = releaseRequestOf(await readJson(request));
    await store.release(id, lease, why, message ?? null);
    response.writeHead(204).end();
  },
  'GET checkpoint': async ({ store, checkpoints }, { response, url }, id) => {
    store.heartbeat(id, leaseIn(url));
    await checkpoints.send(id, response);
  },
  'PUT checkpoint': async ({ store, checkpoints }, { request, response, url }, id) => {
    const lease = leaseIn(url);
    store.heartbeat(id, lease);
    await checkpoints.store(id, request, () => {
      if (!store.holds(id, lease))
        throw new LeaseError(`the trial ${id} was given to another worker`);
    });
    response.writeHead(204).end();
  },
};

/** @throws whatever is wrong with the request; see refusalOf */
export async function answerApi(api: Api, exchange: Exchange): Promise<void> {
  const { request, response, url } = exchange;
  const path = url.pathname.slice('/api/'.length);
  const method = request.method ?? '';
  const [, id = '', what = ''] = TRIAL.exec(path) ?? [];
  if (what !== '') {
    const answer = TRIALS[`${method} ${what}`];
    if (answer === undefined) throw wrongMethod(what === 'checkpoint' ? 'GET, PUT' : 'POST');
    if (!api.store.has(id)) throw new RefusedError(404, 'TrialError', `there is no trial ${id}`);
    return answer(api, exchange, id);
  }
  if (path === 'claim') {
    if (method !== 'POST') throw wrongMethod('POST');
    return answerClaim(api, request, response);
  }
  const isState = path === 'state';
  if (!isState && !path.startsWith('data/')) {
    throw new RefusedError(404, 'PathError', 'there is nothing at this path');
  }
  if (method !== 'GET') throw wrongMethod('GET');
  return isState ? answerState(api, exchange) : api.data(request, response);
}

async function answerClaim(
  api: Api,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const message = claimOf(await readJson(request));
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const answer = await claim(api, message, gone.signal);
  if (!gone.signal.aborted) return sendJson(response, answer);
  // The worker has gone while it was given trials: nobody would take them.
  for (const { id, lease } of answer.trials) await api.store.release(id, lease, 'stopped');
}

async function answerState(api: Api, { request, response, url }: Exchange): Promise<void> {
  const since = url.searchParams.get('since');
  if (since !== null && !/^\d{1,16}$/.test(since)) {
    throw wrongMessage('since must be the revision of an earlier answer');
  }
  const state = api.state(since === null ? null : Number(since));
  await sendJson(response, state, /\bgzip\b/.test(String(request.headers['accept-encoding'])));
}

function leaseIn({ searchParams }: URL): string {
  return leaseOf({ lease: searchParams.get('lease') ?? undefined });
}

const wrongMethod = (allowed: string): RefusedError =>
  new RefusedError(405, 'MethodError', `use ${allowed} here`);

const zipped = promisify(gzip);

/** @param packed whether the client takes gzip; short answers are sent as they are */
export async function sendJson(
  response: ServerResponse,
  value: object,
  packed = false,
): Promise<void> {
  const text = JSON.stringify(value);
  const pack = packed && text.length > 4096;
  const body = pack ? await zipped(text, { level: 1 }) : text;
  response.setHeader('Content-Type', 'application/json');
  if (pack) response.setHeader('Content-Encoding', 'gzip');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}
