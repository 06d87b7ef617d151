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
async function proxies(): Promise<Proxies | undefined> {
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
  const agent = new ProxyAgent();
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
  const through = await proxies();
  let at = url;
  for (let hop = 0; ; hop++) {
    const way = (await through?.of(at)) ?? '';
    const response = await ask(at, headers, signal, through?.agent).catch((cause: unknown) => {
      throw signal.aborted || way === '' ? cause : new Error(`no answer${way}`, { cause });
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

function ask(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  agent: Agent | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const fail = (error: unknown): void => reject(signal.aborted ? signal.reason : error);
    // No agent of its own: a connection that is kept would keep the process.
    request(url, { headers, signal, agent: agent ?? false }, resolve)
      .on('error', fail)
      .end();
  });
}
