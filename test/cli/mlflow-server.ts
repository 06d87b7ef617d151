import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Metric {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
  readonly step: number;
}

/** What the server keeps of a run. Metrics are not made unique, as some of MLflow's stores do not. */
export interface KeptRun {
  readonly id: string;
  readonly name: string;
  readonly tags: Map<string, string>;
  readonly params: Map<string, string>;
  readonly metrics: Metric[];
  status: string;
}

/** How a request ends. `after`: it is carried out, then the connection breaks. */
export type Trouble = 'none' | 'before' | 'after' | 'status' | 'refuse' | 'silent';

type Body = Readonly<Record<string, unknown>>;

/** The part of MLflow's server that the command uses, with all the trouble of a network. */
export class FakeMlflow {
  readonly runs: KeptRun[] = [];
  readonly experiments: string[] = [];
  readonly requests: string[] = [];
  readonly authorizations = new Set<string | undefined>();
  /** The largest numbers of a request. */
  readonly most = { metrics: 0, params: 0, bytes: 0 };
  /** @returns what happens to a request; `count` is that of all requests with the path, from 1 */
  trouble: (path: string, count: number) => Trouble = () => 'none';
  readonly #counts = new Map<string, number>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#bodyOf(request).then((body) => {
        const path = (request.url ?? '')
          .replace(/^.*\/api\/2\.0\/mlflow\//, '')
          .replace(/\?.*$/, '');
        this.requests.push(path);
        this.authorizations.add(request.headers.authorization);
        const count = (this.#counts.get(path) ?? 0) + 1;
        this.#counts.set(path, count);
        const trouble = this.trouble(path, count);
        if (trouble === 'silent') return;
        if (trouble === 'before') return request.socket.destroy();
        const [status, answer] =
          trouble === 'status'
            ? [503, {}]
            : trouble === 'refuse'
              ? [403, { error_code: 'PERMISSION_DENIED', message: 'not for you' }]
              : this.#answer(path, body);
        if (trouble === 'after') return request.socket.destroy();
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer));
      });
    });
  }

  static async start(): Promise<FakeMlflow> {
    const fake = new FakeMlflow();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #bodyOf(request: IncomingMessage): Promise<Body> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const text = Buffer.concat(parts);
    this.most.bytes = Math.max(this.most.bytes, text.length);
    if (request.method === 'POST') return JSON.parse(text.toString());
    return Object.fromEntries(new URL(request.url ?? '', this.url).searchParams);
  }

  #answer(path: string, body: Body): [number, unknown] {
    const none: [number, unknown] = [404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: path }];
    const run = this.runs.find(({ id }) => id === body.run_id);
    switch (path) {
      case 'experiments/get-by-name': {
        const at = this.experiments.indexOf(String(body.experiment_name));
        return at < 0 ? none : [200, { experiment: { experiment_id: String(at) } }];
      }
      case 'experiments/create':
        this.experiments.push(String(body.name));
        return [200, { experiment_id: String(this.experiments.length - 1) }];
      case 'runs/create': {
        const tags = body.tags as { key: string; value: string }[];
        const made = {
          id: `run${this.runs.length}`,
          name: String(body.run_name),
          tags: new Map(tags.map(({ key, value }) => [key, value])),
          params: new Map(),
          metrics: [],
          status: 'RUNNING',
        };
        this.runs.push(made);
        return [200, { run: { info: { run_id: made.id } } }];
      }
      case 'runs/search': {
        const [, key, value] = /^tags\."(.+)" = '(.+)'$/.exec(String(body.filter)) ?? [];
        const found = this.runs.filter(({ tags }) => tags.get(key) === value);
        return [200, { runs: found.map(({ id }) => ({ info: { run_id: id } })) }];
      }
      case 'runs/get': {
        if (!run) return none;
        const last = new Map<string, Metric>();
        for (const one of run.metrics) {
          if (one.step >= (last.get(one.key)?.step ?? 0)) last.set(one.key, one);
        }
        return [200, { run: { info: { run_id: run.id }, data: { metrics: [...last.values()] } } }];
      }
      case 'runs/log-batch': {
        if (!run) return none;
        const { metrics = [], params = [] } = body as { metrics?: Metric[]; params?: Metric[] };
        this.most.metrics = Math.max(this.most.metrics, metrics.length);
        this.most.params = Math.max(this.most.params, params.length);
        run.metrics.push(...metrics);
        for (const { key, value } of params) run.params.set(key, String(value));
        return [200, {}];
      }
      case 'runs/update':
        if (!run) return none;
        run.status = String(body.status);
        return [200, {}];
      default:
        return none;
    }
  }
}
