import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { lockFolder } from '../../sweep/src/store/lock.ts';
import { fateOf, ownIdentity } from '../../sweep/src/store/process-identity.ts';

let folder = '';
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradweave-lock-'));
});
test.after.each(() => rmSync(folder, { recursive: true, force: true }));

const locks = (): string[] => readdirSync(folder).sort();
const write = (number: number, content: object): void =>
  writeFileSync(join(folder, `lock.${number}`), JSON.stringify(content));
const own = { ...ownIdentity(), since: 'now', released: false };
/** A number that no process has: above Linux's largest. */
const NOBODY = 4_194_305;

async function refusal(): Promise<Error> {
  try {
    await lockFolder(folder);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was locked');
}

test('a folder is locked by one, and may be locked again after its release', async () => {
  const lock = await lockFolder(folder);
  const error = await refusal();
  assert.is(error.name, 'LockError');
  assert.match(error.message, new RegExp(`process ${process.pid} on ${hostname()}`));
  await lock.release();
  assert.is(JSON.parse(readFileSync(join(folder, 'lock.1'), 'utf8')).released, true);
  await (await lockFolder(folder)).release();
  assert.equal(locks(), ['lock.2'], 'the highest number stays, the one before goes');
});

test('the lock of a dead process is taken over, also if its number is another process’s now', async () => {
  write(7, { ...own, pid: NOBODY });
  await (await lockFolder(folder)).release();
  assert.equal(locks(), ['lock.8']);
  if (own.started !== '') {
    // This process has the number, but began at another time.
    write(9, { ...own, started: '1' });
    await (await lockFolder(folder)).release();
    assert.equal(locks(), ['lock.10']);
  }
  write(11, { ...own, pid: 1, boot: 'an earlier one' });
  await (await lockFolder(folder)).release();
});

test('a lock of another machine or container is never taken over', async () => {
  for (const change of [{ host: 'elsewhere' }, { machine: 'x' }, { namespace: 'pid:[1]' }]) {
    write(1, { ...own, pid: NOBODY, ...change });
    const error = await refusal();
    assert.is(error.name, 'LockError');
    assert.match(error.message, /cannot be seen from here.*delete .*lock\.1/);
    assert.equal(locks(), ['lock.1']);
  }
  assert.is(fateOf({ ...own, pid: NOBODY }), 'dead');
  assert.is(fateOf(own), 'alive');
});

test('a lock that cannot be read is not taken over', async () => {
  writeFileSync(join(folder, 'lock.1'), '');
  assert.match((await refusal()).message, /lock\.1 cannot be read/);
});

test('of several processes that take over at once, one succeeds', async () => {
  write(3, { ...own, pid: NOBODY });
  const children = Array.from({ length: 5 }, () =>
    spawn(
      process.execPath,
      [
        '--import',
        join(PACKAGE_ROOT, 'test/run/register-ts.mjs'),
        join(PACKAGE_ROOT, 'test/sweep/lock-child.ts'),
        folder,
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    ),
  );
  try {
    const words = await Promise.all(children.map(firstWord));
    assert.equal(words.sort(), [...Array(4).fill('LockError'), 'locked']);
    assert.equal(locks(), ['lock.4']);
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
});

function firstWord(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (data) => resolve(String(data).trim()));
    child.once('exit', (code) => reject(new Error(`it said nothing, and ended with ${code}`)));
  });
}

test.run();
