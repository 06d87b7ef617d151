import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPlace } from '../../src/cli/places/open.ts';
import { installDebian } from '../run/apt.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a place in S3 keeps files, as moto understands the protocol', async () => {
  installDebian(['python3-venv'], ['python3']);
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-s3-'));
  const bin = join(folder, 'bin');
  execFileSync('python3', ['-m', 'venv', folder]);
  execFileSync(join(bin, 'pip'), ['install', '--quiet', 'moto[server,s3]'], { stdio: 'pipe' });
  const port = await freePort();
  const server = spawn(join(bin, 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    const make = (): Promise<boolean> =>
      fetch(`${url}/bucket`, { method: 'PUT' }).then(
        ({ ok }) => ok,
        () => false,
      );
    for (let i = 0; i < 300 && !(await make()); i++) await pause(200);
    const keys = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
    const env = { ...keys, AWS_ENDPOINT_URL: url };
    const place = await openPlace('s3://bucket/sweeps/one', env);
    assert.is(await place.load('a'), undefined);
    await place.save('a', bytes('one'));
    await place.save('a', bytes('two'));
    assert.equal(await place.load('a'), bytes('two'));
    assert.is(await place.create('a', bytes('three')), false);
    assert.equal(await place.load('a'), bytes('two'));
    assert.is(await place.create('b', new Uint8Array(9_000_000)), true);
    assert.is((await place.load('b'))?.length, 9_000_000);
    await place.remove('b');
    await place.remove('b');
    assert.is(await place.load('b'), undefined);
    const nowhere = await openPlace('s3://other-bucket/a', env);
    const error: unknown = await nowhere.save('a', bytes('')).catch((thrown: unknown) => thrown);
    assert.match(String(error), 'There is no such folder or bucket');
  } finally {
    server.kill();
    await rm(folder, { recursive: true });
  }
});

test.run();
