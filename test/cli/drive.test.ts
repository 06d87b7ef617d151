import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Chrome, launchChrome } from '../../src/cli/chrome.ts';
import { drive } from '../../src/cli/run-task.ts';
import { BLANK_PAGE, filesIn, type Server, startServer } from '../../src/cli/server.ts';
import type { TaskEvent } from '../../src/harness/protocol.ts';

/** Pages that behave in all the ways a task can end. */
const SCRIPTS: Readonly<Record<string, string>> = {
  result: `gradweaveEvent({ type: 'note', text: 'one' });
           gradweaveEvent({ type: 'note', text: 'two' });
           gradweaveEvent({ type: 'result', value: { sum: 3 } });`,
  named: `gradweaveEvent({ type: 'error', name: 'MemoryError', message: 'too large' });`,
  unnamed: `gradweaveEvent({ type: 'error', name: 'TypeError', message: 'TypeError: x\\n  at y' });`,
  stray: `setTimeout(() => { throw new Error('stray'); });`,
  console: `console.error('said'); setTimeout(() => gradweaveEvent({ type: 'result', value: 1 }), 50);`,
  inline: `const script = document.createElement('script');
           script.textContent = 'globalThis.ran = true';
           document.head.append(script);
           gradweaveEvent({ type: 'result', value: globalThis.ran ?? null });`,
  never: '',
};

const test = suite<{ folder: string; server: Server; chrome: Chrome }>('drive');

test.before(async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-drive-'));
  for (const [name, script] of Object.entries(SCRIPTS)) {
    await writeFile(join(folder, `${name}.js`), script);
    const html = `<link rel="icon" href="data:,"><script src="./${name}.js"></script>`;
    await writeFile(join(folder, `${name}.html`), html);
  }
  context.folder = folder;
  context.server = await startServer(await filesIn(folder, '/'));
  context.chrome = await launchChrome({
    adapter: 'software',
    url: context.server.origin + BLANK_PAGE,
    announce: () => {},
  });
});

test.after(async ({ folder, server, chrome }) => {
  await chrome?.close();
  await server?.close();
  await rm(folder, { recursive: true });
});

/** What came of a page: its value or error, its events and what it said. */
async function outcome({ server, chrome }: { server: Server; chrome: Chrome }, name: string) {
  const events: TaskEvent[] = [];
  const said: string[] = [];
  const page = await chrome.browser.newPage();
  const driven = drive(page, `${server.origin}/${name}.html`, {
    onEvent: (event) => {
      events.push(event);
    },
    onConsole: (text) => {
      said.push(text);
    },
  });
  return { page, events, said, driven };
}

async function failure(driven: Promise<unknown>): Promise<Error> {
  try {
    await driven;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('The page ended without an error.');
}

test('events come in order and the result is the value', async (context) => {
  const { driven, events } = await outcome(context, 'result');
  assert.equal(await driven, { sum: 3 });
  const texts = events.map((event) => (event.type === 'note' ? event.text : event.type));
  assert.equal(texts, ['one', 'two', 'result']);
});

test('an error of ours comes back by its class', async (context) => {
  const error = await failure((await outcome(context, 'named')).driven);
  assert.is(error.constructor.name, 'MemoryError');
  assert.is(error.message, 'too large');
});

test('another error keeps its name and the page’s stack', async (context) => {
  const error = await failure((await outcome(context, 'unnamed')).driven);
  assert.is(error.name, 'TypeError');
  assert.match(String(error.stack), 'at y');
});

test('an error that nobody caught ends the task', async (context) => {
  const error = await failure((await outcome(context, 'stray')).driven);
  assert.is(error.name, 'PageError');
  assert.match(error.message, 'stray');
});

test('what the page writes to its console is passed on', async (context) => {
  const { driven, said } = await outcome(context, 'console');
  await driven;
  assert.equal(said, ['said']);
});

test('inline script does not run', async (context) => {
  assert.is(await (await outcome(context, 'inline')).driven, null);
});

test('a page that does not exist is an error', async (context) => {
  const error = await failure((await outcome(context, 'absent')).driven);
  assert.match(error.message, 'answered 404');
});

test('a page that crashes is an error', async (context) => {
  const { page, driven } = await outcome(context, 'never');
  const failed = failure(driven);
  // A crash during the first navigation would be the navigation's error.
  await new Promise((resolve) => page.once('load', resolve));
  const session = await page.createCDPSession();
  session.send('Page.crash').catch(() => {});
  assert.is((await failed).name, 'PageError');
  assert.match((await failed).message, 'crashed');
});

test('a browser that goes away is an error', async (context) => {
  const { driven } = await outcome(context, 'never');
  const failed = failure(driven);
  context.chrome.browser.process()?.kill('SIGKILL');
  assert.match((await failed).message, /closed|ended/);
});

test.run();
