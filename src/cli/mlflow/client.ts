import { GradweaveError } from '../../errors.ts';
import { UsageError } from '../errors.ts';

/** A request to MLflow failed. */
export class MlflowError extends GradweaveError {
  override name = 'MlflowError';
  /** MLflow's code, such as `RESOURCE_DOES_NOT_EXIST`; empty if there was no answer. */
  readonly code: string;
  /** Whether the same request may succeed later. It may have been carried out. */
  readonly passing: boolean;

  constructor(message: string, code: string, passing: boolean) {
    super(message);
    this.code = code;
    this.passing = passing;
  }
}

/** Status codes that say nothing of the request itself; all from 500 on, too. */
const PASSING = new Set([408, 425, 429]);

/** How long a request may take, in milliseconds. */
const ANSWER_MS = 30_000;

/** Requests to a tracking server: https://mlflow.org/docs/latest/rest-api.html */
export class MlflowClient {
  /** Without name and password. */
  readonly address: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #answerMs: number;

  /**
   * @param url the server's address, as of `mlflow server`; behind a proxy with a path
   * @param env `MLFLOW_TRACKING_TOKEN`, or `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`
   * @throws {UsageError} if it is not an address of HTTP.
   */
  constructor(url: string, env: NodeJS.ProcessEnv, answerMs = ANSWER_MS) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (!parsed || !/^https?:$/.test(parsed.protocol)) {
      throw new UsageError(
        `--mlflow is '${url}'; it must be the address of a tracking server, such as http://127.0.0.1:5000`,
      );
    }
    const { username, password } = parsed;
    // fetch() refuses an address that has them.
    this.address = `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, '');
    const authorization = authorizationOf(env, decodeURIComponent(username), password);
    this.#headers = {
      'content-type': 'application/json',
      ...(authorization ? { authorization } : {}),
    };
    this.#answerMs = answerMs;
  }

  /**
   * @param path such as `runs/create`
   * @param body a GET has it as a query
   * @throws {MlflowError} if there is no answer, or a refusal; the signal's reason
   */
  async call(
    method: 'GET' | 'POST',
    path: string,
    body: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>> {
    const query = method === 'GET' ? `?${new URLSearchParams(body as Record<string, string>)}` : '';
    const url = `${this.address}/api/2.0/mlflow/${path}${query}`;
    try {
      const response = await fetch(url, {
        method,
        headers: this.#headers,
        ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#answerMs)]),
      });
      const text = await response.text();
      if (response.ok) return objectOf(text);
      const { error_code: code, message } = objectOf(text);
      const passing = response.status >= 500 || PASSING.has(response.status);
      const why = typeof message === 'string' ? message : `status ${response.status}`;
      throw new MlflowError(
        `it refused ${path}: ${why.slice(0, 300)}`,
        String(code ?? ''),
        passing,
      );
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof MlflowError) throw error;
      const { message, cause } = error as Error & { cause?: { code?: string } };
      throw new MlflowError(`it does not answer (${cause?.code ?? message})`, '', true);
    }
  }
}

function authorizationOf(
  env: NodeJS.ProcessEnv,
  username: string,
  password: string,
): string | undefined {
  const { MLFLOW_TRACKING_TOKEN: token } = env;
  const name = username || env.MLFLOW_TRACKING_USERNAME;
  const secret = username ? decodeURIComponent(password) : (env.MLFLOW_TRACKING_PASSWORD ?? '');
  if (name) return `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
  return token ? `Bearer ${token}` : undefined;
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // A proxy's page.
    return {};
  }
}
