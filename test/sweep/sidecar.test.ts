import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findOptuna, OptunaMissingError } from '../../sweep/src/search/python.ts';
import { OptunaError, Sidecar } from '../../sweep/src/search/sidecar.ts';

const test = suite('sidecar');

/** A process that runs `code` for each line, with `say(object)`. */
const sidecar = (code: string, limitMs?: number): Sidecar =>
  new Sidecar(
    process.execPath,
    [
      '-e',
      `const say = (it) => console.log(JSON.stringify(it));
       require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
         const asked = JSON.parse(line);
         ${code}
       });`,
    ],
    limitMs,
  );

async function failure(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  return assert.unreachable() as never;
}

test('gives each request its own answer, in whatever order they come', async () => {
  const it = sidecar(
    `if (asked.id === 1) { say({ id: 1, value: asked.op }); say({ id: 0, value: asked.x }); }`,
  );
  const [first, second] = [it.request('a', { x: 1 }), it.request('b', { x: 2 })];
  assert.equal(await Promise.all([first, second]), [2, 'b']);
  await it.close();
  await it.close();
});

test('an answer with an error fails its own request alone', async () => {
  const it = sidecar(
    `say(asked.x ? { id: asked.id, error: 'no such x' } : { id: asked.id, value: 1 });`,
  );
  const error = await failure(it.request('a', { x: 1 }));
  assert.instance(error, OptunaError);
  assert.is(error.message, 'Optuna: no such x');
  assert.is(await it.request('a', {}), 1);
  await it.close();
});

test('a process that ends fails all requests, with the last lines that it said', async () => {
  const it = sidecar(
    `if (asked.id === 0) return; console.error('Traceback'); console.error('MemoryError'); process.exitCode = 3; process.stdin.destroy();`,
  );
  const [first, second] = await Promise.all([
    failure(it.request('a', {})),
    failure(it.request('b', {})),
  ]);
  const text = 'The process of Optuna ended by exit code 3. It said last:\nTraceback\nMemoryError';
  assert.is(first.message, text);
  assert.is(second.message, text);
  assert.is((await failure(it.request('c', {}))).message, text);
  await it.close();
});

test('a process that prints no answers is ended', async () => {
  for (const line of ['rubbish', 'null', '[]', '{"id":7,"value":1}', '"id"']) {
    const it = sidecar(`console.log(${JSON.stringify(line)})`);
    const error = await failure(it.request('a', {}));
    assert.is(
      error.message,
      `The process of Optuna has printed what is no answer. It said last:\n${line}`,
    );
    await it.close();
  }
});

test('a process that says nothing is ended after a while', async () => {
  const it = sidecar('', 200);
  const error = await failure(it.request('ask', {}));
  assert.is(error.message, 'The process of Optuna has not answered ask for 0.2 seconds');
  await it.close();
});

test('what is asked when it is closed fails', async () => {
  const it = sidecar('');
  const asked = failure(it.request('ask', {}));
  await it.close();
  assert.match((await asked).message, /^The process of Optuna ended by /);
});

test('a command that does not exist is an error', async () => {
  const it = new Sidecar('/no/such/python', []);
  assert.match((await failure(it.request('a', {}))).message, /cannot be started: .*ENOENT/);
  await it.close();
});

test('without Optuna, it says how to get it', async () => {
  const none = await failure(findOptuna({ PATH: '/no/such', GRADWEAVE_PYTHON: 'nopython' }));
  assert.instance(none, OptunaMissingError);
  assert.is(
    none.message,
    'This search needs Python with Optuna, and there is none (nopython: not found). Install it: nopython -m pip install optuna. GRADWEAVE_PYTHON names another Python. The searches grid, random and asha need neither',
  );
  const bare = await failure(findOptuna({ GRADWEAVE_PYTHON: process.execPath }));
  assert.match(bare.message, /SyntaxError|Node\.js/);
});

test.run();
