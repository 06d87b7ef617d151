import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Frame } from 'puppeteer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pageFiles } from '../../src/cli/page-files.ts';
import { typeOf } from '../../src/cli/serve-headers.ts';
import { clearStage, type Stage, setStage } from './page-helpers.ts';

/** A host of the page's files, as others have them, with a page that has it in a frame. */
async function host(headers: Readonly<Record<string, string>>, sandbox: string): Promise<Server> {
  const files = await pageFiles();
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '');
    const file = files.get(path);
    if (path === '/outer.html') {
      response.setHeader('Content-Type', 'text/html');
      response.end(`<iframe src="/harness.html" ${sandbox}></iframe>`);
    } else if (file === undefined) response.writeHead(404).end();
    else {
      response.writeHead(200, { ...headers, 'Content-Type': typeOf(file) });
      response.end(await readFile(file));
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

const test = suite<Stage>('the page in a frame');
test.before(async (context) => {
  Object.assign(context, await setStage());
});
test.after(clearStage);

const ANY = { 'Access-Control-Allow-Origin': '*' };

for (const [what, headers, sandbox, selector, expected] of [
  ['sandboxed', ANY, 'sandbox="allow-scripts"', '#alert-text', /sandboxed frame.*Open it directly/],
  [
    'sandboxed, and may not load scripts',
    {},
    'sandbox="allow-scripts"',
    '#status',
    /could not be loaded.*directly/,
  ],
  ['sandboxed without scripts', ANY, 'sandbox', '#status', /could not be loaded/],
  [
    'sandboxed with its own origin',
    {},
    'sandbox="allow-scripts allow-same-origin"',
    '#status',
    /^Ready\.$/,
  ],
  ['not sandboxed', {}, '', '#status', /^Ready\.$/],
] as const) {
  test(`a page that is ${what} says what it can do`, async ({ chrome }) => {
    const server = await host(headers, sandbox);
    const page = await chrome.browser.newPage();
    try {
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/outer.html`);
      const find = (): Frame | undefined =>
        page.frames().find((frame) => new URL(frame.url()).pathname === '/harness.html');
      for (let i = 0; i < 100; i++) {
        const text = await find()
          ?.$eval(selector, (element) => element.textContent ?? '')
          .catch(() => '');
        if (text && expected.test(text)) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.unreachable(`${selector} never was ${expected}`);
    } finally {
      await page.close();
      server.closeAllConnections();
      server.close();
    }
  });
}

test.run();
