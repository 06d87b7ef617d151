import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import type { Page } from 'puppeteer';
import { launchChrome } from '../../src/cli/chrome.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
};

/** A server of some folders' files, with headers of its own. */
export async function serve(
  folders: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): Promise<{ origin: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    for (const folder of folders) {
      const content = await readFile(join(folder, path)).catch(() => undefined);
      if (content === undefined) continue;
      response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'text/plain', ...headers });
      response.end(content);
      return;
    }
    response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : '';
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Opens a page in headless Chrome, and collects what went wrong on it. */
export async function visit<T>(
  url: string,
  use: (page: Page, troubles: string[]) => Promise<T>,
): Promise<T> {
  const chrome = await launchChrome({ adapter: 'auto', url, announce: () => {} });
  try {
    const page = await chrome.browser.newPage();
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('console', (message) => {
      const { url = '' } = message.location();
      // Chrome asks for it by itself.
      if (url.endsWith('/favicon.ico')) return;
      if (message.type() === 'error' || message.type() === 'warn') troubles.push(message.text());
    });
    await page.goto(url);
    return await use(page, troubles);
  } finally {
    await chrome.close();
  }
}

/** The page's title, as soon as it is not `waiting` any more. */
export async function verdict(page: Page): Promise<string> {
  await page.waitForFunction(() => document.title !== 'waiting', { timeout: 120_000 });
  return page.title();
}
