/** HTTP for downloads: through the proxy that the environment names, if it names one. */
import type { Agent, IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** A server's answer, and by which way it came. */
export interface Answer {
  readonly response: IncomingMessage;
  /** ` through the proxy ADDRESS`; empty where there is none. */
  readonly way: string;
}

/** Most redirections that are followed. */
const MOST_HOPS = 5;

const PROXY_VARIABLES = /^(npm_config_)?(https?|all)?_?proxy$/i;

/** The agent for proxies, and which proxy it takes. */
interface Proxies {
  readonly agent: Agent;
  of(url: URL): Promise<string>;
}

/**
 * HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in capitals or not, as the package proxy-agent reads them;
 * undefined where none is set.
 *
 * @throws {Error} where one is set and the package is not installed.
 */
async function proxies(signal: AbortSignal): Promise<Proxies | undefined> {
  const set = Object.keys(process.env).find(
    (name) => PROXY_VARIABLES.test(name) && process.env[name],
  );
  if (set === undefined) return undefined;
  // It comes with puppeteer.
  const { ProxyAgent } = await import('proxy-agent').catch((cause: unknown) => {
    throw new Error(
      `${set} is set, and the package for it is not installed: npm install proxy-agent`,
      {
        cause,
      },
    );
  });
  // The signal ends the connection to a proxy that is silent, which nobody else could.
  const agent = new ProxyAgent({ signal } as object);
  return {
    agent,
    of: async (url) => {
      // The request is for functions of one's own that choose a proxy.
      const proxy = await agent.getProxyForUrl(url.href, undefined as never);
      return proxy === '' ? '' : ` through the proxy ${new URL(proxy).host}`;
    },
  };
}

/**
 * Asks for a file.
 *
 * @throws {Error} where there is no answer with a file; the signal's reason.
 */
export async function get(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  const through = await proxies(signal);
  let at = url;
  for (let hop = 0; ; hop++) {
    const way = (await through?.of(at)) ?? '';
    const response = await ask(at, headers, signal, through?.agent).catch((error: unknown) => {
      throw way === '' ? error : new Error(`${reasonOf(error)}${way}`);
    });
    const { statusCode = 0 } = response;
    const { location } = response.headers;
    if (statusCode === 200) return { response, way };
    response.destroy();
    if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined) {
      throw new Error(`HTTP status ${statusCode}${way}`);
    }
    const next = new URL(location, at);
    if (hop === MOST_HOPS || !['http:', 'https:'].includes(next.protocol)) {
      throw new Error(`sent on to ${next.href.slice(0, 200)}, which is not followed`);
    }
    at = next;
  }
}

/** The innermost cause: what is thrown may only say that something failed. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  // A failed connection to several addresses of one host has a code but no message.
  return error.message || ('code' in error ? String(error.code) : error.name);
}

function ask(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  agent: Agent | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const fail = (error: unknown): void => reject(signal.aborted ? signal.reason : error);
    // A request that has no connection yet does not tell of its end.
    signal.addEventListener('abort', fail, { once: true });
    // No agent of its own: a connection that is kept would keep the process.
    request(url, { headers, signal, agent: agent ?? false }, resolve)
      .on('error', fail)
      .end();
  });
}
