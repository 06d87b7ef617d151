/** HTTP for downloads, through the environment's proxy if there is one. */
import type { Agent, IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** A server's answer, and the proxy it came through. */
export interface Answer {
  readonly response: IncomingMessage;
  /** ` through the proxy ADDRESS`; empty without a proxy. */
  readonly way: string;
}

/** How many redirects are followed. */
const MOST_HOPS = 5;

const PROXY_VARIABLES = /^(npm_config_)?(https?|all)?_?proxy$/i;

/** The agent for proxies, and which proxy it uses. */
interface Proxies {
  readonly agent: Agent;
  of(url: URL): Promise<string>;
}

/**
 * HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in upper or lower case, as the package proxy-agent reads
 * them; undefined if none is set.
 *
 * @throws {Error} if one is set and the package is not installed.
 */
async function proxies(signal: AbortSignal): Promise<Proxies | undefined> {
  const set = Object.keys(process.env).find(
    (name) => PROXY_VARIABLES.test(name) && process.env[name],
  );
  if (set === undefined) return undefined;
  // It comes with puppeteer.
  const { ProxyAgent } = await import('proxy-agent').catch((cause: unknown) => {
    throw new Error(
      `${set} is set, but the package proxy-agent is not installed: npm install proxy-agent`,
      {
        cause,
      },
    );
  });
  // Only the signal can end the connection to a silent proxy.
  const agent = new ProxyAgent({ signal } as object);
  return {
    agent,
    of: async (url) => {
      // The request is only passed to custom functions that choose a proxy.
      const proxy = await agent.getProxyForUrl(url.href, undefined as never);
      return proxy === '' ? '' : ` through the proxy ${new URL(proxy).host}`;
    },
  };
}

/**
 * Requests a file.
 *
 * @throws {Error} if the answer is not a file; the signal's reason if it is aborted.
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
      throw new Error(`redirected to ${next.href.slice(0, 200)}, which is not followed`);
    }
    at = next;
  }
}

/** The innermost cause: the outer error may only say that something failed. */
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
    // A request without a connection emits nothing when it ends.
    signal.addEventListener('abort', fail, { once: true });
    // Without an agent: a connection that is kept alive would keep the process running.
    request(url, { headers, signal, agent: agent ?? false }, resolve)
      .on('error', fail)
      .end();
  });
}
